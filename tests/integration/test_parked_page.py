"""The list of parked events: what all services could not handle in one list, searched, sorted, paged, taken away."""

import io
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from nats.aio.client import Client
from openpyxl import load_workbook
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.db.transaction import transaction
from shared.messaging import parking
from shared.messaging.tables import spine_tables
from shared.running.running import Running
from shared.running.service import Service
from shared.webkit.app import make_app
from tests.asking import anybody, no_accounts
from tests.integration.little_city import Page
from tests.integration.small_service import browser, now
from tests.integration.test_parked import ask, message, park

pytestmark = [pytest.mark.empty_database, pytest.mark.one_database]
NOW = now()


async def opened(name: str, title: str, engine: AsyncEngine, folder: Path) -> Running:
    metadata = MetaData()
    service = Service(name, title, metadata, spine_tables(metadata), Path(), (), (), lambda _: APIRouter())
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return Running(service, Settings(data=folder), engine, Client().jetstream(), now)


@pytest.fixture
async def running(database: AsyncEngine, tmp_path: Path) -> Running:
    return await opened("incubator", "孵化", database, tmp_path)


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Running]:
    """A second service, with a database of its own."""
    engine = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    yield await opened("letters", "信件", engine, tmp_path)
    await engine.dispose()


async def seen(path: str, *runnings: Running) -> Page:
    async with browser(make_app("苗圃", runnings, now=now, identity=no_accounts(), asks=anybody)) as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    return Page(answer)


async def taken_away(path: str, *runnings: Running) -> list[dict[str, Any]]:
    """The rows of the workbook by their heads."""
    async with browser(make_app("苗圃", runnings, now=now, identity=no_accounts(), asks=anybody)) as client:
        book = load_workbook(io.BytesIO((await client.get(path)).content))
    heads, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


async def parked_at(running: Running, minute: int, *messages: parking.Parked) -> None:
    async with transaction(running.engine) as connection:
        for each in messages:
            await parking.park(connection, running.service.spine, each, NOW + timedelta(minutes=minute))


def numbers(page: Page) -> Sequence[str]:
    """Which events are listed, as they are addressed."""
    return [link.removeprefix("/parked/") for link in page.links if link.startswith("/parked/")]


async def test_the_list_shows_what_is_known_and_an_events_page_its_body(running: Running) -> None:
    poison = message(2)._replace(body=b"\xff\x00<script>", headers={}, error="<b>消息头缺少 ce-id</b>")
    await park(running, message(1), poison)
    page = await seen("/parked", running)
    for shown in (
        "a bug of old", "incubator-settlement", "INCUBATOR / 1", "incubator.evaluation.finalised.v1", "e1",
        "没有事件编号", "已搁置（2）", "<b>消息头缺少 ce-id</b>",
    ):  # fmt: skip
        assert shown in page.text
    assert "<b>消息头" not in page.html
    assert "2018-1" in (await seen("/parked/incubator/1", running)).text  # out of the body
    body = (await seen("/parked/incubator/2", running)).html
    assert r"\xff\x00&lt;script&gt;" in body
    assert "<script>" not in body
    await ask(running, 1, state=parking.DISCARDED)
    assert "没有符合条件的记录" in (await seen("/parked?state=redriving", running)).text
    discarded = (await seen("/parked?state=discarded", running)).text
    assert "clerk-1" in discarded
    assert "已修正" in discarded
    odd = await seen("/parked?state=odd", running)
    assert "没有这个选项" in odd.text
    assert numbers(odd) == ["incubator/1", "incubator/2"]


async def test_nothing_parked_says_so(running: Running) -> None:
    assert "没有搁置的事件；每个事件都已经处理" in (await seen("/parked", running)).text


async def test_the_page_turns_after_fifty(running: Running) -> None:
    await park(running, *(message(number) for number in range(1, 62)))
    first, second = [numbers(await seen(f"/parked{page}", running)) for page in ("", "?page=2")]
    assert (len(first), len(second)) == (50, 11)
    assert second[0] == "incubator/51"
    assert len(await taken_away("/parked.xlsx", running)) == 61


async def test_all_services_are_in_one_list_which_is_sorted_and_filtered(running: Running, other: Running) -> None:
    await parked_at(running, 0, message(1)._replace(attempts=9))
    await parked_at(other, 1, message(2, "hearer")._replace(attempts=2, error="另一处的错误"))
    await parked_at(running, 2, message(3)._replace(attempts=5))
    for query, expected in (
        ("", ["incubator/1", "letters/1", "incubator/2"]),
        ("?sort=-parked_at", ["incubator/2", "letters/1", "incubator/1"]),
        ("?sort=attempts", ["letters/1", "incubator/2", "incubator/1"]),
        ("?sort=-attempts", ["incubator/1", "incubator/2", "letters/1"]),
        ("?service=letters", ["letters/1"]),
        ("?text=另一处", ["letters/1"]),
        ("?from=2199-12-31", []),
        ("?until=9999-12-31", ["incubator/1", "letters/1", "incubator/2"]),  # no day of a list
    ):
        page = await seen(f"/parked{query}", running, other)
        assert (query, numbers(page)) == (query, expected)
        rows = await taken_away(f"/parked.xlsx{query}", running, other)
        addresses = [f"{'letters' if row['服务'] == '信件' else 'incubator'}/{row['编号']}" for row in rows]
        assert (query, addresses) == (query, expected)
    (row,) = await taken_away("/parked.xlsx?service=letters", running, other)
    assert (row["错误"], row["接收方"], row["流与序号"], row["事件编号"]) == (
        "另一处的错误", "hearer", "INCUBATOR / 2", "e2",
    )  # fmt: skip
