"""Awards contracts assessments"""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"


def upgrade() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("applicant_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("contract_no", sa.String(length=60), nullable=False),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("decided", sa.JSON(), nullable=False),
        sa.Column("own_fen", sa.BigInteger(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("extended_months", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by_document", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_award_applicant_id_applicant")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_award_application_id_application")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["call.programme_id"], name=op.f("fk_award_programme_id_call")),
        sa.ForeignKeyConstraint(["unit_id"], ["recommending_unit.id"], name=op.f("fk_award_unit_id_recommending_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("application_id", name=op.f("uq_award_application_id")),
        sa.UniqueConstraint("contract_no", name=op.f("uq_award_contract_no")),
    )
    op.create_index(op.f("ix_award_applicant_id"), "award", ["applicant_id"], unique=False)
    op.create_index(op.f("ix_award_programme_id"), "award", ["programme_id"], unique=False)
    op.create_index(op.f("ix_award_state"), "award", ["state"], unique=False)
    op.create_index(op.f("ix_award_unit_id"), "award", ["unit_id"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("award_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("handed_in", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("concluded", sa.Integer(), nullable=False),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_assessment_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("award_id", "key", name=op.f("uq_assessment_award_id")),
    )
    op.create_index(op.f("ix_assessment_due_on"), "assessment", ["due_on"], unique=False)
    op.create_index(op.f("ix_assessment_state"), "assessment", ["state"], unique=False)
    op.create_table(
        "award_change",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("award_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("unit_agrees", sa.Boolean(), nullable=True),
        sa.Column("unit_opinion", sa.String(length=2000), nullable=False),
        sa.Column("decision", sa.String(length=2000), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_change_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_change")),
    )
    op.create_index(op.f("ix_award_change_award_id"), "award_change", ["award_id"], unique=False)
    op.create_index(op.f("ix_award_change_state"), "award_change", ["state"], unique=False)
    op.create_table(
        "award_instalment",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("award_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("when", sa.String(length=20), nullable=False),
        sa.Column("says", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("holds", sa.JSON(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_by_document", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_instalment_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_instalment")),
        sa.UniqueConstraint("award_id", "number", name=op.f("uq_award_instalment_award_id")),
    )
    op.create_table(
        "contract",
        sa.Column("award_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_force", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_contract_award_id_award")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_contract")),
    )
    op.create_table(
        "contract_version",
        sa.Column("award_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("change_id", sa.String(length=40), nullable=True),
        sa.Column("signed_by", sa.String(length=100), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_contract_version_award_id_award")),
        sa.PrimaryKeyConstraint("award_id", "number", name=op.f("pk_contract_version")),
    )
    op.create_table(
        "assessment_conclusion",
        sa.Column("assessment_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hand_in", sa.Integer(), nullable=False),
        sa.Column("conclusion", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("experts", sa.String(length=5000), nullable=False),
        sa.Column("rectify_until", sa.Date(), nullable=True),
        sa.Column("effect", sa.String(length=20), nullable=False),
        sa.Column("instalments", sa.JSON(), nullable=False),
        sa.Column("recovery_proposed", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_conclusion_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_assessment_conclusion")),
    )
    op.create_table(
        "assessment_hand_in",
        sa.Column("assessment_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("receipt", sa.String(length=60), nullable=False),
        sa.Column("contract_number", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.String(length=100), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_hand_in_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_assessment_hand_in")),
        sa.UniqueConstraint("receipt", name=op.f("uq_assessment_hand_in_receipt")),
    )
    op.create_table(
        "assessment_opinion",
        sa.Column("assessment_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=100), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_opinion_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["recommending_unit.id"], name=op.f("fk_assessment_opinion_unit_id_recommending_unit")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "number", name=op.f("pk_assessment_opinion")),
    )
    op.create_table(
        "assessment_reminder",
        sa.Column("assessment_id", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("which", sa.String(length=20), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_reminder_assessment_id_assessment")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "due_on", "which", name=op.f("pk_assessment_reminder")),
    )


def downgrade() -> None:
    op.drop_table("assessment_reminder")
    op.drop_table("assessment_opinion")
    op.drop_table("assessment_hand_in")
    op.drop_table("assessment_conclusion")
    op.drop_table("contract_version")
    op.drop_table("contract")
    op.drop_table("award_instalment")
    op.drop_table("award_change")
    op.drop_table("assessment")
    op.drop_table("award")
