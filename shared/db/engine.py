"""Opens the database of a service. Both databases behave alike: a writer waits for a writer, nobody loses an update."""

import asyncio
from typing import Any

import orjson
from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.core.errors import DomainError
from shared.db import sqlite_driver

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


PATIENCE_SECONDS = 30.0
"""How long a start waits for a database that is starting, too."""
CANNOT_CONNECT_NOW = "57P03"
"""What PostgreSQL answers while it starts."""
POOL = 10
"""Connections a service keeps to PostgreSQL; its consumers, relay and schedule hold one each, its pages share the rest.
As many again may be opened for a moment."""


def _written(value: object) -> str:
    return orjson.dumps(value).decode()


_ALIKE: dict[str, Any] = {"json_serializer": _written, "json_deserializer": orjson.loads, "hide_parameters": True}
"""An error of the database goes into the log, and is put aside with what could not be handled: what somebody typed is
no part of it."""


def open_database(url: str | URL, schema: str | None = None) -> AsyncEngine:
    """The engine for `url`: sqlite:///file or postgresql://user@host/name.

    On PostgreSQL services share a database and each has a `schema` of its own, the only one its connections look into;
    on SQLite each has a file of its own.
    """
    parsed = make_url(url)
    driver = DRIVERS.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise DomainError("unknown-database", f"不支持的数据库 {parsed.drivername}；可用 sqlite 或 postgresql")
    parsed = parsed.set(drivername=driver)
    if driver == DRIVERS["sqlite"]:
        engine = create_async_engine(parsed, connect_args={"async_creator_fn": sqlite_driver.connection}, **_ALIKE)
        _as_a_server_would(engine.sync_engine)
        return engine
    if "sslmode" in parsed.query:  # as everyone writes it; the driver calls it ssl and takes the same words
        parsed = parsed.set(query={"ssl": parsed.query["sslmode"], **parsed.query}).difference_update_query(["sslmode"])
    told = {"application_name": f"miaopu {schema or ''}".strip()}
    if schema is not None:
        told["search_path"] = f'"{schema}"'
    # asked before use whether it still lives, so that a database that was restarted costs no request
    return create_async_engine(
        parsed, pool_size=POOL, max_overflow=POOL, pool_pre_ping=True, connect_args={"server_settings": told}, **_ALIKE
    )


async def reach(engine: AsyncEngine) -> None:
    """Waits until the database answers, while it starts; DomainError says what it answers instead."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        try:
            async with engine.connect():
                return
        except (OSError, DBAPIError) as error:
            said = error.orig if isinstance(error, DBAPIError) else error
            starting = isinstance(said, OSError) or getattr(said, "sqlstate", None) == CANNOT_CONNECT_NOW
            if not starting or asyncio.get_running_loop().time() > deadline:
                raise DomainError(
                    "no-database",
                    f"连不上数据库 {engine.url.render_as_string()}（{said}）；"
                    "请核对 MIAOPU_DATABASE_URL 和 MIAOPU_DATA",
                    status=503,
                ) from error
        await asyncio.sleep(0.5)


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
