"""Interest is claimed year by year"""

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    op.create_table(
        "interest_claim",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("award_id", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("handed_in", sa.Integer(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_interest_claim_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_claim")),
    )
    op.create_index(op.f("ix_interest_claim_award_id"), "interest_claim", ["award_id"], unique=False)
    op.create_index(op.f("ix_interest_claim_state"), "interest_claim", ["state"], unique=False)
    op.create_index(
        "uq_interest_claim_year",
        "interest_claim",
        ["award_id", "year"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'claimed', 'returned')"),
        postgresql_where=sa.text("state IN ('draft', 'claimed', 'returned')"),
    )
    op.create_table(
        "interest_hand_in",
        sa.Column("claim_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("loan_no", sa.String(length=100), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=True),
        sa.Column("interest_from", sa.Date(), nullable=False),
        sa.Column("interest_until", sa.Date(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.String(length=100), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["interest_claim.id"], name=op.f("fk_interest_hand_in_claim_id_interest_claim")
        ),
        sa.PrimaryKeyConstraint("claim_id", "number", name=op.f("pk_interest_hand_in")),
    )


def downgrade() -> None:
    op.drop_table("interest_hand_in")
    op.drop_table("interest_claim")
