"""Repairing parked events in the browser: seen in words, tried again or discarded with a reason, alone or several."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.incubator.service import SERVICE
from services.incubator.store.tables import AUDIT
from shared.db.transaction import reading, transaction
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.messaging import parking
from shared.messaging.redrive import redrive_waiting
from shared.running.running import Running
from shared.webkit.app import make_app
from tests.asking import no_accounts
from tests.integration.little_city import City, little_city
from tests.integration.small_service import now
from tests.integration.test_parked import message

pytestmark = [pytest.mark.empty_database, pytest.mark.one_database]

ROLE = "x-role"
FIRST = "/parked/incubator/1"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await park(city.running, message(1), message(2), message(3, "gone"))
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    """A clerk, unless a request says another role."""

    async def asks(request: Request) -> Who:
        role = Role(request.headers.get(ROLE, "clerk"))
        return Who(f"{role}-1", "测试", (Grant(role),), session="mine", program=True)

    app = make_app("苗圃", [city.running], now=now, identity=no_accounts(), asks=asks)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


async def park(running: Running, *messages: parking.Parked) -> None:
    async with transaction(running.engine) as connection:
        for each in messages:
            await parking.park(connection, running.service.spine, each, now())


async def states(city: City) -> list[str]:
    async with reading(city.running.engine) as connection:
        return list((await connection.execute(select(SERVICE.spine.parked.c.state).order_by("id"))).scalars())


async def acts(city: City) -> list[tuple[str, str, str]]:
    async with reading(city.running.engine) as connection:
        entry = AUDIT.entry
        query = select(entry.c.by, entry.c.act, entry.c.of).where(entry.c.act.startswith("parked:"))
        return [tuple(row) for row in await connection.execute(query.order_by(entry.c.position))]


async def test_a_parked_event_is_shown_in_words_and_whoever_only_reads_cannot_decide(
    city: City, browser: httpx.AsyncClient
) -> None:
    page = (await browser.get(FIRST)).text
    for said in ("考评", "a bug of old", "2018-1", "重新处理", "放弃"):
        assert said in page
    assert '<th scope="row">evaluation_id</th>' not in page  # a field has the name people know
    auditor = await browser.get(FIRST, headers={ROLE: "auditor"})
    assert auditor.status_code == 200
    assert "<button" not in auditor.text.partition("<main")[2].partition("</main>")[0]
    for role in ("auditor", "finance"):
        answer = await browser.post(FIRST, data={"does": "discard", "reason": "误报"}, headers={ROLE: role})
        assert answer.status_code == 403
    assert await states(city) == ["parked"] * 3
    for missing in ("/parked/incubator/99", "/parked/nobody/1"):
        assert (await browser.get(missing)).status_code == 404


async def test_one_is_tried_again_with_a_reason_and_its_page_says_what_came_of_it(
    city: City, browser: httpx.AsyncClient
) -> None:
    refused = await browser.post(FIRST, data={"does": "redrive", "reason": " "})
    assert (refused.status_code, "请写明理由" in refused.text) == (422, True)
    done = await browser.post(FIRST, data={"does": "redrive", "reason": "已补登记"})
    assert (done.status_code, done.headers["location"]) == (303, FIRST)
    assert "已登记重新处理" in (await browser.get(FIRST)).text
    assert await redrive_waiting(city.running.hearings) == 1
    assert "办成了" in (await browser.get(FIRST)).text
    twice = await browser.post(FIRST, data={"does": "discard", "reason": "误报"})
    assert (twice.status_code, "已经处理过" in twice.text) == (409, True)
    assert await states(city) == ["redriven", "parked", "parked"]
    assert await acts(city) == [("clerk-1", "parked:parked>redriving", "1")]


async def test_several_are_decided_at_once_or_none_of_them(city: City, browser: httpx.AsyncClient) -> None:
    chosen = {"chosen": ["incubator:1", "incubator:3"], "reason": "网络已恢复"}
    refused = await browser.post("/parked", data={**chosen, "does": "redrive"})
    assert (refused.status_code, "只能放弃" in refused.text) == (409, True)
    assert 'value="网络已恢复"' in refused.text  # nothing typed is lost
    assert 'value="incubator:1" checked' in refused.text
    assert await states(city) == ["parked"] * 3
    assert await acts(city) == []
    none = await browser.post("/parked", data={"does": "discard", "reason": "误报"})
    assert (none.status_code, "还没有勾选" in none.text) == (422, True)
    odd = await browser.post("/parked", data={"chosen": "<b>", "does": "discard", "reason": "误报"})
    assert odd.status_code == 404
    done = await browser.post("/parked", data={**chosen, "does": "discard"}, headers={ROLE: "administrator"})
    assert done.status_code == 303
    after = (await browser.get(done.headers["location"])).text
    assert after.count("已放弃") == 2
    assert "administrator-1" in after
    assert await states(city) == ["discarded", "parked", "discarded"]
    assert [each[1:] for each in await acts(city)] == [("parked:parked>discarded", number) for number in ("1", "3")]
