"""A round has days for districts and experts"""

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"


def upgrade() -> None:
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.add_column(sa.Column("district_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("experts_until", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("round", schema=None) as batch_op:
        batch_op.drop_column("experts_until")
        batch_op.drop_column("district_until")
