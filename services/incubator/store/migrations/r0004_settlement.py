"""Settlement"""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    op.create_table(
        "cause",
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("root", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("story", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_cause")),
    )
    op.create_index(op.f("ix_cause_about"), "cause", ["about"], unique=False)
    op.create_index(op.f("ix_cause_root"), "cause", ["root"], unique=False)
    op.create_index(op.f("ix_cause_story"), "cause", ["story"], unique=False)
    op.create_table(
        "limit_key",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_limit_key")),
    )
    op.create_table(
        "message_seen",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("cause_event_id", sa.String(length=200), nullable=False),
        sa.Column("recipient_id", sa.String(length=200), nullable=False),
        sa.Column("story", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_seen")),
    )
    op.create_index(op.f("ix_message_seen_cause_event_id"), "message_seen", ["cause_event_id"], unique=False)
    op.create_index(op.f("ix_message_seen_recipient_id"), "message_seen", ["recipient_id"], unique=False)
    op.create_index(op.f("ix_message_seen_story"), "message_seen", ["story"], unique=False)
    op.create_table(
        "schedule_run",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("did", sa.Integer(), nullable=False),
        sa.Column("last_did_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=4000), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule_run")),
    )
    op.create_table(
        "subsidy",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=200), nullable=False),
        sa.Column("cause_event_id", sa.String(length=200), nullable=False),
        sa.Column("ref", sa.String(length=400), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("policy_version", sa.String(length=100), nullable=False),
        sa.Column("article", sa.String(length=20), nullable=True),
        sa.Column("rule", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("floor_fen", sa.BigInteger(), nullable=True),
        sa.Column("ceiling_fen", sa.BigInteger(), nullable=True),
        sa.Column("reverses", sa.String(length=40), nullable=True),
        sa.Column("explanation", sa.LargeBinary(), nullable=False),
        sa.Column("explanation_hash", sa.String(length=64), nullable=True),
        sa.Column("story", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["reverses"], ["subsidy.id"], name=op.f("fk_subsidy_reverses_subsidy")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_subsidy")),
        sa.UniqueConstraint("id", name=op.f("uq_subsidy_id")),
        sa.UniqueConstraint("reverses", name=op.f("uq_subsidy_reverses")),
    )
    op.create_index(op.f("ix_subsidy_carrier_id"), "subsidy", ["carrier_id"], unique=False)
    op.create_index(op.f("ix_subsidy_cause_event_id"), "subsidy", ["cause_event_id"], unique=False)
    op.create_index(op.f("ix_subsidy_organisation_id"), "subsidy", ["organisation_id"], unique=False)
    op.create_index(
        "ix_subsidy_outcome", "subsidy", ["outcome", "year", "on_date", "article", "amount_fen"], unique=False
    )
    op.create_index(op.f("ix_subsidy_ref"), "subsidy", ["ref"], unique=False)
    op.create_index(op.f("ix_subsidy_root"), "subsidy", ["root"], unique=False)
    op.create_index(op.f("ix_subsidy_story"), "subsidy", ["story"], unique=False)
    op.create_table(
        "payment",
        sa.Column("subsidy_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("budget_year", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidy.id"], name=op.f("fk_payment_subsidy_id_subsidy")),
        sa.PrimaryKeyConstraint("subsidy_id", name=op.f("pk_payment")),
    )
    op.create_index(op.f("ix_payment_budget_year"), "payment", ["budget_year"], unique=False)
    op.create_index(op.f("ix_payment_state"), "payment", ["state"], unique=False)
    op.create_table(
        "subsidy_key",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("subsidy_id", sa.String(length=40), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidy.id"], name=op.f("fk_subsidy_key_subsidy_id_subsidy")),
        sa.PrimaryKeyConstraint("key", "subsidy_id", name=op.f("pk_subsidy_key")),
    )


def downgrade() -> None:
    op.drop_table("subsidy_key")
    op.drop_table("payment")
    op.drop_table("subsidy")
    op.drop_table("schedule_run")
    op.drop_table("message_seen")
    op.drop_table("limit_key")
    op.drop_table("cause")
