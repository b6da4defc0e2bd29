"""A receiver may be a person"""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"

RECEIVER = "(org_id IS NULL) <> (person_id IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.String(length=200), nullable=True))
        batch_op.alter_column("org_id", existing_type=sa.VARCHAR(length=200), nullable=True)
        batch_op.create_index(batch_op.f("ix_contact_person_id"), ["person_id"], unique=False)
        batch_op.create_check_constraint(batch_op.f("ck_contact_receiver"), RECEIVER)

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.String(length=200), nullable=True))
        batch_op.alter_column("carrier_id", existing_type=sa.VARCHAR(length=200), nullable=True)
        batch_op.alter_column("carrier_name", existing_type=sa.TEXT(), nullable=True)
        batch_op.alter_column("org_id", existing_type=sa.VARCHAR(length=200), nullable=True)
        batch_op.create_index("ix_message_person", ["person_id", "state"], unique=False)
        batch_op.create_check_constraint(batch_op.f("ck_message_receiver"), RECEIVER)


def downgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_message_receiver"), type_="check")
        batch_op.drop_index("ix_message_person")
        batch_op.alter_column("org_id", existing_type=sa.VARCHAR(length=200), nullable=False)
        batch_op.alter_column("carrier_name", existing_type=sa.TEXT(), nullable=False)
        batch_op.alter_column("carrier_id", existing_type=sa.VARCHAR(length=200), nullable=False)
        batch_op.drop_column("person_id")

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_contact_receiver"), type_="check")
        batch_op.drop_index(batch_op.f("ix_contact_person_id"))
        batch_op.alter_column("org_id", existing_type=sa.VARCHAR(length=200), nullable=False)
        batch_op.drop_column("person_id")
