"""What was erased leaves the stream"""

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"


def upgrade() -> None:
    op.create_table(
        "erased_event",
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("story", sa.String(length=200), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_erased_event")),
    )
    op.create_index(op.f("ix_erased_event_story"), "erased_event", ["story"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_erased_event_story"), table_name="erased_event")
    op.drop_table("erased_event")
