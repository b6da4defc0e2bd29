"""A contact is of a service: two may call somebody alike; and it has the link that goes into a mail alone"""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"

RECEIVER = "(org_id IS NULL) <> (person_id IS NULL)"
OWNER = sa.column("owner", sa.String)
CONTACT = sa.table("contact", OWNER, sa.column("role", sa.Text), sa.column("person_id", sa.String))


def _again() -> tuple[sa.CheckConstraint]:
    """What a table that SQLite makes anew has to be told again."""
    return (sa.CheckConstraint(RECEIVER, name=op.f("ck_contact_receiver")),)


def upgrade() -> None:
    op.add_column("contact", sa.Column("owner", sa.String(length=50), nullable=True))
    op.add_column("contact", sa.Column("link", sa.String(length=500), nullable=True))
    incubators = sa.or_(CONTACT.c.role == "operator", CONTACT.c.person_id.like("expert-%"))
    op.execute(sa.update(CONTACT).values(owner=sa.case((incubators, "incubator"), else_="talent")))
    with op.batch_alter_table("contact", schema=None, table_args=_again()) as batch_op:
        batch_op.alter_column("owner", existing_type=sa.String(length=50), nullable=False)
        batch_op.drop_constraint(batch_op.f("pk_contact"), type_="primary")
        batch_op.create_primary_key(batch_op.f("pk_contact"), ["owner", "recipient_id"])


def downgrade() -> None:
    op.execute(
        "DELETE FROM contact WHERE owner = 'talent' AND recipient_id IN"
        " (SELECT recipient_id FROM contact WHERE owner = 'incubator')"
    )
    with op.batch_alter_table("contact", schema=None, table_args=_again()) as batch_op:
        batch_op.drop_constraint(batch_op.f("pk_contact"), type_="primary")
        batch_op.create_primary_key(batch_op.f("pk_contact"), ["recipient_id"])
        batch_op.drop_column("link")
        batch_op.drop_column("owner")
