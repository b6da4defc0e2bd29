"""Grades by hand and corrections of final grades"""

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"


def upgrade() -> None:
    op.create_table(
        "grade_correction",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("evaluation_id", sa.String(length=200), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=False),
        sa.Column("instead_of", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("corrected_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_grade_correction_evaluation_id_evaluation")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_grade_correction")),
        sa.UniqueConstraint("id", name=op.f("uq_grade_correction_id")),
    )
    op.create_index(op.f("ix_grade_correction_evaluation_id"), "grade_correction", ["evaluation_id"], unique=False)
    op.create_table(
        "hand_grade",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("evaluation_id", sa.String(length=200), nullable=False),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("instead_of", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_hand_grade_evaluation_id_evaluation")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_hand_grade")),
    )
    op.create_index(op.f("ix_hand_grade_evaluation_id"), "hand_grade", ["evaluation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("hand_grade")
    op.drop_table("grade_correction")
