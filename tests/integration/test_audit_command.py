"""`miaopu audit` on both databases: what it proves, what it names, how it ends; once as a process of its own."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.cli.root import miaopu
from services.incubator.service import SERVICE
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import bookkeeping
from services.notify.service import SERVICE as NOTIFY
from services.talent.service import SERVICE as TALENT
from shared.audit.verify import verify
from shared.db.engine import open_database
from shared.db.migrate import upgrade
from shared.db.transaction import transaction
from tests.integration.audited import BUDGET, all_entries, seal
from tests.integration.boxes import MIAOPU, OUTSIDE
from tests.integration.little_city import City

pytestmark = pytest.mark.one_database


@pytest.fixture
async def office(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[tuple[AsyncEngine, dict[str, str]]]:
    """The incubator's database as an installation has it, something decided and sealed in it, and how it is found."""
    environment = {**OUTSIDE, "MIAOPU_DATA": str(tmp_path), "COLUMNS": "200", "PYTHONUTF8": "1"}
    engines = {}
    for service in (SERVICE, TALENT, NOTIFY):
        url = f"sqlite:///{tmp_path / service.name}.db"
        if database.dialect.name == "postgresql":
            url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
            environment["MIAOPU_DATABASE_URL"] = url
        engines[service.name] = open_database(url, service.name)
        await upgrade(engines[service.name], service)
    city = City(engines["incubator"], tmp_path)
    await city.registered()
    await seal(engines["incubator"])
    await city.do(bookkeeping.set_budget, BUDGET, "head-1")
    yield engines["incubator"], environment
    for engine in engines.values():
        await engine.dispose()


async def _run(environment: dict[str, str], *arguments: str) -> tuple[int | None, str]:
    """Its exit code and what it says; in a thread, for it has a loop of its own."""
    invoked = partial(CliRunner().invoke, miaopu, ["audit", *arguments], env=environment)
    result = await asyncio.to_thread(invoked)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


async def _process(environment: dict[str, str], *arguments: str) -> tuple[int | None, str]:
    """The same of a process."""
    command = [sys.executable, "-W", "error", *MIAOPU, "audit", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=PIPE, stderr=PIPE, cwd=Path(__file__).parent.parent.parent
    )
    said, wrong = await asyncio.wait_for(process.communicate(), 120)
    assert b"Traceback" not in wrong, wrong.decode()
    return process.returncode, said.decode() + wrong.decode()


async def test_the_command_says_that_all_is_well_and_which_seal_to_note(
    office: tuple[AsyncEngine, dict[str, str]],
) -> None:
    engine, environment = office
    last = (await verify(engine, TRAIL)).last
    assert last is not None
    code, said = await _process(environment, "verify")
    first, talent, second = said.splitlines()
    head = f"incubator:1:{last.hash}"
    assert code == 0
    assert first.startswith("孵化载体（incubator）：")
    assert "共 1 封，待封存 2 条；链条完整" in first
    assert first.endswith(f"最末一封 {head}")
    assert talent.startswith("人才计划（talent）：0 条审计记录")
    assert second.startswith("通知（notify）：0 条审计记录")
    assert (await _run(environment, "verify", "--service", "incubator", "--head", head))[0] == 0
    code, said = await _process(environment, "verify", "--head", f"incubator:1:{'0' * 64}")
    assert (code, "第 1 封不是当时抄录的那一封" in said) == (1, True)
    code, said = await _run(environment, "verify", "--head", "1")
    assert (code, "“1”写法不对" in said) == (1, True)


async def test_the_command_names_the_row_that_does_not_fit_and_ends_with_1(
    office: tuple[AsyncEngine, dict[str, str]],
) -> None:
    engine, environment = office
    async with transaction(engine) as connection:
        await connection.execute(text("update budget set amount_fen = 900 where year = 2020"))
    code, said = await _run(environment, "verify")
    assert code == 1
    assert "孵化载体（incubator）" in said
    assert "发现 1 处不符" in said
    position = (await all_entries(engine))[-1].position
    assert f"budget 表第 2020 行与第 {position} 条审计记录（budget:>set，2020）不符，行被改动过" in said
    code, said = await _run(environment, "verify", "--json")
    document = json.loads(said)
    assert code == 1
    assert (document["incubator"]["holds"], document["notify"]["holds"]) == (False, True)
    assert document["incubator"]["faults"][0] | {"message": ""} == {
        "code": "row-changed", "message": "", "seal": None, "position": position, "table": "budget", "row": "2020",
    }  # fmt: skip


async def test_the_command_lists_what_happened_to_an_id(office: tuple[AsyncEngine, dict[str, str]]) -> None:
    _, environment = office
    code, said = await _run(environment, "list", "--of", "2020")
    assert code == 0
    assert said.count("budget:>set") == 2
    assert "head-1" in said
    _, said = await _run(environment, "list", "--of", "2020", "--json")
    assert [(each["service"], each["act"], each["by"], each["record"]) for each in json.loads(said)] == [
        ("incubator", "budget:>set", "head-1", "change"),
        ("incubator", "budget:>set", "head-1", "budget"),
    ]
    code, said = await _run(environment, "list", "--of", "nobody")
    assert (code, said.strip()) == (0, "没有“nobody”的审计记录")
