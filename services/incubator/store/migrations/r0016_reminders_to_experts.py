"""Reminders to experts"""

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"


def upgrade() -> None:
    op.create_table(
        "review_reminder",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("round_id", sa.String(length=100), nullable=False),
        sa.Column("expert_id", sa.String(length=100), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_review_reminder_expert_id_expert")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_review_reminder_round_id_round")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_review_reminder")),
        sa.UniqueConstraint("round_id", "expert_id", "on_date", "number", name=op.f("uq_review_reminder_round_id")),
    )
    op.create_index(op.f("ix_review_reminder_round_id"), "review_reminder", ["round_id"], unique=False)


def downgrade() -> None:
    op.drop_table("review_reminder")
