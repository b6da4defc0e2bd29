"""Brings a service's database to the shape its program expects. Each service has its own revisions and its own version.

One transaction, under a lock: two processes that start at once wait for one another. On PostgreSQL the tables and the
version live in the schema the engine looks into, which is made if it is missing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import CreateSchema

from shared.core.errors import DomainError
from shared.db.transaction import reading, restructuring

EMPTY = "base"
ENVIRONMENT = Path(__file__).parent / "migration"
LOCK = text("select pg_advisory_xact_lock(hashtextextended('miaopu migrations in ' || :schema, 0))")
THERE = text("select 1 from pg_namespace where nspname = :schema")

Answer = TypeVar("Answer")


class Migrated(Protocol):
    """A service, as far as its migrations go."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def metadata(self) -> MetaData: ...
    @property
    def migrations(self) -> Path: ...


class Step(NamedTuple):
    """From which revision to which; None is a database without tables."""

    before: str | None
    after: str | None


async def upgrade(engine: AsyncEngine, service: Migrated) -> Step:
    """Applies what is missing, all of it or nothing."""
    head = newest(service)

    def up(connection: Connection, config: Config) -> Step:
        before = _known(connection, config, service)
        if before != head:
            command.upgrade(config, "head")
        return Step(before, head)

    return await changing(engine, service, up)


async def downgrade(engine: AsyncEngine, service: Migrated, revision: str = EMPTY) -> Step:
    """Back to an earlier revision, or to an empty database; the rows of what goes are lost."""

    def down(connection: Connection, config: Config) -> Step:
        before = _known(connection, config, service)
        command.downgrade(config, revision)
        return Step(before, _current(connection))

    return await changing(engine, service, down)


async def current(engine: AsyncEngine) -> str | None:
    """The revision the database is at."""
    async with reading(engine) as connection:
        return await connection.run_sync(_current)


async def check(engine: AsyncEngine, service: Migrated) -> None:
    """Raises DomainError unless the database is at the newest revision this program knows."""
    async with reading(engine) as connection:
        now = await connection.run_sync(lambda sync: _known(sync, _config(service), service))
    head = newest(service)
    if now != head:
        at = "还没有建表" if now is None else f"停在 {now}"
        raise DomainError(
            "migrations-missing",
            f"{service.name} 的数据库{at}，本程序需要 {head}；请先备份，再运行 miaopu migrate {service.name}",
            status=500,
        )


async def differences(engine: AsyncEngine, service: Migrated) -> Sequence[Any]:
    """What the tables in the database lack of those the program declares, and the reverse; nothing when all is well."""

    def compare(connection: Connection) -> Sequence[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        found: Sequence[Any] = compare_metadata(MigrationContext.configure(connection, opts=options), service.metadata)
        return found

    async with reading(engine) as connection:
        return await connection.run_sync(compare)


def newest(service: Migrated) -> str:
    """The revision this program expects."""
    head = scripts(service).get_current_head()
    if head is None:
        raise RuntimeError(f"{service.name} has no revisions: make migration service={service.name} message=...")
    return head


def scripts(service: Migrated) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(service))


def _config(service: Migrated) -> Config:
    config = Config()
    options = {
        "script_location": ENVIRONMENT,
        "version_locations": service.migrations,
        "path_separator": "newline",  # a path may hold anything else
        "file_template": "r%(rev)s_%(slug)s",
    }
    for name, value in options.items():
        config.set_main_option(name, str(value).replace("%", "%%"))
    config.attributes["metadata"] = service.metadata
    return config


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _known(connection: Connection, config: Config, service: Migrated) -> str | None:
    """The revision the database is at; one that this program does not know was made by a newer one."""
    now = _current(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if now is not None and now not in known:
        raise DomainError(
            "database-newer",
            f"{service.name} 的数据库已由更新的程序升级到 {now}，本程序不认识；请运行新版程序，或恢复升级前的备份",
            status=500,
        )
    return now


async def changing(engine: AsyncEngine, service: Migrated, change: Callable[[Connection, Config], Answer]) -> Answer:
    """One transaction that no other process changes the same tables in."""
    async with restructuring(engine) as connection:
        if engine.dialect.name == "postgresql":
            await _lock_schema(connection)

        def handed(sync: Connection) -> Answer:
            config = _config(service)
            config.attributes["connection"] = sync
            return change(sync, config)

        return await connection.run_sync(handed)


async def _lock_schema(connection: AsyncConnection) -> None:
    path = (await connection.execute(text("select current_setting('search_path')"))).scalar_one()
    await connection.execute(LOCK, {"schema": path})
    if "," in path:
        return  # an engine without a schema of its own looks where PostgreSQL looks by itself
    schema = path.strip('"')
    # asked first: a role that may not make schemas may not even ask for one that is there. The table is asked, for
    # what the session remembers of its search path may be older than the lock
    if (await connection.execute(THERE, {"schema": schema})).first() is None:
        await connection.execute(CreateSchema(schema))
