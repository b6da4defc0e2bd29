"""District reviews and reminders"""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    op.create_table(
        "district_review",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("report_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recommended", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.String(length=2000), nullable=False),
        sa.Column("site_checked_on", sa.Date(), nullable=True),
        sa.Column("site_note", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_district_review_report_id_report")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_district_review")),
    )
    op.create_index(op.f("ix_district_review_report_id"), "district_review", ["report_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("report_id", sa.String(length=200), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_reminder_report_id_report")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_reminder")),
        sa.UniqueConstraint("report_id", "on_date", "number", name=op.f("uq_reminder_report_id")),
    )
    op.create_index(op.f("ix_reminder_report_id"), "reminder", ["report_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reminder")
    op.drop_table("district_review")
