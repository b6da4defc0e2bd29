"""A schedule run now: once, under the account of whoever asked, and its page says what was done."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.requests import Request

from services.incubator.store.tables import AUDIT, ROUND
from services.incubator.usecases.due import SCHEDULE
from services.incubator.usecases.rounds import OpenRound, open_round
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.webkit.app import make_app
from tests.asking import no_accounts
from tests.integration.little_city import ROUND as ROUND_ID
from tests.integration.little_city import City, little_city

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        city.at(date(2018, 10, 8))
        order = OpenRound(
            year=2018, kind="makerspace", scheme="makerspace-100", document_no="样例文〔2018〕31号",
            opens_on=date(2018, 11, 1), closes_on=date(2018, 11, 30),
        )  # fmt: skip
        await city.do(open_round, order)
        yield city


async def test_whoever_may_runs_one_schedule_now_and_reads_what_it_did(city: City) -> None:
    async def asks(request: Request) -> Who:
        role = Role(request.headers.get("x-role", "head"))
        return Who(f"{role}-1", "测试", (Grant(role),), session="mine", program=True)

    app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=no_accounts(), asks=asks)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as browser:
        path = "/incubator/schedules"
        early = await browser.post(f"{path}/open-rounds")
        assert "没有办成到期的事" in (await browser.get(early.headers["location"])).text
        city.at(date(2018, 11, 1))
        refused = await browser.post(f"{path}/open-rounds", headers={"x-role": "auditor"})
        assert refused.status_code == 403
        assert await _state(city) == "planned"
        ran = await browser.post(f"{path}/open-rounds")
        assert ran.status_code == 303
        page = (await browser.get(ran.headers["location"])).text
        assert f"办了 <code>{ROUND_ID}</code>" in page
        assert await _state(city) == "open"
        again = await browser.post(f"{path}/open-rounds")  # sent twice it does no harm
        assert "没有办成到期的事" in (await browser.get(again.headers["location"])).text
        assert (await browser.post(f"{path}/nothing")).status_code == 404
        async with city.running.look() as connection:
            by = (await connection.execute(select(AUDIT.entry.c.by).where(AUDIT.entry.c.of == ROUND_ID))).scalars()
            assert "head-1" in set(by)
        assert "立即运行" not in (await browser.get(path, headers={"x-role": "auditor"})).text


async def _state(city: City) -> str:
    async with city.running.look() as connection:
        found: str = (await connection.execute(select(ROUND.c.state).where(ROUND.c.id == ROUND_ID))).scalar_one()
        return found


async def test_what_a_person_did_between_question_and_work_is_no_failure_of_the_schedule(city: City) -> None:
    closing = SCHEDULE.named("close-rounds")

    async def overtaken(connection: AsyncConnection, today: date) -> list[str]:
        due = await closing.due(connection, today)
        for id_ in due:
            async with city.running.unit("head-1") as unit:
                await closing.work(unit, id_)
        return due

    await _over(city)
    ran = await SCHEDULE.run(city.running, replace(closing, due=overtaken), "schedule")
    assert (ran.done, ran.errors) == ((), ())
    assert await _state(city) == "closed"


async def test_what_is_refused_and_still_due_is_a_failure_of_the_schedule(city: City) -> None:
    async def always(_: AsyncConnection, __: date) -> list[str]:
        return [ROUND_ID]

    closing = SCHEDULE.named("close-rounds")
    await _over(city)
    await SCHEDULE.run(city.running, closing, "schedule")
    ran = await SCHEDULE.run(city.running, replace(closing, due=always), "schedule")
    assert ran.done == ()
    assert len(ran.errors) == 1


async def _over(city: City) -> None:
    """The round is open, and its last day has passed."""
    city.at(date(2018, 11, 1))
    await SCHEDULE.run(city.running, SCHEDULE.named("open-rounds"), "schedule")
    city.at(date(2018, 12, 1))
