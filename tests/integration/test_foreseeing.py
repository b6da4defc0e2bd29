"""What a step would touch is shown before it is done, is undone to the last row, and is what is done then."""

import re
from collections.abc import AsyncIterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.incubator.store.base import METADATA
from services.incubator.store.tables import EVALUATION, SUBSIDY
from services.incubator.usecases import grading
from services.incubator.usecases.finalising import FinaliseRound, finalise_round
from services.incubator.usecases.foreseen import foresee
from services.incubator.web.foreseeing import foreseen_or_done
from shared.core.errors import DomainError
from shared.webkit.access import ANYBODY
from shared.webkit.app import make_app
from tests.asking import anybody, no_accounts, with_every_role
from tests.integration.little_city import ROUND, City, little_city


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    """A city whose publicity has passed: its grades may be finalised."""
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await city.reported()
        await city.graded()
        city.at(date(2018, 12, 24))
        await city.do(grading.publicise_round, grading.PubliciseRound(round_id=ROUND))
        city.at(date(2019, 1, 3))
        yield city


async def finalise(unit: Any) -> None:
    await finalise_round(unit, FinaliseRound(round_id=ROUND))


async def counts(connection: AsyncConnection) -> dict[str, int]:
    return {
        table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        for table in METADATA.sorted_tables
    }


async def test_a_rehearsal_finds_units_amounts_and_letters_and_leaves_no_row(city: City) -> None:
    async with city.running.look() as connection:
        before = await counts(connection)
    foreseen = await foresee(city.running, "head-1", finalise)
    async with city.running.look() as connection:
        assert await counts(connection) == before
    moved = {(each.name, each.after) for each in foreseen.moves if each.noun == "evaluation"}
    assert ("样例众创空间 1", "finalised") in moved
    assert len(moved) == 4
    assert [str(each.entry["amount_fen"]) for each in foreseen.amounts if each.entry["outcome"] == "awarded"] == [
        "30000000"
    ]
    told = {(each.letter, each.to, each.address) for each in foreseen.mails}
    assert ("evaluation-result", "样例单位 1", False) in told
    assert ("subsidy-computed", "样例单位 1", False) in told
    assert ("subsidy-blocked", "样例单位 4", False) in told


async def test_what_is_done_is_what_was_foreseen(city: City) -> None:
    foreseen = await foresee(city.running, "head-1", finalise)
    again = await foresee(city.running, "head-1", finalise)
    assert again.digest == foreseen.digest
    await city.do(lambda unit, _: finalise(unit), None, "head-1")
    await city.settled()
    async with city.running.look() as connection:
        entered = (await connection.execute(select(SUBSIDY.c.outcome, SUBSIDY.c.amount_fen))).all()
    seen = [(each.entry["outcome"], each.entry["amount_fen"]) for each in foreseen.amounts]
    assert sorted(map(str, entered)) == sorted(map(str, seen))


@pytest.fixture
async def site(city: City) -> AsyncIterator[httpx.AsyncClient]:
    router = APIRouter()

    @router.post("/try", dependencies=[ANYBODY])
    async def attempt(request: Request) -> Response:
        who = with_every_role("head-1")
        return await foreseen_or_done(
            city.running, request, who, title="确定等次", does="确定", work=finalise, to="/done"
        )

    app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=no_accounts(), asks=anybody)
    app.include_router(router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made:
        yield made


def confirmed(page: str) -> str:
    found = re.search(r'name="confirmed" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return found[1]


async def finalised(city: City) -> int:
    async with city.running.look() as connection:
        query = select(func.count()).select_from(EVALUATION).where(EVALUATION.c.state == "finalised")
        return (await connection.execute(query)).scalar_one()


async def test_a_form_is_shown_what_it_touches_and_done_when_it_comes_back(city: City, site: httpx.AsyncClient) -> None:
    shown = await site.post("/try", data={"reason": 'a"<b>', "chosen": ["1", "2"]})
    page = unescape(shown.text)
    assert shown.status_code == 200
    assert await finalised(city) == 0
    assert "样例众创空间 1" in page
    assert "300,000.00" in page
    assert page.count('name="chosen"') == 2
    assert 'value="a&#34;&lt;b&gt;"' in shown.text
    done = await site.post("/try", data={"confirmed": confirmed(shown.text)})
    assert (done.status_code, done.headers["location"]) == (303, "/done?did=evaluation-finalised.4")
    assert await finalised(city) == 4


async def test_what_has_changed_since_it_was_seen_is_shown_again(city: City, site: httpx.AsyncClient) -> None:
    seen = confirmed((await site.post("/try")).text)
    async with city.running.unit("clerk-1") as unit:
        await unit.connection.execute(EVALUATION.update().where(EVALUATION.c.id == f"{ROUND}-Z1").values(grade="good"))
    again = await site.post("/try", data={"confirmed": seen})
    assert again.status_code == 200
    assert "情况有了变化" in again.text
    assert await finalised(city) == 0


async def test_what_cannot_be_done_is_refused_before_anything_is_shown(city: City) -> None:
    city.at(date(2018, 12, 25))
    with pytest.raises(DomainError, match="公示期满"):
        await foresee(city.running, "head-1", finalise)
