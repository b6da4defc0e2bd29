"""Technology brokers, their deals and claims"""

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    op.create_table(
        "broker",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=True),
        sa.Column("sort", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("contact_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broker")),
        sa.UniqueConstraint("account", name=op.f("uq_broker_account")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_broker_credit_code")),
    )
    op.create_index(op.f("ix_broker_name"), "broker", ["name"], unique=False)
    op.create_index(op.f("ix_broker_state"), "broker", ["state"], unique=False)
    op.create_table(
        "broker_deal",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("broker_id", sa.String(length=40), nullable=False),
        sa.Column("contract_no", sa.String(length=100), nullable=False),
        sa.Column("contract_key", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("seller", sa.String(length=200), nullable=False),
        sa.Column("buyer", sa.String(length=200), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("actual_fen", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["broker_id"], ["broker.id"], name=op.f("fk_broker_deal_broker_id_broker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broker_deal")),
    )
    op.create_index(op.f("ix_broker_deal_broker_id"), "broker_deal", ["broker_id"], unique=False)
    op.create_index(op.f("ix_broker_deal_claimed_on"), "broker_deal", ["claimed_on"], unique=False)
    op.create_index(op.f("ix_broker_deal_state"), "broker_deal", ["state"], unique=False)
    op.create_index(
        "uq_broker_deal_contract",
        "broker_deal",
        ["contract_key"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
        postgresql_where=sa.text("state NOT IN ('refused', 'withdrawn')"),
    )
    op.create_table(
        "broker_deal_claim",
        sa.Column("deal_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("actual_fen", sa.BigInteger(), nullable=True),
        sa.Column("paper", sa.String(length=500), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["broker_deal.id"], name=op.f("fk_broker_deal_claim_deal_id_broker_deal")),
        sa.PrimaryKeyConstraint("deal_id", "number", name=op.f("pk_broker_deal_claim")),
    )


def downgrade() -> None:
    op.drop_table("broker_deal_claim")
    op.drop_table("broker_deal")
    op.drop_table("broker")
