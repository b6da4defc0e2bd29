"""Letters seen, schedule runs, evidence"""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_kind", sa.String(length=50), nullable=False),
        sa.Column("owner_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signature", sa.String(length=200), nullable=True),
        sa.Column("removed_by", sa.String(length=200), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_failures", sa.Integer(), nullable=False),
        sa.Column("check_error", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(
        "ix_evidence_check",
        "evidence",
        ["check_at"],
        unique=False,
        sqlite_where=sa.text("check_at IS NOT NULL"),
        postgresql_where=sa.text("check_at IS NOT NULL"),
    )
    op.create_index("ix_evidence_owner", "evidence", ["owner_kind", "owner_id"], unique=False)
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"], unique=False)
    op.create_table(
        "message_seen",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.String(length=100), nullable=False),
        sa.Column("cause_event_id", sa.String(length=200), nullable=False),
        sa.Column("recipient_id", sa.String(length=200), nullable=False),
        sa.Column("story", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_seen")),
    )
    op.create_index(op.f("ix_message_seen_cause_event_id"), "message_seen", ["cause_event_id"], unique=False)
    op.create_index(op.f("ix_message_seen_recipient_id"), "message_seen", ["recipient_id"], unique=False)
    op.create_index(op.f("ix_message_seen_story"), "message_seen", ["story"], unique=False)
    op.create_table(
        "schedule_run",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("did", sa.Integer(), nullable=False),
        sa.Column("last_did_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=4000), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule_run")),
    )
    op.create_table(
        "application_file",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("evidence_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_file_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_application_file_evidence_id_evidence")
        ),
        sa.PrimaryKeyConstraint("application_id", "place", "evidence_id", name=op.f("pk_application_file")),
    )
    op.create_table(
        "hand_in_file",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("evidence_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id", "number"],
            ["hand_in.application_id", "hand_in.number"],
            name=op.f("fk_hand_in_file_application_id_hand_in"),
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_hand_in_file_evidence_id_evidence")),
        sa.PrimaryKeyConstraint("application_id", "number", "place", "evidence_id", name=op.f("pk_hand_in_file")),
    )
    op.create_index(op.f("ix_hand_in_file_evidence_id"), "hand_in_file", ["evidence_id"], unique=False)


def downgrade() -> None:
    op.drop_table("hand_in_file")
    op.drop_table("application_file")
    op.drop_table("schedule_run")
    op.drop_table("message_seen")
    op.drop_table("evidence")
