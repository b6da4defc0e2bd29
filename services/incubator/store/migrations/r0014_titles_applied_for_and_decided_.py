"""Titles applied for and decided, rectifications and bars"""

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    op.create_table(
        "bar",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ground", sa.String(length=50), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bar_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bar")),
    )
    op.create_index(op.f("ix_bar_organisation_id"), "bar", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_bar_state"), "bar", ["state"], unique=False)
    op.create_table(
        "bar_hold",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("bar_id", sa.String(length=40), nullable=False),
        sa.Column("root", sa.String(length=200), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["bar_id"], ["bar.id"], name=op.f("fk_bar_hold_bar_id_bar")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_bar_hold")),
        sa.UniqueConstraint("bar_id", "root", name=op.f("uq_bar_hold_bar_id")),
    )
    op.create_index(op.f("ix_bar_hold_bar_id"), "bar_hold", ["bar_id"], unique=False)
    op.create_table(
        "rectification",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=2000), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_rectification_carrier_id_carrier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification")),
    )
    op.create_index(op.f("ix_rectification_carrier_id"), "rectification", ["carrier_id"], unique=False)
    op.create_index(op.f("ix_rectification_state"), "rectification", ["state"], unique=False)
    op.create_table(
        "title_application",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("level", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("track", sa.String(length=50), nullable=True),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("statement", sa.String(length=4000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("opinion", sa.String(length=2000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_title_application_carrier_id_carrier")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_title_application_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_application")),
    )
    op.create_index(op.f("ix_title_application_carrier_id"), "title_application", ["carrier_id"], unique=False)
    op.create_index(op.f("ix_title_application_district"), "title_application", ["district"], unique=False)
    op.create_index(
        op.f("ix_title_application_organisation_id"), "title_application", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_title_application_state"), "title_application", ["state"], unique=False)
    op.create_index(op.f("ix_title_application_submitted_on"), "title_application", ["submitted_on"], unique=False)
    op.create_table(
        "title_submission",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("receipt", sa.String(length=60), nullable=False),
        sa.Column("conditions", sa.String(length=100), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=100), nullable=False),
        sa.Column("track", sa.String(length=50), nullable=True),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("statement", sa.String(length=4000), nullable=False),
        sa.Column("signed_by", sa.String(length=100), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["title_application.id"],
            name=op.f("fk_title_submission_application_id_title_application"),
        ),
        sa.PrimaryKeyConstraint("application_id", "number", name=op.f("pk_title_submission")),
    )
    op.create_table(
        "title_decision",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.String(length=200), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("level", sa.String(length=50), nullable=True),
        sa.Column("application_id", sa.String(length=40), nullable=True),
        sa.Column("evaluation_id", sa.String(length=200), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["title_application.id"],
            name=op.f("fk_title_decision_application_id_title_application"),
        ),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_title_decision_carrier_id_carrier")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_title_decision_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_title_decision_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_title_decision")),
        sa.UniqueConstraint("id", name=op.f("uq_title_decision_id")),
    )
    op.create_index(op.f("ix_title_decision_act"), "title_decision", ["act"], unique=False)
    op.create_index(op.f("ix_title_decision_application_id"), "title_decision", ["application_id"], unique=False)
    op.create_index(op.f("ix_title_decision_carrier_id"), "title_decision", ["carrier_id"], unique=False)
    op.create_index(op.f("ix_title_decision_evaluation_id"), "title_decision", ["evaluation_id"], unique=False)
    op.create_index(op.f("ix_title_decision_organisation_id"), "title_decision", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("title_decision")
    op.drop_table("title_submission")
    op.drop_table("title_application")
    op.drop_table("rectification")
    op.drop_table("bar_hold")
    op.drop_table("bar")
