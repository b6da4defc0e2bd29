"""A payment has its own amount; short budgets, recoveries, what a reversal touches"""

import sqlalchemy as sa
from alembic import op

from shared.audit.taking_over import take_over

revision: str = "0015"
down_revision: str | None = "0014"
RECORDED = (
    "subsidy_id", "state", "budget_year", "amount_fen", "proposed_by", "approved_by", "paid_on", "document_no",
)  # fmt: skip
"""What the audit trail records of a payment from now on; those there are, are entered as they stand."""


def upgrade() -> None:
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
        "touched_award",
        sa.Column("reversal_id", sa.String(length=40), nullable=False),
        sa.Column("subsidy_id", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["reversal_id"], ["subsidy.id"], name=op.f("fk_touched_award_reversal_id_subsidy")),
        sa.ForeignKeyConstraint(["subsidy_id"], ["subsidy.id"], name=op.f("fk_touched_award_subsidy_id_subsidy")),
        sa.PrimaryKeyConstraint("reversal_id", "subsidy_id", name=op.f("pk_touched_award")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("amount_fen", sa.BigInteger(), nullable=True))
    op.execute("update payment set amount_fen = (select amount_fen from subsidy where subsidy.id = payment.subsidy_id)")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.alter_column("amount_fen", existing_type=sa.BigInteger(), nullable=False)
    take_over(op.get_bind(), {"payment": ("subsidy_id", RECORDED)})


def downgrade() -> None:
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_column("amount_fen")

    op.drop_table("touched_award")
    op.drop_table("shortage_line")
    op.drop_table("recovery")
    op.drop_table("shortage")
