"""The rows of the trail, which the database itself refuses to change. Each service has its own in its own MetaData."""

from typing import NamedTuple

from sqlalchemy import DDL, BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, event
from sqlalchemy.schema import ExecutableDDLElement

from shared.db.types import Instant
from shared.messaging.tables import POSITION

SQLITE = (
    (
        "create trigger %(table)s_is_never_changed before update on %(table)s"
        " begin select raise(abort, '%(table)s is append-only'); end"
    ),
    (
        "create trigger %(table)s_is_never_removed before delete on %(table)s"
        " begin select raise(abort, '%(table)s is append-only'); end"
    ),
    # an `insert or replace` removes a row without asking the trigger for removals
    (
        "create trigger %(table)s_is_never_replaced before insert on %(table)s"
        " when exists (select 1 from %(table)s where {key} = new.{key})"
        " begin select raise(abort, '%(table)s is append-only'); end"
    ),
)
POSTGRESQL = (
    (
        "create function %(table)s_is_append_only() returns trigger language plpgsql as $$"
        " begin raise exception '%(table)s is append-only' using errcode = 'restrict_violation'; end $$"
    ),
    (
        "create trigger %(table)s_is_never_changed before update or delete or truncate on %(table)s"
        " for each statement execute function %(table)s_is_append_only()"
    ),
)
POSTGRESQL_AFTER = "drop function %(table)s_is_append_only()"


class AuditTables(NamedTuple):
    """entry: one row for each step, in order; seal: the chain over them, one row for each batch."""

    entry: Table
    seal: Table


def audit_tables(metadata: MetaData) -> AuditTables:
    entry = Table(
        "audit_entry",
        metadata,
        Column("position", POSITION, primary_key=True, autoincrement=True),
        Column("at", Instant, nullable=False),
        Column("by", String(200), nullable=False),
        Column("act", String(100), nullable=False),
        Column("of", String(200), nullable=False, index=True),
        Column("record", String(100)),
        Column("digest", String(64), nullable=False),
    )
    seal = Table(
        "audit_seal",
        metadata,
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("first", BigInteger, nullable=False),
        Column("last", BigInteger, nullable=False),
        Column("leaves", LargeBinary, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("previous", String(64), nullable=False),
        Column("sealed_at", Instant, nullable=False),
        Column("hash", String(64), nullable=False),
    )
    for table in (entry, seal):
        _append_only(table)
    return AuditTables(entry, seal)


def _append_only(table: Table) -> None:
    """Wherever the table is made from the MetaData, its triggers are made with it; a migration writes them out."""
    key = next(iter(table.primary_key.columns)).name
    for statement in SQLITE:
        _then(table, "after_create", statement.replace("{key}", key), "sqlite")
    for statement in POSTGRESQL:
        _then(table, "after_create", statement, "postgresql")
    _then(table, "after_drop", POSTGRESQL_AFTER, "postgresql")


def _then(table: Table, when: str, statement: str, dialect: str) -> None:
    ddl: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call]  # the library's own
    event.listen(table, when, ddl.execute_if(dialect=dialect))
