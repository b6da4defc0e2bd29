"""Where an organisation is paid to, and who stands behind an objection"""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    op.create_table(
        "bank_account",
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("bank", sa.String(length=100), nullable=False),
        sa.Column("branch", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("explanation", sa.String(length=1000), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bank_account_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "version", name=op.f("pk_bank_account")),
    )
    op.create_table(
        "objection_contact",
        sa.Column("objection_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["objection.id"], name=op.f("fk_objection_contact_objection_id_objection")
        ),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objection_contact")),
    )


def downgrade() -> None:
    op.drop_table("objection_contact")
    op.drop_table("bank_account")
