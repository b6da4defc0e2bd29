"""Opens the database of a service. Both databases behave alike: a writer waits for a writer, nobody loses an update."""

from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.core.errors import DomainError

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
BUSY_SECONDS = 30
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can find it again."""


def open_database(url: str) -> AsyncEngine:
    """The engine for `url`: sqlite:///file or postgresql://user@host/name."""
    parsed = make_url(url)
    driver = DRIVERS.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise DomainError("unknown-database", f"不支持的数据库 {parsed.drivername}；可用 sqlite 或 postgresql")
    engine = create_async_engine(parsed.set(drivername=driver))
    if engine.dialect.name == "sqlite":
        _as_a_server_would(engine.sync_engine)
    return engine


def _as_a_server_would(engine: Engine) -> None:
    """SQLite that keeps readers and the one writer apart, checks references, and takes its lock when it begins.

    A transaction that reads first and writes later would otherwise fail when another writer came in between.
    """

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
        connection.isolation_level = None  # the driver must not begin on its own
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=wal",
            "synchronous=normal",
            "foreign_keys=on",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"pragma {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("begin" if reading else "begin immediate")
