"""Migrations of every service on both databases: up, down, up; and what they make is what the program declares."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.known import SERVICES
from shared.core.errors import DomainError
from shared.db.engine import NAMING, open_database
from shared.db.migrate import check, current, differences, downgrade, newest, upgrade
from shared.db.revise import revise
from shared.db.transaction import reading, transaction
from shared.running.service import Service
from tests.integration.boxes import MIAOPU, OUTSIDE

pytestmark = pytest.mark.empty_database
VERSION = "alembic_version"
REBUILD = '''"""A name is longer."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    with op.batch_alter_table("parent") as batch:
        batch.alter_column("name", type_=sa.String(99), existing_type=sa.String(20), existing_nullable=False)
{more}

def downgrade() -> None:
    with op.batch_alter_table("parent") as batch:
        batch.alter_column("name", type_=sa.String(20), existing_type=sa.String(99), existing_nullable=False)
'''


async def tables(engine: AsyncEngine) -> set[str]:
    async with reading(engine) as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def count(engine: AsyncEngine, table: str) -> int:
    async with reading(engine) as connection:
        found: int = (await connection.execute(text(f"select count(*) from {table}"))).scalar_one()  # noqa: S608 - ours
        return found


@pytest.fixture
async def opened(database: AsyncEngine) -> AsyncIterator[dict[str, AsyncEngine]]:
    """Each service's own engine: a schema on PostgreSQL; on SQLite a file, as an installation has it."""
    url = database.url
    engines = {
        service.name: open_database(
            url.set(database=f"{url.database}.{service.name}") if url.drivername.startswith("sqlite") else url,
            service.name,
        )
        for service in SERVICES
    }
    yield engines
    for engine in engines.values():
        await engine.dispose()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_up_down_up_and_the_tables_are_those_declared(service: Service, opened: dict[str, AsyncEngine]) -> None:
    engine = opened[service.name]
    assert await upgrade(engine, service) == (None, newest(service))
    assert await differences(engine, service) == []
    assert await tables(engine) == {*service.metadata.tables, VERSION}
    assert await downgrade(engine, service) == (newest(service), None)
    assert await tables(engine) == {VERSION}
    assert await upgrade(engine, service) == (None, newest(service))
    assert await differences(engine, service) == []
    assert await upgrade(engine, service) == (newest(service), newest(service))
    await check(engine, service)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_each_step_can_be_taken_back_alone(service: Service, opened: dict[str, AsyncEngine]) -> None:
    engine = opened[service.name]
    await upgrade(engine, service)
    steps = 0
    while before := await current(engine):
        assert (await downgrade(engine, service, "-1")).before == before
        steps += 1
    assert steps == int(newest(service))
    assert await tables(engine) == {VERSION}


async def test_services_share_a_database_and_never_a_table(opened: dict[str, AsyncEngine]) -> None:
    for service in SERVICES:
        await upgrade(opened[service.name], service)
    first, second = SERVICES[:2]
    async with transaction(opened[first.name]) as connection:
        await connection.execute(
            first.spine.inbox.insert().values(consumer="c", event_id="e", handled_at=datetime.now(UTC))
        )
    assert await count(opened[first.name], "inbox") == 1
    assert await count(opened[second.name], "inbox") == 0
    await downgrade(opened[second.name], second)
    assert await count(opened[first.name], "inbox") == 1
    await check(opened[first.name], first)


async def test_a_start_without_the_migrations_is_refused_with_what_to_do(opened: dict[str, AsyncEngine]) -> None:
    service = SERVICES[0]
    engine = opened[service.name]
    with pytest.raises(DomainError, match=f"还没有建表，.*miaopu migrate {service.name}"):
        await check(engine, service)
    await upgrade(engine, service)
    await downgrade(engine, service, "-1")
    with pytest.raises(DomainError, match=f"停在 .*，本程序需要 {newest(service)}") as refused:
        await check(engine, service)
    assert refused.value.code == "migrations-missing"


async def test_a_database_of_a_newer_program_is_left_alone(opened: dict[str, AsyncEngine]) -> None:
    service = SERVICES[0]
    engine = opened[service.name]
    await upgrade(engine, service)
    async with transaction(engine) as connection:
        await connection.execute(text(f"update {VERSION} set version_num = '9999'"))  # noqa: S608 - ours
    for work in (check, upgrade, downgrade):
        with pytest.raises(DomainError, match="已由更新的程序升级到 9999"):
            await work(engine, service)


async def test_two_processes_that_migrate_at_once_wait_for_one_another(database: AsyncEngine, tmp_path: Path) -> None:
    environment = {**OUTSIDE, "MIAOPU_DATA": str(tmp_path / "data")}
    if database.dialect.name == "postgresql":
        url = database.url.set(drivername="postgresql")
        environment["MIAOPU_DATABASE_URL"] = url.render_as_string(hide_password=False)
    command = [sys.executable, "-W", "error", *MIAOPU, "migrate"]
    ended = await asyncio.gather(*(_run(command, environment) for _ in range(3)))
    done = [output for output, code in ended if code == 0]
    assert any(f"（空） → {newest(SERVICES[0])}" in output for output in done), ended
    if database.dialect.name == "postgresql":
        assert len(done) == 3, ended
        assert sum("已是最新" in output for output in done) >= 2, ended
    else:  # nobody else works on the files meanwhile, and a second one is told so
        assert all(code == 0 or "folder-in-use" in output for output, code in ended), ended


async def _run(command: list[str], environment: dict[str, str]) -> tuple[str, int | None]:
    """What it says, and its exit code."""
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=STDOUT)
    said, _ = await asyncio.wait_for(process.communicate(), 120)
    return said.decode(), process.returncode


# ---------- the infrastructure itself, on a family of two tables ----------


def family(migrations: Path, **changes: Column[str]) -> Service:
    metadata = MetaData(naming_convention=NAMING)
    Table("parent", metadata, Column("id", Integer, primary_key=True), Column("name", String(20), nullable=False))
    child = Table(
        "child", metadata, Column("id", Integer, primary_key=True),
        Column("parent_id", Integer, ForeignKey("parent.id"), nullable=False), *changes.values(),
    )  # fmt: skip
    assert child.name == "child"
    return replace(SERVICES[0], name="family", metadata=metadata, migrations=migrations)


async def test_a_table_others_refer_to_is_made_anew_and_no_row_is_lost(database: AsyncEngine, tmp_path: Path) -> None:
    service = family(tmp_path)
    await revise(service, "The family")
    await upgrade(database, service)
    async with transaction(database) as connection:
        await connection.execute(text("insert into parent (id, name) values (1, 'one')"))
        await connection.execute(text("insert into child (id, parent_id) values (1, 1)"))
    (tmp_path / "r0002_longer.py").write_text(REBUILD.format(more=""))
    assert await upgrade(database, service) == ("0001", "0002")
    assert [await count(database, table) for table in ("parent", "child")] == [1, 1]
    with pytest.raises(Exception, match=r"(?i)foreign key"):  # references are checked again
        await _orphan(database)


async def _orphan(database: AsyncEngine) -> None:
    async with transaction(database) as connection:
        await connection.execute(text("insert into child (id, parent_id) values (2, 99)"))


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ('    op.execute("insert into nowhere values (1)")\n', "nowhere"),
        ('    op.execute("delete from parent")\n', r"refer|violates foreign key"),
    ],
)
async def test_a_revision_that_fails_leaves_everything_as_it_was(
    more: str, error: str, database: AsyncEngine, tmp_path: Path
) -> None:
    service = family(tmp_path)
    await revise(service, "The family")
    await upgrade(database, service)
    async with transaction(database) as connection:
        await connection.execute(text("insert into parent (id, name) values (1, 'one')"))
        await connection.execute(text("insert into child (id, parent_id) values (1, 1)"))
    (tmp_path / "r0002_longer.py").write_text(REBUILD.format(more=more))
    with pytest.raises(Exception, match=error):
        await upgrade(database, service)
    assert await current(database) == "0001"
    assert await differences(database, service) == []
    assert await count(database, "parent") == 1
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await _orphan(database)


async def test_the_next_revision_holds_what_was_declared_since_and_nothing_more(tmp_path: Path) -> None:
    first = await revise(family(tmp_path), "The family")
    assert first is not None
    assert first.name == "r0001_the_family.py"
    assert await revise(family(tmp_path), "Nothing new") is None
    changed = family(tmp_path, nickname=Column("nickname", String(20)))
    second = await revise(changed, "Children have nicknames")
    assert second is not None
    written = second.read_text()
    assert written.startswith('"""Children have nicknames"""')
    assert "nickname" in written
    assert "create_table" not in written
    assert "# ###" not in written
    assert await revise(changed, "Nothing new") is None


async def test_a_revision_may_be_written_of_some_tables_only(tmp_path: Path) -> None:
    first = await revise(family(tmp_path), "Parents", ("parent",))
    second = await revise(family(tmp_path), "Children")
    assert first is not None
    assert second is not None
    assert '"child"' not in first.read_text().replace("'", '"')
    assert 'create_table("parent"' not in second.read_text().replace("'", '"')
