"""What experts are written about: one letter for each draw and expert, reminders to exactly those who have not finished,
and contacts of persons in their own stream."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.review_tables import REVIEW_REMINDER
from services.incubator.store.tables import ROUND, SPINE
from services.incubator.store.waiting import rounds_ahead
from services.incubator.usecases import drawing, registers, reviewing
from services.incubator.usecases.due import SCHEDULE
from services.incubator.usecases.reminding_experts import RemindExperts, remind_experts
from services.incubator.web.ahead import ahead_of
from tests.integration.desk_people import AUDITOR, CLERK, Person, hidden
from tests.integration.little_city import little_city
from tests.integration.panel import ALL, CARRIERS, Panel, R, refused

CONTACT = "contact.incubator.changed.v1"
ASSIGNED, DUE, RELEASED = (f"incubator.{told}.v1" for told in ("reviews.assigned", "reviews.due", "review.released"))
PAGE = f"/incubator/rounds/{R}/experts"


@pytest.fixture
async def panel(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Panel]:
    async with little_city(database, tmp_path):
        made = Panel(database, tmp_path)
        await made.prepared()
        yield made


async def until(panel: Panel, day: date | None) -> None:
    async with panel.running.unit("office") as unit:
        await unit.connection.execute(update(ROUND).where(ROUND.c.id == R).values(experts_until=day))


async def told(panel: Panel, subject: str) -> list[Any]:
    return [each.event for each in await panel.told(subject)]


async def contacts(panel: Panel, recipient: str) -> list[tuple[str, str]]:
    return [(each.name, each.email) for each in await told(panel, f"{CONTACT}.{recipient}")]


async def reminded(panel: Panel) -> dict[str, tuple[int, int]]:
    return {each.person_id: (each.left, each.units) for each in await told(panel, DUE)}


async def finished(panel: Panel, expert: str) -> None:
    for carrier, who in sorted(await panel.holding()):
        if who == expert:
            await panel.accept(carrier, who)
            await panel.mark(carrier, who, "9")


async def test_an_experts_address_is_told_as_a_persons_and_taken_back_when_it_is_taken_away(panel: Panel) -> None:
    assert await contacts(panel, "expert-P1") == []  # there never was one
    await panel.expert("P1", contact_email="p1@example.cn")
    await panel.expert("P1", contact_email="p1@uni.example.cn", name="改名")
    await panel.expert("P1")
    await panel.expert("P1")  # taken back once
    assert await contacts(panel, "expert-P1") == [("专家 P1", "p1@example.cn"), ("改名", "p1@uni.example.cn"), ("", "")]
    last = (await told(panel, f"{CONTACT}.expert-P1"))[-1]
    assert (last.org_id, last.person_id, last.role, last.erased) == (None, "expert-P1", "expert", True)


async def test_an_organisations_address_is_taken_back_likewise(panel: Panel) -> None:
    order = registers.RegisterOrganisation(
        id="U1", name="样例单位", credit_code="912102000000000001", contact_email="u1@example.cn"
    )
    await panel.do(registers.register_organisation, order)
    for _ in range(2):
        await panel.do(registers.register_organisation, order.model_copy(update={"contact_email": None}))
    assert await contacts(panel, "U1") == [("样例单位", "u1@example.cn"), ("", "")]
    assert await contacts(panel, "U2") == []


async def test_a_draw_is_told_to_each_expert_once_however_many_units_he_got(panel: Panel) -> None:
    await until(panel, date(2018, 12, 13))
    drawn = await panel.drawn(2, 3)
    events = await told(panel, ASSIGNED)
    got = Counter(expert for _, expert in drawn.added)
    assert {each.person_id: each.units for each in events} == {f"expert-{who}": units for who, units in got.items()}
    assert len(events) == len(got)
    assert {(each.draw_id, each.round_id, each.until) for each in events} == {(drawn.draw_id, R, "2018-12-13")}


async def test_who_is_out_of_a_review_and_who_comes_for_him_are_both_told_and_no_reason_travels(panel: Panel) -> None:
    drawn = await panel.drawn(2, 3)
    before = len(await told(panel, ASSIGNED))
    carrier, expert = drawn.added[0]
    other_carrier, other = next(pair for pair in drawn.added if pair[1] != expert)
    left = Counter(who for _, who in drawn.added)[expert] - 1
    stepped = reviewing.DeclareConflict(report_id=f"{R}-{carrier}", reason="亲属在该单位任职")
    await panel.do(reviewing.declare_conflict, stepped, f"{expert}@site")
    (event,) = await told(panel, RELEASED)
    assert (event.person_id, event.carrier.id, event.outcome, event.units) == (
        f"expert-{expert}", carrier, "conflict", left,
    )  # fmt: skip
    release = reviewing.ReleaseExpert(report_id=f"{R}-{other_carrier}", expert_id=other, reason="因病不能参加")
    by = (await panel.do(reviewing.release_expert, release)).by
    assert [each.outcome for each in await told(panel, RELEASED)] == ["conflict", "released"]
    new = (await told(panel, ASSIGNED))[before:]
    assert len(new) == 2
    assert (new[-1].person_id, new[-1].units) == (f"expert-{by}", 1)


async def test_nothing_personal_leaves_the_registers_but_in_the_contacts_stream(panel: Panel) -> None:
    for expert in ALL:
        await panel.expert(expert, contact_email=f"{expert}@mail.example.cn".lower(), contact_phone="13900000000")
    drawn = await panel.drawn(2, 3)
    carrier, expert = drawn.added[0]
    order = reviewing.DeclareConflict(report_id=f"{R}-{carrier}", reason="亲属在该单位任职")
    await panel.do(reviewing.declare_conflict, order, f"{expert}@site")
    await panel.do(remind_experts, RemindExperts(round_id=R))
    rows = await panel.rows(select(SPINE.outbox.c.subject, SPINE.outbox.c.headers, SPINE.outbox.c.body))
    outside = [
        f"{row['headers']}{bytes(row['body']).decode()}" for row in rows if not row["subject"].startswith("contact.")
    ]
    assert len(outside) > len(drawn.added) / 3
    for personal in ("mail.example.cn", "专家 P", "13900000000", "亲属", "样例大学"):
        assert not [each for each in outside if personal in each], personal


async def test_the_letters_that_are_foreseen_are_those_that_follow(panel: Panel) -> None:
    await panel.expert("P1", contact_email="p1@example.cn")
    await panel.drawn(3, 2)
    holding = Counter(who for _, who in await panel.holding())
    done = max(holding)
    await finished(panel, done)
    clerk = Person(panel, CLERK)
    page = await clerk.get(PAGE)
    assert 'aria-label="选择 专家 P1"' in page.html
    assert f'aria-label="选择 专家 {done}"' not in page.html
    seen = await clerk.post(f"{PAGE}/remind", 200, which="all")
    assert f"信件 {len(holding) - 1} 封" in seen.text
    rows = [row for row in seen.rows() if "专家评审提醒" in row]
    assert sorted(row for row in rows if "自动发出" in row) == ["《专家评审提醒》 专家 P1 自动发出"]
    assert all("没有邮箱地址" in row for row in rows if "P1" not in row)
    assert await reminded(panel) == {}
    await clerk.post(f"{PAGE}/remind", which="all", confirmed=hidden(seen, "confirmed"))
    assert await reminded(panel) == {f"expert-{who}": (units, units) for who, units in holding.items() if who != done}
    assert "clerk-1" in (await clerk.get(PAGE)).text


async def test_nobody_is_reminded_twice_a_day_nor_of_what_he_has_done(panel: Panel) -> None:
    clerk = Person(panel, CLERK)
    assert "没有可以提醒的专家" in (await clerk.post(f"{PAGE}/remind", 409, which="all")).text
    await panel.drawn(3, 2)
    assert "没有选中任何一位" in (await clerk.post(f"{PAGE}/remind", 422, which="chosen")).text
    await clerk.confirm(f"{PAGE}/remind", which="chosen", expert_id=["P1"])
    again = await clerk.post(f"{PAGE}/remind", 409, which="chosen", expert_id=["P1"])
    assert "今天都已提醒过" in again.text
    assert 'value="P1" aria-label="选择 专家 P1" checked' in again.html  # what was chosen is kept
    await clerk.confirm(f"{PAGE}/remind", which="all")
    everybody = len({who for _, who in await panel.holding()})
    assert len(await told(panel, DUE)) == everybody
    await clerk.confirm(f"{PAGE}/remind", which="chosen", expert_id=["P1"], again="yes")
    assert len(await told(panel, DUE)) == everybody + 1
    ids = [each.envelope.id for each in await panel.told(DUE)]
    assert len(set(ids)) == len(ids)
    await finished(panel, "P1")
    assert "P1 已经评完" in (await clerk.post(f"{PAGE}/remind", 409, which="chosen", expert_id=["P1"])).text
    await Person(panel, AUDITOR).post(f"{PAGE}/remind", 403, which="all")
    assert 'name="which"' not in (await Person(panel, AUDITOR).get(PAGE)).html


async def test_the_schedule_reminds_once_in_the_last_days_whoever_has_not_finished(panel: Panel) -> None:
    await panel.drawn(3, 2)
    await finished(panel, "P2")
    await until(panel, date(2018, 11, 25))
    async with panel.running.look() as connection:
        (ahead,) = [each for each in ahead_of(await rounds_ahead(connection)) if each.schedule == "remind-experts"]
    assert (ahead.on, ahead.href) == (date(2018, 11, 22), f"/incubator/rounds/{R}")
    panel.at(date(2018, 11, 21))
    await SCHEDULE.run_due(panel.running)
    assert await reminded(panel) == {}
    panel.at(date(2018, 11, 22))
    await panel.do(remind_experts, RemindExperts(round_id=R, expert_ids=["P1"]))  # the office was first
    for day in (22, 22, 23, 25):
        panel.at(date(2018, 11, day))
        await SCHEDULE.run_due(panel.running)
    assert set(await reminded(panel)) == {f"expert-{who}" for who in ALL if who != "P2"}
    assert len(await told(panel, DUE)) == len(ALL) - 1
    rows = await panel.rows(select(REVIEW_REMINDER.c.expert_id, REVIEW_REMINDER.c.by, REVIEW_REMINDER.c.on_date))
    assert {row["by"] for row in rows if row["expert_id"] != "P1"} == {"schedule"}
    assert {row["on_date"] for row in rows} == {date(2018, 11, 22)}
    async with panel.running.look() as connection:
        assert not [each for each in ahead_of(await rounds_ahead(connection)) if each.schedule == "remind-experts"]


async def test_who_was_invited_today_is_left_alone_and_the_last_day_passed_is_said(panel: Panel) -> None:
    await until(panel, date(2018, 11, 25))
    panel.at(date(2018, 11, 24))
    await panel.drawn(3, 2)
    await SCHEDULE.run_due(panel.running)
    assert await reminded(panel) == {}
    panel.at(date(2018, 11, 27))
    await SCHEDULE.run_due(panel.running)
    assert await reminded(panel) == {}  # the schedule speaks of a day to come
    await panel.do(remind_experts, RemindExperts(round_id=R))
    assert {each.stage for each in await told(panel, DUE)} == {"overdue"}
    assert "已经过期" in (await Person(panel, CLERK).get(PAGE)).text


async def test_a_round_without_a_last_day_reminds_by_hand_only_and_a_graded_one_not_at_all(panel: Panel) -> None:
    await panel.drawn(3, 2)
    panel.at(date(2018, 11, 29))
    await SCHEDULE.run_due(panel.running)
    assert await reminded(panel) == {}
    assert (await panel.do(remind_experts, RemindExperts(round_id=R, expert_ids=["P3"]))).sent == ("P3",)
    (event,) = await told(panel, DUE)
    assert (event.until, event.stage) == (None, "closing")
    async with panel.running.unit("office") as unit:
        await unit.connection.execute(update(ROUND).where(ROUND.c.id == R).values(state="graded"))
    assert await refused(panel.do(remind_experts, RemindExperts(round_id=R, again=True))) == "round-not-reviewed"


async def test_a_later_report_invites_only_who_was_drawn_for_it(panel: Panel) -> None:
    await panel.drawn(2, 3)
    before = len(await told(panel, ASSIGNED))
    await panel.report(CARRIERS[3])
    await panel.do(drawing.complete_draw, drawing.CompleteDraw(round_id=R, why="补报"))
    new = (await told(panel, ASSIGNED))[before:]
    assert [each.units for each in new] == [1, 1]
