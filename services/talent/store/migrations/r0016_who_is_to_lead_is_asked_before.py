"""Who is to lead is asked before"""

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"


def upgrade() -> None:
    with op.batch_alter_table("award_change_answer", schema=None) as batch_op:
        batch_op.alter_column("unit_id", existing_type=sa.VARCHAR(length=100), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("award_change_answer", schema=None) as batch_op:
        batch_op.alter_column("unit_id", existing_type=sa.VARCHAR(length=100), nullable=False)
