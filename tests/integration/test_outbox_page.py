"""The outbox: letters wait by kind; who releases them sees how many go to whom, and releases exactly those."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.client import Client
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.notify.service import SERVICE
from services.notify.store.tables import DECISION, MESSAGE, METADATA
from services.notify.usecases.queue_letters import queue_letters
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.incubator import SubsidyComputed, SubsidyCut, SubsidyReversed
from shared.core.settings import Settings
from shared.db.transaction import reading
from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from shared.messaging.consumer import Received
from shared.running.running import Running
from tests.asking import no_accounts
from tests.integration.little_city import Page
from tests.one_app import make_app

NOW = datetime(2019, 3, 1, 1, tzinfo=UTC)
BASE = "/notify/outbox"
pytestmark = [pytest.mark.empty_database, pytest.mark.one_database]


class Office:
    """The notify service alone, and one person's browser."""

    def __init__(self, engine: AsyncEngine, folder: Path, role: Role) -> None:
        self.running = Running(SERVICE, Settings(data=folder), engine, Client().jetstream(), lambda: NOW)
        identity = no_accounts()

        async def asks(_: Request) -> Who:
            return Who(f"{role}-1", "某人", (Grant(role),), session="mine")

        app = make_app("苗圃", [self.running], now=lambda: NOW, identity=identity, asks=asks)
        headers = {"x-form-token": form_token("mine", identity.secret), "accept": "text/html"}
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1", headers=headers
        )

    async def written(self, *events: Event) -> None:
        received = [
            Received(event, Envelope(f"e-{event.type_}-{number}", "/incubator", NOW, event.about(), "story"))
            for number, event in enumerate(events)
        ]
        async with self.running.unit("system") as unit:
            await queue_letters(received, unit)
            await unit.connection.execute(  # as if the contact was known: without an address nothing is held
                MESSAGE.update()
                .where(MESSAGE.c.state == "no_address", MESSAGE.c.letter.in_(("subsidy-cut", "subsidy-reversed")))
                .values(state="held", to_name="联系人", to_address="a@example.cn")
            )

    async def states(self) -> dict[str, list[str]]:
        async with reading(self.running.engine) as connection:
            query = select(MESSAGE.c.letter, MESSAGE.c.state).order_by(MESSAGE.c.letter, MESSAGE.c.state)
            found: dict[str, list[str]] = {}
            for letter, state in await connection.execute(query):
                found.setdefault(letter, []).append(state)
            return found

    async def get(self, path: str = BASE) -> Page:
        return Page(await self.client.get(path))

    async def post(self, **form: Any) -> httpx.Response:
        return await self.client.post(BASE, data=form)


def example(event: type[Event], unit: str) -> Event:
    carrier = {**event.example["carrier"], "id": f"Z-{unit}", "org_id": unit, "name": f"=样例 {unit} <b>"}
    return event.model_validate({**event.example, "carrier": carrier, "subsidy_id": f"S-{unit}"})


@pytest.fixture
async def office(database: AsyncEngine, tmp_path: Path) -> Office:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    office = Office(database, tmp_path, Role.CLERK)
    await office.written(
        example(SubsidyCut, "U1"), example(SubsidyCut, "U2"), example(SubsidyReversed, "U1"),
        example(SubsidyComputed, "U1"),
    )  # fmt: skip
    return office


def ids(page: Page) -> list[str]:
    return re.findall(r'name="message_ids" value="([^"]+)"', page.html)


async def test_what_waits_is_grouped_by_kind_and_each_letter_can_be_read(office: Office) -> None:
    page = await office.get()
    assert "共 3 封" in page.text
    assert "补助资金安排 2 封" in page.text
    assert "补助冲销 1 封" in page.text
    assert "<b>" not in page.html.replace("&lt;b&gt;", "")
    for id_ in ids(page):
        read = await office.get(f"/notify/messages/{id_}")
        assert read.status == 200
    book = load_workbook(io.BytesIO((await office.client.get(f"{BASE}.xlsx")).content)).active
    assert book is not None
    assert book.max_row == 4
    assert all(cell.data_type != "f" for row in book.iter_rows() for cell in row)


async def test_exactly_the_letters_that_were_shown_are_released_with_their_reason(office: Office) -> None:
    first = ids(await office.get())[0]
    unsaid = Page(await office.post(message_ids=[first]))
    assert (unsaid.status, "请写明放行的理由" in unsaid.text) == (422, True)
    assert f'value="{first}" checked' in unsaid.html
    shown = Page(await office.post(message_ids=[first], reason="已核对"))
    assert "将发出 1 封信" in shown.text
    assert "a@example.cn" in shown.text
    assert (await office.states())["subsidy-cut"] == ["held", "held"]
    done = await office.post(message_ids=ids(shown), reason="已核对", confirmed="yes")
    assert (done.status_code, done.headers["location"]) == (303, f"{BASE}?released=1")
    assert (await office.states())["subsidy-cut"] == ["held", "queued"]
    async with reading(office.running.engine) as connection:
        (kept,) = (await connection.execute(select(DECISION))).mappings()
    assert (kept["message_id"], kept["by"], kept["reason"]) == (first, "clerk-1", "已核对")
    twice = Page(await office.post(message_ids=ids(shown), reason="已核对", confirmed="yes"))
    assert twice.status == 409
    assert "已由别人放行" in twice.text


async def test_all_of_a_kind_are_shown_with_their_number_and_no_later_letter_slips_in(office: Office) -> None:
    shown = Page(await office.post(kind="subsidy-cut", reason="已核对"))
    assert "将发出 2 封信" in shown.text
    assert "补助冲销" not in shown.text
    await office.written(example(SubsidyReversed, "U9"))
    done = await office.post(message_ids=ids(shown), reason="已核对", confirmed="yes")
    assert done.status_code == 303
    assert await office.states() == {
        "subsidy-computed": ["no_address"],
        "subsidy-cut": ["queued", "queued"],
        "subsidy-reversed": ["held", "held"],
    }


async def test_an_auditor_looks_and_releases_nothing(office: Office, tmp_path: Path) -> None:
    auditor = Office(office.running.engine, tmp_path, Role.AUDITOR)
    page = await auditor.get()
    assert "补助资金安排" in page.text
    assert ids(page) == []
    assert (await auditor.post(kind="subsidy-cut", reason="x")).status_code == 403
    assert Page(await office.post(reason="x")).status == 422  # nothing chosen


async def test_an_empty_outbox_says_what_comes_here(database: AsyncEngine, tmp_path: Path) -> None:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    page = await Office(database, tmp_path, Role.HEAD).get()
    assert "没有等待放行的信件" in page.text
