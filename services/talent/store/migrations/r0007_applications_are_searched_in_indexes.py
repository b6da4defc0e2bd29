"""Applications are searched in indexes"""

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index("ix_application_project", ["project", "id"], unique=False)

    with op.batch_alter_table("hand_in", schema=None) as batch_op:
        batch_op.create_index("ix_hand_in_receipt", ["receipt", "application_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("hand_in", schema=None) as batch_op:
        batch_op.drop_index("ix_hand_in_receipt")

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index("ix_application_project")
