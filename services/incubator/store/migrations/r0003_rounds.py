"""Rounds"""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("scheme", sa.String(length=100), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("publicity_days", sa.Integer(), nullable=False),
        sa.Column("publicity_in", sa.String(length=20), nullable=False),
        sa.Column("decide_within", sa.Integer(), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_from", sa.Date(), nullable=True),
        sa.Column("public_until", sa.Date(), nullable=True),
        sa.Column("finalised_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("year", "kind", name=op.f("uq_round_year")),
    )
    op.create_index(op.f("ix_round_state"), "round", ["state"], unique=False)
    op.create_index(op.f("ix_round_year"), "round", ["year"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("round_id", sa.String(length=100), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("explanation", sa.String(length=4000), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_report_carrier_id_carrier")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_report_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index(op.f("ix_report_carrier_id"), "report", ["carrier_id"], unique=False)
    op.create_index(op.f("ix_report_round_id"), "report", ["round_id"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("round_id", sa.String(length=100), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.String(length=20), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("withdrawal_proposed", sa.Boolean(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("finalised_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_evaluation_carrier_id_carrier")),
        sa.ForeignKeyConstraint(["id"], ["report.id"], name=op.f("fk_evaluation_id_report")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_evaluation_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index(op.f("ix_evaluation_carrier_id"), "evaluation", ["carrier_id"], unique=False)
    op.create_index(op.f("ix_evaluation_round_id"), "evaluation", ["round_id"], unique=False)
    op.create_table(
        "expert_mark",
        sa.Column("report_id", sa.String(length=200), nullable=False),
        sa.Column("indicator", sa.String(length=50), nullable=False),
        sa.Column("expert", sa.String(length=100), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_expert_mark_report_id_report")),
        sa.PrimaryKeyConstraint("report_id", "indicator", "expert", name=op.f("pk_expert_mark")),
    )
    op.create_table(
        "report_version",
        sa.Column("report_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.String(length=4000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_version_report_id_report")),
        sa.PrimaryKeyConstraint("report_id", "version", name=op.f("pk_report_version")),
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("evaluation_id", sa.String(length=200), nullable=False),
        sa.Column("objector_id", sa.String(length=200), nullable=False),
        sa.Column("grounds", sa.String(length=4000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=True),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_objection_evaluation_id_evaluation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_evaluation_id"), "objection", ["evaluation_id"], unique=False)
    op.create_index(op.f("ix_objection_state"), "objection", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("objection")
    op.drop_table("report_version")
    op.drop_table("expert_mark")
    op.drop_table("evaluation")
    op.drop_table("report")
    op.drop_table("round")
