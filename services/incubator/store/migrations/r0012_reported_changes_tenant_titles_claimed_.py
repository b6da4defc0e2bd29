"""Reported changes, tenant titles claimed, mentors"""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"


def upgrade() -> None:
    op.create_table(
        "hnte_claim",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=False),
        sa.Column("tenant_id", sa.String(length=200), nullable=False),
        sa.Column("certificate_no", sa.String(length=20), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("renewed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("claimed_by", sa.String(length=200), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_hnte_claim_carrier_id_carrier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hnte_claim")),
    )
    op.create_index(op.f("ix_hnte_claim_carrier_id"), "hnte_claim", ["carrier_id"], unique=False)
    op.create_index(op.f("ix_hnte_claim_certificate_no"), "hnte_claim", ["certificate_no"], unique=False)
    op.create_index(op.f("ix_hnte_claim_state"), "hnte_claim", ["state"], unique=False)
    op.create_index(op.f("ix_hnte_claim_tenant_id"), "hnte_claim", ["tenant_id"], unique=False)
    op.create_table(
        "mentor",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("full_time", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("employer", sa.String(length=200), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_mentor_carrier_id_carrier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor")),
    )
    op.create_index(op.f("ix_mentor_carrier_id"), "mentor", ["carrier_id"], unique=False)
    op.create_table(
        "reported_change",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("carrier_id", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("old", sa.String(length=300), nullable=False),
        sa.Column("new", sa.String(length=300), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("district", sa.String(length=100), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("reported_by", sa.String(length=200), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_reported_change_carrier_id_carrier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_change")),
    )
    op.create_index(op.f("ix_reported_change_carrier_id"), "reported_change", ["carrier_id"], unique=False)
    op.create_index(op.f("ix_reported_change_state"), "reported_change", ["state"], unique=False)
    op.create_table(
        "mentor_session",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("mentor_id", sa.String(length=40), nullable=False),
        sa.Column("tenant_id", sa.String(length=200), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["mentor_id"], ["mentor.id"], name=op.f("fk_mentor_session_mentor_id_mentor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_session")),
    )
    op.create_index(op.f("ix_mentor_session_mentor_id"), "mentor_session", ["mentor_id"], unique=False)
    with op.batch_alter_table("carrier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("area", sa.String(length=20), nullable=True))

    with op.batch_alter_table("tenancy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credit_code", sa.String(length=18), nullable=True))
        batch_op.add_column(sa.Column("founded_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("field", sa.String(length=100), nullable=True))
        batch_op.create_index(batch_op.f("ix_tenancy_credit_code"), ["credit_code"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("tenancy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tenancy_credit_code"))
        batch_op.drop_column("field")
        batch_op.drop_column("founded_on")
        batch_op.drop_column("credit_code")

    with op.batch_alter_table("carrier", schema=None) as batch_op:
        batch_op.drop_column("area")
        batch_op.drop_column("address")

    op.drop_table("mentor_session")
    op.drop_table("reported_change")
    op.drop_table("mentor")
    op.drop_table("hnte_claim")
