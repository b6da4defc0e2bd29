"""Rankings are paged in an index"""

from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"


def upgrade() -> None:
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_list"))
        batch_op.create_index("ix_application_list", ["programme_id", "state", "unit_id", "id"], unique=False)

    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_programme_id"))
        batch_op.create_index("ix_result_ranked", ["programme_id", "rank", "application_id", "total"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_index("ix_result_ranked")
        batch_op.create_index(batch_op.f("ix_result_programme_id"), ["programme_id"], unique=False)

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index("ix_application_list")
        batch_op.create_index(batch_op.f("ix_application_list"), ["programme_id", "state", "unit_id"], unique=False)
