"""The review by experts serves a second service, of whose nouns it knows none: applications to a call, reviewed blind."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import orjson
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.audit.verify import verify
from shared.reviewing import drawing, marking, outliers, places, register, reminding, views
from shared.webkit.app import make_app
from tests.asking import HEADER, anybody, no_accounts
from tests.integration.applications_reviewed import APPLICATION, AREA, CALL, TABLES, TRAIL, Calls

pytestmark = pytest.mark.empty_database  # its tables are its own, under names other services have, too
Y = "young-2026"
DRAW = drawing.DrawExperts(round_id=Y, per_unit=2, most=3)
GOOD = "论证充分，基础扎实"


@pytest.fixture
async def calls(database: AsyncEngine, tmp_path: Path) -> Calls:
    made = Calls(database, tmp_path)
    await made.prepared()
    return made


@pytest.fixture
async def browser(calls: Calls) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app("苗圃", [calls.running], now=lambda: calls.instant, identity=no_accounts(), asks=anybody)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1") as client:
        yield client


async def holding(calls: Calls) -> set[tuple[str, str]]:
    found = await calls.do(views.list_reviews, views.ListReviews(round_id=Y))
    return {(each.subject_id, each.expert_id) for each in found if each.state in {"invited", "accepted", "marked"}}


async def mark(calls: Calls, application: str, expert: str, ability: str, plan: str) -> None:
    await calls.do(places.accept_reviews, places.AcceptReviews(subject_ids=[application]), expert)
    given = {"ability": {"mark": ability, "reason": GOOD}, "plan": {"mark": plan, "reason": GOOD}}
    order = marking.MarkUnit.model_validate({"subject_id": application, "marks": given})
    await calls.do(marking.mark_unit, order, expert)


async def test_an_employer_an_adviser_and_past_joint_work_keep_an_expert_away(calls: Calls) -> None:
    tied = register.DeclareRelation(expert_id="E3", kind="kinship", party_name="周导师")
    await calls.do(register.declare_relation, tied)
    may = await calls.do(drawing.who_may_review, drawing.WhoMayReview(round_id=Y, per_unit=2, most=3))
    assert {each.unit_id: set(each.excluded) for each in may.units} == {"A1": {"E1", "E3"}, "A2": {"E2"}, "A3": set()}
    assert may.units[0].excluded["E1"] == ["任职单位“样例大学A1”就是“课题A1”的工作单位"]
    drawn = await calls.do(drawing.draw_experts, DRAW)
    assert {expert for unit, expert in drawn.added if unit == "A1"} == {"E2", "E4"}
    assert await calls.do(drawing.verify_draw, drawing.VerifyDraw(draw_id=drawn.draw_id)) is True
    units = {orjson.loads(bytes(each["body"]))["person_id"] for each in await calls.told("talent.reviews.assigned")}
    assert units == {f"reviewer-{expert}" for _, expert in drawn.added}
    no_unit = register.DeclareRelation.model_validate({"expert_id": "E4", "kind": "other", "unit_id": "A9"})
    assert await calls.refused(register.declare_relation, no_unit) == "no-such-application"
    late = register.DeclareRelation(expert_id="E4", kind="cooperation", party_name="李某A1")
    assert (await calls.do(register.declare_relation, late)).touches == ["A1"]


async def test_who_reviews_sees_the_work_once_he_accepted_and_the_name_never(calls: Calls) -> None:
    await calls.do(drawing.draw_experts, DRAW)
    application, expert = min(await holding(calls))
    (before,) = [
        each
        for each in await calls.do(views.my_reviews, views.MyReviews(round_id=Y), expert)
        if each.subject_id == application
    ]
    assert (before.name, before.content) == (f"申报 {application}", None)
    await calls.do(places.accept_reviews, places.AcceptReviews(subject_ids=[application]), expert)
    shown = await calls.do(views.my_reviews, views.MyReviews(round_id=Y), expert)
    (after,) = [each for each in shown if each.subject_id == application]
    assert after.content == {"title": f"课题{application}"}
    assert [(each.label, each.full) for each in after.marks] == [("学术能力", "60"), ("研究计划", "40")]
    assert not any("李某" in each.model_dump_json() for each in shown)


async def test_the_calls_own_criteria_are_marked_and_what_lies_apart_is_weighed_without_it(calls: Calls) -> None:
    await calls.do(drawing.draw_experts, DRAW.model_copy(update={"per_unit": 3}))
    experts = sorted(expert for unit, expert in await holding(calls) if unit == "A3")
    wrong = marking.MarkUnit.model_validate(
        {
            "subject_id": "A3",
            "marks": {"ability": {"mark": "61", "reason": GOOD}, "plan": {"mark": "1", "reason": GOOD}},
        }
    )
    await calls.do(places.accept_reviews, places.AcceptReviews(subject_ids=["A3"]), experts[0])
    assert await calls.refused(marking.mark_unit, wrong, experts[0]) == "bad-mark"
    for expert in experts[1:]:
        await mark(calls, "A3", expert, "50", "30")
    given = {code: {"mark": each, "reason": GOOD} for code, each in (("ability", "35"), ("plan", "30"))}
    low = marking.MarkUnit.model_validate({"subject_id": "A3", "marks": given})
    await calls.do(marking.mark_unit, low, experts[0])
    (apart,) = await calls.do(outliers.list_outliers, outliers.ListOutliers(round_id=Y))
    assert (apart.expert, apart.label, apart.total, apart.total_without) == (experts[0], "学术能力", "75", "80")
    aside = {"subject_id": "A3", "expert": experts[0], "indicator": "ability", "outcome": "set_aside", "reason": "核对"}
    await calls.do(marking.moderate, marking.Moderate.model_validate(aside))
    counts = select(TABLES.counted.c.expert).where(
        TABLES.subject(TABLES.counted) == "A3", TABLES.counted.c.indicator == "ability"
    )
    async with calls.running.look() as connection:
        assert sorted((await connection.execute(counts)).scalars()) == experts[1:]
    verdict = await verify(calls.engine, TRAIL)
    assert (verdict.faults, verdict.rows > 0) == ([], True)


async def test_who_steps_back_is_replaced_and_a_call_that_is_ranked_takes_nothing_more(calls: Calls) -> None:
    drawn = await calls.do(drawing.draw_experts, DRAW)
    application, expert = drawn.added[0]
    order = places.DeclareConflict(subject_id=application, reason="曾与申报人合作")
    await calls.do(places.declare_conflict, order, expert)
    (told,) = await calls.told("talent.review.released")
    event = orjson.loads(bytes(told["body"]))
    assert (event["application_id"], event["outcome"]) == (application, "conflict")
    assert (application, expert) not in await holding(calls)
    async with calls.running.unit("office") as unit:
        await unit.connection.execute(update(CALL).values(state="ranked"))
    assert (
        await calls.refused(drawing.complete_draw, drawing.CompleteDraw(round_id=Y, why="补")) == "round-not-reviewed"
    )


async def test_who_has_not_finished_is_reminded_by_the_schedule_once(calls: Calls) -> None:
    await calls.do(drawing.draw_experts, DRAW)
    waiting = {expert for _, expert in await holding(calls)}
    calls.at(date(2026, 5, 23))
    async with calls.running.look() as connection:
        assert await reminding.rounds_to_remind(connection, date(2026, 5, 21), AREA) == []
        assert await reminding.rounds_to_remind(connection, date(2026, 5, 23), AREA) == [Y]
    await calls.do(reminding.remind_due, Y)
    assert len(await calls.told("talent.reviews.due")) == len(waiting)
    async with calls.running.look() as connection:
        assert await reminding.rounds_to_remind(connection, date(2026, 5, 24), AREA) == []


@pytest.mark.one_database
async def test_its_pages_speak_of_applications(calls: Calls, browser: httpx.AsyncClient) -> None:
    page = f"/talent/calls/{Y}/experts"
    drawn = await browser.post(f"{page}/draw", data={"per_unit": "2", "most": "3", "do": "draw"})
    assert (drawn.status_code, drawn.headers["location"]) == (303, f"{page}?done=yes")
    office = (await browser.get(page)).text
    assert "每份 2 位，每位至多 3 份" in office
    assert "/talent/applications/A1" in office
    application, expert = min(await holding(calls))
    mine = {HEADER: expert}
    taken = {"subject_id": application, "nothing_ties_me": "yes"}
    assert (await browser.post("/talent/reviews/accept", data=taken, headers=mine)).status_code == 303
    listed = (await browser.get("/talent/reviews", headers=mine)).text
    assert f"申报 {application}" in listed
    own = (await browser.get(f"/talent/reviews/{application}", headers=mine)).text
    assert f"题目：课题{application}" in own
    assert "李某" not in own + listed
    given = {"mark:ability": "50", "reason:ability": GOOD, "mark:plan": "30", "reason:plan": GOOD}
    marked = await browser.post(f"/talent/reviews/{application}", data=given, headers=mine)
    assert marked.status_code == 303
    assert "学术能力 50" in (await browser.get(page)).text
    tie = {"kind": "kinship", "party_name": "", "said": "无"}
    refused = await browser.post("/talent/experts/E4/relations", data=tie)
    assert (refused.status_code, "请写明单位名称、信用代码或申报编号" in refused.text) == (422, True)
    assert "课题" not in (await browser.get("/talent/experts/E4")).text
    async with calls.running.look() as connection:
        assert len((await connection.execute(select(APPLICATION.c.id))).all()) == 3
