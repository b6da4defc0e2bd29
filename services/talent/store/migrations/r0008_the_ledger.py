"""The ledger"""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_budget")),
    )
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
        "decision",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("rate", sa.String(length=40), nullable=True),
        sa.Column("amount", sa.String(length=40), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_about"), "decision", ["about"], unique=False)
    op.create_table(
        "limit_key",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_limit_key")),
    )
    op.create_table(
        "payee_account",
        sa.Column("payee_id", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("bank", sa.String(length=100), nullable=False),
        sa.Column("branch", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("explanation", sa.String(length=1000), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("payee_id", "version", name=op.f("pk_payee_account")),
    )
    op.create_table(
        "shortage",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("budget_year", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("envelope_fen", sa.BigInteger(), nullable=False),
        sa.Column("claimed_fen", sa.BigInteger(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortage")),
    )
    op.create_index(op.f("ix_shortage_budget_year"), "shortage", ["budget_year"], unique=False)
    op.create_table(
        "subsidy",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=200), nullable=False),
        sa.Column("cause_event_id", sa.String(length=200), nullable=False),
        sa.Column("ref", sa.String(length=400), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=200), nullable=False),
        sa.Column("payee_id", sa.String(length=200), nullable=False),
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
    op.create_index(op.f("ix_subsidy_cause_event_id"), "subsidy", ["cause_event_id"], unique=False)
    op.create_index(
        "ix_subsidy_outcome", "subsidy", ["outcome", "year", "on_date", "article", "amount_fen"], unique=False
    )
    op.create_index(op.f("ix_subsidy_payee_id"), "subsidy", ["payee_id"], unique=False)
    op.create_index(op.f("ix_subsidy_ref"), "subsidy", ["ref"], unique=False)
    op.create_index(op.f("ix_subsidy_root"), "subsidy", ["root"], unique=False)
    op.create_index(op.f("ix_subsidy_story"), "subsidy", ["story"], unique=False)
    op.create_index(op.f("ix_subsidy_subject_id"), "subsidy", ["subject_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("subsidy_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("budget_year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
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
        "recovery",
        sa.Column("subsidy_id", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidy.id"], name=op.f("fk_recovery_subsidy_id_subsidy")),
        sa.PrimaryKeyConstraint("subsidy_id", name=op.f("pk_recovery")),
    )
    op.create_index(op.f("ix_recovery_state"), "recovery", ["state"], unique=False)
    op.create_table(
        "shortage_line",
        sa.Column("shortage_id", sa.String(length=40), nullable=False),
        sa.Column("subsidy_id", sa.String(length=40), nullable=False),
        sa.Column("entry_id", sa.String(length=40), nullable=True),
        sa.Column("before_fen", sa.BigInteger(), nullable=False),
        sa.Column("after_fen", sa.BigInteger(), nullable=False),
        sa.Column("carried_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["subsidy.id"], name=op.f("fk_shortage_line_entry_id_subsidy")),
        sa.ForeignKeyConstraint(["shortage_id"], ["shortage.id"], name=op.f("fk_shortage_line_shortage_id_shortage")),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidy.id"], name=op.f("fk_shortage_line_subsidy_id_subsidy")),
        sa.PrimaryKeyConstraint("shortage_id", "subsidy_id", name=op.f("pk_shortage_line")),
    )
    op.create_index(op.f("ix_shortage_line_entry_id"), "shortage_line", ["entry_id"], unique=False)
    op.create_table(
        "subsidy_key",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("subsidy_id", sa.String(length=40), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidy.id"], name=op.f("fk_subsidy_key_subsidy_id_subsidy")),
        sa.PrimaryKeyConstraint("key", "subsidy_id", name=op.f("pk_subsidy_key")),
    )
    op.create_table(
        "touched_award",
        sa.Column("reversal_id", sa.String(length=40), nullable=False),
        sa.Column("subsidy_id", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["reversal_id"], ["subsidy.id"], name=op.f("fk_touched_award_reversal_id_subsidy")),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidy.id"], name=op.f("fk_touched_award_subsidy_id_subsidy")),
        sa.PrimaryKeyConstraint("reversal_id", "subsidy_id", name=op.f("pk_touched_award")),
    )


def downgrade() -> None:
    op.drop_table("touched_award")
    op.drop_table("subsidy_key")
    op.drop_table("shortage_line")
    op.drop_table("recovery")
    op.drop_table("payment")
    op.drop_table("subsidy")
    op.drop_table("shortage")
    op.drop_table("payee_account")
    op.drop_table("limit_key")
    op.drop_table("decision")
    op.drop_table("cause")
    op.drop_table("budget")
