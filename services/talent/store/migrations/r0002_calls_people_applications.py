"""Calls people applications"""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    op.create_table(
        "applicant",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_mark", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicant")),
        sa.UniqueConstraint("account", name=op.f("uq_applicant_account")),
    )
    op.create_index(op.f("ix_applicant_id_mark"), "applicant", ["id_mark"], unique=False)
    op.create_table(
        "bar",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("id_mark", sa.String(length=64), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bar")),
    )
    op.create_index(op.f("ix_bar_id_mark"), "bar", ["id_mark"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "call",
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("units_until", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_from", sa.Date(), nullable=True),
        sa.Column("public_until", sa.Date(), nullable=True),
        sa.Column("selected_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_call")),
    )
    op.create_index(op.f("ix_call_state"), "call", ["state"], unique=False)
    op.create_index(op.f("ix_call_year"), "call", ["year"], unique=False)
    op.create_table(
        "recommending_unit",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("contact_name", sa.String(length=100), nullable=False),
        sa.Column("contact_email", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommending_unit")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_recommending_unit_credit_code")),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("applicant_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_mark", sa.String(length=64), nullable=True),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("project_mark", sa.String(length=64), nullable=False),
        sa.Column("company_code", sa.String(length=18), nullable=True),
        sa.Column("handed_in", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recommend_until", sa.Date(), nullable=True),
        sa.Column("correct_until", sa.Date(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name=op.f("fk_application_applicant_id_applicant")),
        sa.ForeignKeyConstraint(["programme_id"], ["call.programme_id"], name=op.f("fk_application_programme_id_call")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["recommending_unit.id"], name=op.f("fk_application_unit_id_recommending_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("programme_id", "applicant_id", name=op.f("uq_application_programme_id")),
    )
    op.create_index(op.f("ix_application_applicant_id"), "application", ["applicant_id"], unique=False)
    op.create_index(op.f("ix_application_company_code"), "application", ["company_code"], unique=False)
    op.create_index(op.f("ix_application_id_mark"), "application", ["id_mark"], unique=False)
    op.create_index("ix_application_list", "application", ["programme_id", "state", "unit_id"], unique=False)
    op.create_index(op.f("ix_application_project_mark"), "application", ["project_mark"], unique=False)
    op.create_index(op.f("ix_application_unit_id"), "application", ["unit_id"], unique=False)
    op.create_table(
        "personal_look",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("applicant_id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_personal_look_applicant_id_applicant")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_personal_look")),
    )
    op.create_index(op.f("ix_personal_look_applicant_id"), "personal_look", ["applicant_id"], unique=False)
    op.create_table(
        "hand_in",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("receipt", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.String(length=100), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("checked", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.String(length=100), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_hand_in_application_id_application")
        ),
        sa.PrimaryKeyConstraint("application_id", "number", name=op.f("pk_hand_in")),
        sa.UniqueConstraint("receipt", name=op.f("uq_hand_in_receipt")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=300), nullable=False),
        sa.Column("duty", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_member_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_member_token_hash")),
    )
    op.create_index(op.f("ix_member_application_id"), "member", ["application_id"], unique=False)
    op.create_table(
        "recommendation",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(length=100), nullable=False),
        sa.Column("recommended", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_recommendation_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["recommending_unit.id"], name=op.f("fk_recommendation_unit_id_recommending_unit")
        ),
        sa.PrimaryKeyConstraint("application_id", "number", name=op.f("pk_recommendation")),
    )


def downgrade() -> None:
    op.drop_table("recommendation")
    op.drop_table("member")
    op.drop_table("hand_in")
    op.drop_table("personal_look")
    op.drop_table("application")
    op.drop_table("recommending_unit")
    op.drop_table("call")
    op.drop_table("calendar_day")
    op.drop_table("bar")
    op.drop_table("applicant")
