"""The clock of the demo: it goes on, only ever forward, survives a restart, and is moved by the buttons of the site."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import select

from services.demo.run import demo_box
from services.incubator.store.tables import ROUND
from services.incubator.usecases.rounds import OpenRound, open_round
from shared.core.clock import CLOCK, DemoClock, clock_of, legal_date
from shared.core.settings import Settings
from tests.asking import log_in

BEGIN = datetime(2019, 2, 15, 1, 0, tzinfo=UTC)


def test_it_goes_on_where_it_was_marked_and_never_back(tmp_path: Path) -> None:
    clock = DemoClock(tmp_path / CLOCK, BEGIN)
    clock.move_to(BEGIN + timedelta(days=3))
    clock.move_to(BEGIN)
    again = DemoClock(tmp_path / CLOCK, BEGIN)
    assert timedelta(days=3) <= again.now() - BEGIN < timedelta(days=3, minutes=5)
    assert clock_of(tmp_path)() >= BEGIN + timedelta(days=3)
    assert abs(clock_of(tmp_path / "elsewhere")() - datetime.now(UTC)) < timedelta(minutes=5)


async def test_the_buttons_move_it_to_the_next_working_day_and_to_what_is_due_which_is_then_done(
    tmp_path: Path,
) -> None:
    DemoClock(tmp_path / CLOCK, BEGIN).mark()
    order = OpenRound.model_validate(
        {
            "year": 2019, "kind": "makerspace", "scheme": "makerspace-100", "document_no": "样例文",
            "opens_on": "2019-02-25", "closes_on": "2019-03-15",
        }
    )  # fmt: skip
    async with (
        demo_box(Settings(data=tmp_path, port=0)) as (box, clock),
        httpx.AsyncClient(base_url=box.url) as browser,
    ):
        incubator = box.running("incubator")
        async with incubator.unit("clerk-1") as unit:
            await open_round(unit, order)
        assert (await browser.post("/clock/next-due")).status_code == 401
        await log_in(browser, "clerk")
        page = await browser.get("/incubator/rounds")
        assert "演示时钟" in page.text
        assert "2019-02-15" in page.text
        moved = await browser.post("/clock/next-working-day", headers={"referer": f"{box.url}/incubator/rounds?x=1"})
        assert (moved.status_code, moved.headers["location"]) == (303, "/incubator/rounds?x=1")
        assert str(legal_date(clock.now())) == "2019-02-18"  # a Friday, then a weekend
        assert "从 2019-02-15 拨到 2019-02-18，没有到期的事" in (await browser.get("/incubator/rounds")).text
        states = []
        for _ in range(3):
            assert (await browser.post("/clock/next-due")).status_code == 303
            async with incubator.look() as connection:
                row = (await connection.execute(select(ROUND))).one()
            states.append((str(legal_date(clock.now())), row.state, row.reminded_at is not None))
        assert states == [("2019-02-25", "open", False), ("2019-03-12", "open", True), ("2019-03-16", "closed", True)]
        foot = (await browser.get("/talent/calls")).text.partition("<footer")[2]
        assert re.search("从 2019-03-12 拨到 2019-03-16，到期的：[^<]*众创空间[^<]*截止", foot)
        nothing = await browser.post("/clock/next-due", headers={"accept": "application/json"})
        assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing-due")
