"""Audit"""

import sqlalchemy as sa
from alembic import op

from shared.audit.taking_over import take_over

revision: str = "0003"
down_revision: str | None = "0002"

TAKEN_OVER = {"decision": ("message_id", ("message_id", "what", "by", "at", "reason"))}
"""What a database holds already is entered as it stands when its trail begins."""
SQLITE = (
    (
        "create trigger {table}_is_never_changed before update on {table}"
        " begin select raise(abort, '{table} is append-only'); end"
    ),
    (
        "create trigger {table}_is_never_removed before delete on {table}"
        " begin select raise(abort, '{table} is append-only'); end"
    ),
    (
        "create trigger {table}_is_never_replaced before insert on {table}"
        " when exists (select 1 from {table} where {key} = new.{key})"
        " begin select raise(abort, '{table} is append-only'); end"
    ),
)
POSTGRESQL = (
    (
        "create function {table}_is_append_only() returns trigger language plpgsql as $$"
        " begin raise exception '{table} is append-only' using errcode = 'restrict_violation'; end $$"
    ),
    (
        "create trigger {table}_is_never_changed before update or delete or truncate on {table}"
        " for each statement execute function {table}_is_append_only()"
    ),
)
KEYS = {"audit_entry": "position", "audit_seal": "number"}


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=100), nullable=False),
        sa.Column("of", sa.String(length=200), nullable=False),
        sa.Column("record", sa.String(length=100), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_of"), "audit_entry", ["of"], unique=False)
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, key in KEYS.items():
        for statement in SQLITE if sqlite else POSTGRESQL:
            op.execute(statement.format(table=table, key=key))
    take_over(op.get_bind(), TAKEN_OVER)


def downgrade() -> None:
    op.drop_table("audit_seal")
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        for table in KEYS:
            op.execute(f"drop function {table}_is_append_only()")
