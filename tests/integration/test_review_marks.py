"""Experts mark, each by himself; the office looks at who lies apart and decides; the round is graded by what counts."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.review_tables import MODERATION, REVIEW_MARK
from services.incubator.store.tables import EVALUATION
from services.incubator.usecases import (
    grading,
    marking,
    reports,
    reviewing,
    rounds,
)
from shared.core.errors import DomainError
from tests.integration.little_city import little_city
from tests.integration.panel import ALL, CARRIERS, Panel, R, refused


@pytest.fixture
async def panel(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Panel]:
    async with little_city(database, tmp_path):
        made = Panel(database, tmp_path)
        await made.prepared()
        yield made


async def test_only_who_was_drawn_and_accepted_marks_and_says_why(panel: Panel) -> None:
    await panel.reviewed({})
    outsider = next(expert for expert in ("P4", "P5", "P6"))
    assert await refused(panel.mark("F1", outsider, "9")) == "not-assigned"
    assert await refused(panel.mark("F1", "nobody", "9")) == "not-an-expert"
    assert await refused(panel.mark("F1", "P1", "9")) == "review-is-invited"
    await panel.accept("F1", "P1")
    assert await refused(panel.mark("F1", "P1", "9", "好 好 ")) == "marks-incomplete"
    assert await refused(panel.mark("F1", "P1", "12.5")) == "bad-mark"
    assert await refused(panel.mark("F1", "P1", "9", area={"mark": "1", "reason": "场地较大"})) == "no-such-indicator"
    nothing = marking.MarkUnit(report_id=f"{R}-F1", marks={})
    assert await refused(panel.do(marking.mark_unit, nothing, "P1@site")) == "marks-incomplete"
    assert await panel.counting("F1") == {}
    await panel.mark("F1", "P1", "9.5")
    assert await panel.counting("F1") == {"P1": "9.5"}
    (given,) = await panel.rows(select(REVIEW_MARK))
    assert (given["mark"], given["reason"], given["by"]) == ("9.5", "管理规范，规划清楚", "P1@site")
    assert await refused(panel.mark("F1", "P1", "1")) == "review-is-marked"


async def test_an_expert_sees_his_own_and_nothing_of_the_others(panel: Panel) -> None:
    await panel.reviewed({"P1": "9", "P2": "7.25"})
    (own,) = [each for each in await panel.seen("P1") if each.report_id == f"{R}-F1"]
    assert (own.state, own.marks[0].mark, own.marks[0].full) == ("marked", "9", "12")
    assert own.figures is not None
    (before,) = [each for each in await panel.seen("P3") if each.report_id == f"{R}-F1"]
    assert (before.state, before.figures, before.marks[0].mark) == ("invited", None, None)
    for expert in ("P1", "P3"):
        shown = "".join(each.model_dump_json() for each in await panel.seen(expert))
        for other in set(ALL) - {expert}:
            assert f"专家 {other}" not in shown
            assert f'"{other}"' not in shown
        assert "7.25" not in shown
    assert await refused(panel.seen("nobody")) == "not-an-expert"


async def test_a_mark_that_lies_apart_is_shown_with_the_result_without_it(panel: Panel) -> None:
    await panel.reviewed({"P1": "11", "P2": "10", "P3": "7"})
    await panel.do(reports.accept_report, reports.AcceptReport(report_id=f"{R}-F1"))
    (apart,) = await panel.outliers()
    assert (apart.expert, apart.mark, apart.others_median, apart.difference) == ("P3", "7", "10.5", "-3.5")
    assert apart.reason == "管理规范，规划清楚"
    gained = Decimal(apart.total_without or "nothing") - Decimal(apart.total or "nothing")
    assert gained in {Decimal("1.16"), Decimal("1.17")}  # the mean of 11, 10 and 7 becomes that of 11 and 10
    every = await panel.outliers(every=True)
    assert [(each.expert, each.outlier) for each in every] == [("P1", False), ("P2", False), ("P3", True)]


async def test_the_office_decides_about_a_mark_and_what_it_decides_is_what_counts(panel: Panel) -> None:
    await panel.reviewed({"P1": "11", "P2": "10", "P3": "1"})
    await panel.moderate("F1", "P3", "set_aside", "理由与材料不符")
    assert await panel.counting("F1") == {"P1": "11", "P2": "10"}
    await panel.moderate("F1", "P3", "kept", "专家补充了依据")
    assert await panel.counting("F1") == {"P1": "11", "P2": "10", "P3": "1"}
    await panel.moderate("F1", "P3", "again", "请核对第三章")
    (own,) = [each for each in await panel.seen("P3") if each.report_id == f"{R}-F1"]
    assert (own.state, own.marks[0].asked) == ("accepted", "请核对第三章")
    await panel.mark("F1", "P3", "8")
    assert (await panel.counting("F1"))["P3"] == "8"
    rows = await panel.rows(select(MODERATION).order_by(MODERATION.c.position))
    assert [(row["outcome"], row["mark"], row["by"]) for row in rows] == [
        ("set_aside", "1", "head-1"), ("kept", "1", "head-1"), ("again", "1", "head-1"),
    ]  # fmt: skip
    await panel.moderate("F1", "P1", "set_aside")
    await panel.moderate("F1", "P2", "set_aside")
    assert await refused(panel.moderate("F1", "P3", "set_aside")) == "last-mark"
    assert await refused(panel.moderate("F1", "P4", "kept")) == "no-such-mark"
    assert await refused(panel.moderate("F9", "P4", "kept")) == "no-such-report"


async def test_a_mark_set_aside_stays_aside_when_it_is_given_anew(panel: Panel) -> None:
    await panel.reviewed({"P1": "11", "P2": "10", "P3": "1"})
    await panel.moderate("F1", "P3", "again")
    await panel.moderate("F1", "P3", "set_aside")
    await panel.mark("F1", "P3", "9")
    assert await panel.counting("F1") == {"P1": "11", "P2": "10"}
    await panel.moderate("F1", "P3", "kept")
    assert (await panel.counting("F1"))["P3"] == "9"


async def test_the_marks_of_who_steps_back_or_is_released_count_no_more(panel: Panel) -> None:
    await panel.reviewed({"P1": "11", "P2": "10", "P3": "1"})
    order = reviewing.DeclareConflict(report_id=f"{R}-F1", reason="刚得知配偶入股")
    assert not (await panel.do(reviewing.declare_conflict, order, "P1@site")).replaced
    assert set(await panel.counting("F1")) == {"P2", "P3"}
    assert await refused(panel.moderate("F1", "P1", "kept")) == "no-such-mark"
    release = reviewing.ReleaseExpert(report_id=f"{R}-F1", expert_id="P2", reason="核实有利害关系")
    await panel.do(reviewing.release_expert, release)
    assert set(await panel.counting("F1")) == {"P3"}
    given = await panel.rows(select(REVIEW_MARK))
    assert len(given) == 3  # what was given is kept


async def test_a_graded_round_is_reviewed_no_more(panel: Panel) -> None:
    await panel.reviewed({"P1": "11", "P2": "10", "P3": "1"})
    for carrier in ("F2", "F3"):
        (expert,) = sorted(who for its, who in await panel.holding() if its == carrier)[:1]
        await panel.accept(carrier, expert)
        await panel.mark(carrier, expert, "6")
    for carrier in CARRIERS[:3]:
        await panel.do(reports.accept_report, reports.AcceptReport(report_id=f"{R}-{carrier}"))
    panel.at(date(2018, 12, 3))
    await panel.do(rounds.close_round, rounds.CloseRound(round_id=R))
    with pytest.raises(DomainError, match="还有专家没有评完"):
        await panel.do(grading.grade_round, grading.GradeRound(round_id=R))
    await panel.do(grading.grade_round, grading.GradeRound(round_id=R, without_open_reviews=True))
    (row,) = await panel.rows(select(EVALUATION).where(EVALUATION.c.id == f"{R}-F1"))
    (score,) = [each["score"] for each in row["scores"] if each["indicator"] == "management"]
    assert score == "22/3"
    assert await refused(panel.moderate("F1", "P3", "set_aside")) == "round-not-reviewed"
    order = reviewing.DeclareConflict(report_id=f"{R}-F1", reason="曾任顾问")
    assert await refused(panel.do(reviewing.declare_conflict, order, "P1@site")) == "round-not-reviewed"
