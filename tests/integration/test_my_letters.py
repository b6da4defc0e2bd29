"""The letters of a unit: all of them and nobody else's, whether they arrived, what they are about, and their text."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.tables import MESSAGE_SEEN
from services.notify.service import SERVICE as NOTIFY
from services.notify.store import messages
from services.notify.store.tables import AT_ONCE
from services.notify.store.tables import METADATA as LETTERS
from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.identity.roles import Role
from shared.running.running import Running
from tests.integration.little_city import City, Page, little_city
from tests.integration.somebody import somebody

pytestmark = [pytest.mark.empty_database, pytest.mark.one_database]

LIST = "/incubator/mine/letters"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as made:
        await made.year()
        yield made


async def listed(city: City, organisation: str, query: str = "") -> Page:
    async with somebody(city, Role.OPERATOR, organisation) as browser:
        answer = await browser.get(f"{LIST}{query}")
    assert answer.status_code == 200, answer.text
    return Page(answer)


async def test_every_letter_of_mine_stands_with_what_it_is_about_and_whether_it_came(city: City) -> None:
    page = await listed(city, "U2")
    rows = page.rows()[1:]
    assert len(rows) == 4, rows
    assert all("样例众创空间 2" in row for row in rows)
    (failed,) = [row for row in rows if "补助核算结果" in row]
    assert "没有寄到" in failed
    assert "550 no such mailbox" in failed
    assert sum("已交付" in row for row in rows) == 3
    for place in ("reports/2018-makerspace-Z2", "results/2018-makerspace-Z2"):
        assert f"/incubator/mine/{place}" in page.links
    assert any(link.startswith("/incubator/mine/subsidies/") for link in page.links)
    assert not any("/objections/" in link for link in page.links), "it is somebody else's objection"


async def test_filters_narrow_the_list_and_what_is_no_option_is_told(city: City) -> None:
    for query, number in {
        "?state=failed": 1, "?state=handed_over": 3, "?year=2019": 4, "?letter=round-opened": 1,
        "?state=handed_over&letter=subsidy-computed": 0,
    }.items():  # fmt: skip
        page = await listed(city, "U2", query)
        assert (query, len(page.rows()[1:])) == (query, number)
    assert "没有这个选项" in (await listed(city, "U2", "?year=1066")).text
    assert "还没有信件" in (await listed(city, "U9")).text


async def test_the_workbook_holds_what_the_screen_shows(city: City) -> None:
    async with somebody(city, Role.OPERATOR, "U2") as browser:
        answer = await browser.get(f"{LIST}.xlsx?state=failed")
    (sheet,) = load_workbook(io.BytesIO(answer.content))
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("时间", "信件", "关于", "到了没有", "说明")
    assert [row[1:4] for row in rows[1:]] == [("补助核算结果", "样例众创空间 2", "没有寄到")]


async def test_a_letter_nobody_has_released_is_not_told_of(city: City) -> None:
    async with city.running.engine.begin() as connection:
        held = update(MESSAGE_SEEN).where(MESSAGE_SEEN.c.letter == "evaluation-result")
        await connection.execute(held.values(state="held"))
    page = await listed(city, "U2")
    assert len(page.rows()[1:]) == 3
    async with somebody(city, Role.OPERATOR, "U2") as browser:
        assert "待放行" not in (await browser.get("/incubator/mine")).text


def letter(id_: str, organisation: str, at: Any, **changed: object) -> dict[str, object]:
    return {
        "id": id_, "letter": "subsidy-computed", "event_type": "incubator.subsidy.computed.v1",
        "cause_event_id": id_, "correlation_id": id_, "about": "S-1", "carrier_id": "Z1", "carrier_name": "样例众创空间 1",
        "org_id": organisation, "recipient_id": organisation, "subject": "补助 <核算> 结果", "text": "全文",
        "html": "<p>网页部分</p>", "message_id_header": f"<{id_}>", "state": "failed", "created_at": at, "due_at": AT_ONCE,
        "attempts": 1, "put_off": 0, **changed,
    }  # fmt: skip


@pytest.fixture
async def written(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """Where the letters are."""
    engine = open_database(f"sqlite:///{tmp_path / 'notify.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(LETTERS.create_all)
    yield engine
    await engine.dispose()


async def test_the_letter_itself_is_read_on_the_site_by_its_receiver_alone(
    city: City, written: AsyncEngine, tmp_path: Path
) -> None:
    async with written.begin() as connection:
        rows = [
            letter("mine", "U1", city.instant), letter("others", "U2", city.instant),
            letter("held", "U1", city.instant, state="held"),
            letter("contact", "U1", city.instant, recipient_id="p-7"),
        ]  # fmt: skip
        await messages.write(connection, rows)
    notify = Running(NOTIFY, Settings(data=tmp_path), written, Client().jetstream(), lambda: city.instant)
    async with somebody(city, Role.OPERATOR, "U1", also=(notify,)) as browser:
        page = Page(await browser.get("/notify/mine/mine"))
        assert "补助 <核算> 结果" in page.text
        assert "这封信没有寄到" in page.text
        alone = await browser.get("/notify/mine/mine/letter")
        assert alone.text == "<p>网页部分</p>"
        assert "sandbox" in alone.headers["content-security-policy"]
        assert (await browser.get("/notify/mine/contact")).status_code == 200
        for other in ("others", "held", "none"):
            for path in ("", "/letter"):
                assert (await browser.get(f"/notify/mine/{other}{path}")).status_code == 404, other
        assert (await browser.get("/notify/messages/mine")).status_code == 403
