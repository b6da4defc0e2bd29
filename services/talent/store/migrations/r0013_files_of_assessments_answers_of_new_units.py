"""Files of assessments, answers of new units"""

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"


def upgrade() -> None:
    op.create_table(
        "award_change_answer",
        sa.Column("change_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=100), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["award_change.id"], name=op.f("fk_award_change_answer_change_id_award_change")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["recommending_unit.id"], name=op.f("fk_award_change_answer_unit_id_recommending_unit")
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_award_change_answer")),
    )
    op.create_table(
        "assessment_file",
        sa.Column("assessment_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("evidence_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id", "number"],
            ["assessment_hand_in.assessment_id", "assessment_hand_in.number"],
            name=op.f("fk_assessment_file_assessment_id_assessment_hand_in"),
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_assessment_file_evidence_id_evidence")),
        sa.PrimaryKeyConstraint("assessment_id", "number", "evidence_id", name=op.f("pk_assessment_file")),
    )
    op.create_index(op.f("ix_assessment_file_evidence_id"), "assessment_file", ["evidence_id"], unique=False)


def downgrade() -> None:
    op.drop_table("assessment_file")
    op.drop_table("award_change_answer")
