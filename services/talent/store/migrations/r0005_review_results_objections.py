"""Review, results, objections"""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    op.create_table(
        "expert",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("account", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("employer", sa.String(length=200), nullable=False),
        sa.Column("employer_code", sa.String(length=18), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("contact_email", sa.String(length=300), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
        sa.UniqueConstraint("account", name=op.f("uq_expert_account")),
    )
    op.create_table(
        "review_draw",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("round_id", sa.String(length=100), nullable=False),
        sa.Column("seed", sa.String(length=100), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("made_from", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=1200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["call.programme_id"], name=op.f("fk_review_draw_round_id_call")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_review_draw")),
        sa.UniqueConstraint("id", name=op.f("uq_review_draw_id")),
    )
    op.create_index(op.f("ix_review_draw_round_id"), "review_draw", ["round_id"], unique=False)
    op.create_table(
        "review_reminder",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("round_id", sa.String(length=100), nullable=False),
        sa.Column("expert_id", sa.String(length=100), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_review_reminder_expert_id_expert")),
        sa.ForeignKeyConstraint(["round_id"], ["call.programme_id"], name=op.f("fk_review_reminder_round_id_call")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_review_reminder")),
        sa.UniqueConstraint("round_id", "expert_id", "on_date", "number", name=op.f("uq_review_reminder_round_id")),
    )
    op.create_index(op.f("ix_review_reminder_round_id"), "review_reminder", ["round_id"], unique=False)
    op.create_table(
        "expert_mark",
        sa.Column("application_id", sa.String(length=200), nullable=False),
        sa.Column("indicator", sa.String(length=50), nullable=False),
        sa.Column("expert", sa.String(length=100), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_expert_mark_application_id_application")
        ),
        sa.PrimaryKeyConstraint("application_id", "indicator", "expert", name=op.f("pk_expert_mark")),
    )
    op.create_table(
        "expert_relation",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("expert_id", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("party_name", sa.String(length=200), nullable=False),
        sa.Column("party_code", sa.String(length=18), nullable=False),
        sa.Column("application_id", sa.String(length=200), nullable=True),
        sa.Column("said", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_expert_relation_application_id_application")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_expert_relation_expert_id_expert")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_expert_relation")),
    )
    op.create_index(op.f("ix_expert_relation_expert_id"), "expert_relation", ["expert_id"], unique=False)
    op.create_table(
        "moderation",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.String(length=200), nullable=False),
        sa.Column("indicator", sa.String(length=50), nullable=False),
        sa.Column("expert", sa.String(length=100), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_moderation_application_id_application")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_moderation")),
    )
    op.create_index(op.f("ix_moderation_application_id"), "moderation", ["application_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("application_id", sa.String(length=200), nullable=False),
        sa.Column("objector_id", sa.String(length=200), nullable=False),
        sa.Column("grounds", sa.String(length=4000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_objection_application_id_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_application_id"), "objection", ["application_id"], unique=False)
    op.create_index(op.f("ix_objection_state"), "objection", ["state"], unique=False)
    op.create_table(
        "panel_decision",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=True),
        sa.Column("after", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_panel_decision_application_id_application")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_panel_decision")),
    )
    op.create_index(op.f("ix_panel_decision_application_id"), "panel_decision", ["application_id"], unique=False)
    op.create_table(
        "result",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("programme_id", sa.String(length=100), nullable=False),
        sa.Column("computed", sa.String(length=20), nullable=True),
        sa.Column("total", sa.String(length=20), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("public_from", sa.Date(), nullable=True),
        sa.Column("public_until", sa.Date(), nullable=True),
        sa.Column("chosen_for", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_result_application_id_application")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["call.programme_id"], name=op.f("fk_result_programme_id_call")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_result")),
    )
    op.create_index(op.f("ix_result_programme_id"), "result", ["programme_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("draw_id", sa.String(length=40), nullable=False),
        sa.Column("round_id", sa.String(length=100), nullable=False),
        sa.Column("application_id", sa.String(length=200), nullable=False),
        sa.Column("expert_id", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_review_application_id_application")
        ),
        sa.ForeignKeyConstraint(["draw_id"], ["review_draw.id"], name=op.f("fk_review_draw_id_review_draw")),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_review_expert_id_expert")),
        sa.ForeignKeyConstraint(["round_id"], ["call.programme_id"], name=op.f("fk_review_round_id_call")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("application_id", "expert_id", name=op.f("uq_review_application_id")),
    )
    op.create_index(op.f("ix_review_expert_id"), "review", ["expert_id"], unique=False)
    op.create_index(op.f("ix_review_round_id"), "review", ["round_id"], unique=False)
    op.create_table(
        "site_visit",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("visitors", sa.String(length=500), nullable=False),
        sa.Column("findings", sa.String(length=4000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_site_visit_application_id_application")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_site_visit")),
    )
    op.create_index(op.f("ix_site_visit_application_id"), "site_visit", ["application_id"], unique=False)
    op.create_table(
        "objection_contact",
        sa.Column("objection_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["objection.id"], name=op.f("fk_objection_contact_objection_id_objection")
        ),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objection_contact")),
    )
    op.create_table(
        "review_mark",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("review_id", sa.String(length=40), nullable=False),
        sa.Column("indicator", sa.String(length=50), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_mark_review_id_review")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_review_mark")),
    )
    op.create_index(op.f("ix_review_mark_review_id"), "review_mark", ["review_id"], unique=False)
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("experts_until", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_column("experts_until")

    op.drop_table("review_mark")
    op.drop_table("objection_contact")
    op.drop_table("site_visit")
    op.drop_table("review")
    op.drop_table("result")
    op.drop_table("panel_decision")
    op.drop_table("objection")
    op.drop_table("moderation")
    op.drop_table("expert_relation")
    op.drop_table("expert_mark")
    op.drop_table("review_reminder")
    op.drop_table("review_draw")
    op.drop_table("expert")
