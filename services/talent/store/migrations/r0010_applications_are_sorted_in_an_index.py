"""Applications are sorted in an index"""

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"


def upgrade() -> None:
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_handed_in_at"))
        batch_op.create_index(
            "ix_application_sorted", ["handed_in_at", "id", "applicant_id", "unit_id", "handed_in"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index("ix_application_sorted")
        batch_op.create_index(batch_op.f("ix_application_handed_in_at"), ["handed_in_at", "id"], unique=False)
