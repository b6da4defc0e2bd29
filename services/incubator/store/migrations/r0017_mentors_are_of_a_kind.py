"""Mentors are of a kind; those there are were registered as 创业导师"""

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"


def upgrade() -> None:
    with op.batch_alter_table("mentor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=20), nullable=True))
    op.execute("update mentor set kind = 'mentor'")
    with op.batch_alter_table("mentor", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(length=20), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("mentor", schema=None) as batch_op:
        batch_op.drop_column("kind")
