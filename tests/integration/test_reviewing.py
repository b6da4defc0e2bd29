"""Experts drawn for a round, lived through the use cases: kept apart, proved, replaced, completed."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.cli.operations import incubator as commands
from services.incubator.store.review_tables import EXPERT_RELATION, REVIEW, REVIEW_DRAW
from services.incubator.usecases import (
    drawing,
    experts,
    reviewing,
    rounds,
)
from tests.integration.little_city import little_city
from tests.integration.panel import ALL, Panel, R, refused


@pytest.fixture
async def panel(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Panel]:
    async with little_city(database, tmp_path):
        made = Panel(database, tmp_path)
        await made.prepared()
        yield made


async def test_a_draw_keeps_those_apart_whom_anything_ties_and_says_why(panel: Panel) -> None:
    await panel.expert("P1", employer="样例(1)孵化器有限公司")
    await panel.expert("P2", employer_code="912102000000000002")
    await panel.tied("P3", party_name="在孵样例 1")
    await panel.tied("P4", "award", party_code="912102000000000001")
    await panel.tied("P5", "conflict", carrier_id="F2")
    wrong = await panel.tied("P6", "kinship", party_name="在孵样例 3")
    order = experts.WithdrawRelation(relation=wrong.relation, reason="同名的另一家")
    await panel.do(experts.withdraw_relation, order)
    assert await refused(panel.do(experts.withdraw_relation, order)) == "no-such-relation"
    asked = drawing.WhoMayReview(round_id=R, per_unit=3, most=3, fields=["孵化管理"])
    may = await panel.do(drawing.who_may_review, asked)
    assert may.impossible is None
    assert {each.carrier_id: set(each.excluded) for each in may.units} == {
        "F1": {"P1", "P3", "P4"}, "F2": {"P2", "P5"}, "F3": set(),
    }  # fmt: skip
    assert may.units[0].excluded["P3"] == ["申报的利害关系：与“在孵样例 1”有持股，它是“样例孵化器 1”的在孵企业"]
    drawn = await panel.drawn(3, 3)
    assert Counter(carrier for carrier, _ in drawn.added) == {"F1": 3, "F2": 3, "F3": 3}
    assert {expert for carrier, expert in drawn.added if carrier == "F1"} == {"P2", "P5", "P6"}
    assert await panel.holding() == set(drawn.added)
    (row,) = await panel.rows(select(REVIEW_DRAW))
    assert (row["by"], row["seed"], row["rules"]["most"]) == ("clerk-1", drawn.seed, 3)


async def test_a_draw_can_be_proved_and_one_that_was_changed_cannot(panel: Panel) -> None:
    drawn = await panel.drawn()
    verify = drawing.VerifyDraw(draw_id=drawn.draw_id)
    await panel.tied("P1", carrier_id="F1")  # what is known later changes nothing of what was drawn
    await panel.expert("P7")
    assert await panel.do(drawing.verify_draw, verify) is True
    others = [[carrier, "P9"] for carrier, _ in drawn.added]
    async with panel.running.unit("intruder") as unit:
        await unit.connection.execute(REVIEW_DRAW.update().values(added=others))
    assert await panel.do(drawing.verify_draw, verify) is False
    assert await refused(panel.do(drawing.verify_draw, drawing.VerifyDraw(draw_id="x"))) == "no-such-draw"


async def test_a_seed_nobody_gave_is_new_each_time_and_one_that_was_given_is_used(
    database: AsyncEngine, panel: Panel
) -> None:
    drawn = await panel.drawn(seed="公开种子 2018")
    assert drawn.seed == "公开种子 2018"
    async with panel.running.look() as connection:
        rows = (await connection.execute(select(REVIEW_DRAW.c.made_from))).scalars().all()
    assert len(rows) == 1
    seeds = {drawing.new_seed() for _ in range(20)}
    assert len(seeds) == 20
    assert all(len(seed) == 32 for seed in seeds)


async def test_nobody_is_drawn_when_not_everybody_can_be(panel: Panel) -> None:
    for expert in ALL[:5]:
        await panel.tied(expert, carrier_id="F2", said="曾参与申报")
    may = await panel.do(drawing.who_may_review, drawing.WhoMayReview(round_id=R, per_unit=2, most=3))
    assert "“样例孵化器 2”需要 2 位专家，只有 1 位可以评审，还缺 1 位" in may.impossible
    assert await refused(panel.drawn()) == "draw-impossible"
    assert await panel.rows(select(REVIEW)) == []
    assert await panel.rows(select(REVIEW_DRAW)) == []
    assert await refused(panel.drawn(fields=["财务"])) == "draw-impossible"


async def test_a_round_is_drawn_once_and_completed_for_reports_that_come_later(panel: Panel) -> None:
    assert await refused(panel.do(drawing.complete_draw, drawing.CompleteDraw(round_id=R, why="补报"))) == "not-drawn"
    first = await panel.drawn(2, 1)
    assert await refused(panel.drawn()) == "already-drawn"
    await panel.report("F4")
    complete = drawing.CompleteDraw(round_id=R, why="补报")
    assert await refused(panel.do(drawing.complete_draw, complete)) == "draw-impossible"  # everybody has his one
    second = await panel.do(drawing.complete_draw, drawing.CompleteDraw(round_id=R, why="补报", most=2))
    assert {carrier for carrier, _ in second.added} == {"F4"}
    assert await panel.holding() == {*first.added, *second.added}
    assert await panel.do(drawing.verify_draw, drawing.VerifyDraw(draw_id=second.draw_id)) is True


async def test_who_steps_back_is_replaced_and_all_others_stay(panel: Panel) -> None:
    drawn = await panel.drawn(2, 3)
    carrier, expert = drawn.added[0]
    order = reviewing.DeclareConflict(report_id=f"{R}-{carrier}", reason="本人曾为其顾问")
    assert (await panel.do(reviewing.declare_conflict, order, f"{expert}@site")).replaced
    after = await panel.holding()
    assert after > set(drawn.added) - {(carrier, expert)}
    assert len(after) == len(drawn.added)
    assert (carrier, expert) not in after
    (tie,) = await panel.rows(select(EXPERT_RELATION))
    assert (tie["expert_id"], tie["kind"], tie["carrier_id"]) == (expert, "conflict", carrier)
    again = panel.do(reviewing.declare_conflict, order, f"{expert}@site")
    assert await refused(again) == "review-is-conflict"
    draws = await panel.rows(select(REVIEW_DRAW).order_by(REVIEW_DRAW.c.position))
    assert len(draws) == 2
    assert draws[0]["seed"] != draws[1]["seed"]
    assert await panel.do(drawing.verify_draw, drawing.VerifyDraw(draw_id=draws[1]["id"])) is True


async def test_a_conflict_holds_even_if_nobody_can_take_the_place(panel: Panel) -> None:
    drawn = await panel.drawn(2, 1)  # six places, six experts
    carrier, expert = drawn.added[0]
    order = reviewing.DeclareConflict(report_id=f"{R}-{carrier}", reason="亲属在该单位任职")
    assert not (await panel.do(reviewing.declare_conflict, order, f"{expert}@site")).replaced
    assert await panel.holding() == set(drawn.added) - {(carrier, expert)}
    await panel.expert("P7")
    await panel.do(drawing.complete_draw, drawing.CompleteDraw(round_id=R, why="新增专家"))
    assert (carrier, "P7") in await panel.holding()


async def test_two_who_step_back_at_once_do_not_get_the_same_successor(panel: Panel) -> None:
    for expert in ("P5", "P6"):
        await panel.expert(expert, active=False)
    drawn = await panel.drawn(1, 1)  # one of four is free
    orders = [
        (reviewing.DeclareConflict(report_id=f"{R}-{carrier}", reason="利害关系"), f"{expert}@site")
        for carrier, expert in drawn.added[:2]
    ]
    (first, by), second = orders
    async with panel.running.unit(by) as unit:
        await reviewing.declare_conflict(unit, first)
        other = asyncio.create_task(panel.do(reviewing.declare_conflict, *second))
        await asyncio.sleep(0.5)  # as far as it gets while the first has not committed
    await other
    holding = await panel.holding()
    assert max(Counter(expert for _, expert in holding).values()) == 1
    assert not holding & set(drawn.added[:2])


async def test_whom_the_office_releases_does_not_come_back_to_the_unit(panel: Panel) -> None:
    drawn = await panel.drawn(2, 3)
    carrier, expert = drawn.added[0]
    order = reviewing.ReleaseExpert(report_id=f"{R}-{carrier}", expert_id=expert, reason="因病不能参加" * 100)
    for number in range(4):  # whoever is drawn is released until nobody is left
        found = await panel.do(reviewing.release_expert, order)
        assert found.replaced, number
        order = order.model_copy(update={"expert_id": found.by})
    last = await panel.do(reviewing.release_expert, order)
    assert not last.replaced
    assert "本人已不再评审该单位" in last.problem
    assert len([pair for pair in await panel.holding() if pair[0] == carrier]) == 1


async def test_a_tie_that_becomes_known_later_names_the_reviews_it_touches(panel: Panel) -> None:
    await panel.reviewed({})
    assert (await panel.tied("P1", party_name="在孵样例 1")).touches == [f"{R}-F1"]
    assert (await panel.tied("P4", party_name="在孵样例 1")).touches == []


async def test_a_scheme_without_expert_indicators_needs_no_experts(panel: Panel) -> None:
    opened = rounds.OpenRound(
        year=2018, kind="makerspace", scheme="makerspace-100", document_no="x",
        opens_on=date(2018, 11, 1), closes_on=date(2018, 11, 30),
    )  # fmt: skip
    await panel.do(rounds.open_round, opened)
    order = drawing.DrawExperts(round_id="2018-makerspace", per_unit=1, most=1)
    assert await refused(panel.do(drawing.draw_experts, order)) == "nothing-to-mark"


async def test_an_account_is_one_experts_and_stays_his_until_another_is_told(panel: Panel) -> None:
    assert await refused(panel.expert("P7", account="P1@site")) == "account-taken"
    await panel.do(experts.register_expert, experts.RegisterExpert(id="P1", name="改名", employer="样例研究院"))
    assert await panel.seen("P1") == []  # known by the same account
    await panel.expert("P2", active=False)
    drawn = await panel.drawn(2, 3)
    assert "P2" not in {expert for _, expert in drawn.added}


def test_what_says_nothing_is_refused() -> None:
    for wrong in (
        {"party_name": " ", "party_code": ""},
        {"party_name": "样例", "carrier_id": "F1"},
    ):
        with pytest.raises(ValueError, match=r"请写明|只写一项"):
            experts.DeclareRelation.model_validate({"expert_id": "P1", "kind": "award", **wrong})
    with pytest.raises(ValueError, match="必填"):
        reviewing.DeclareConflict(report_id="x", reason=" \n")
    with pytest.raises(ValueError, match="name"):
        experts.RegisterExpert(id="P1", name="专" * 101, employer="x")


def test_a_command_calls_a_report_and_a_carrier_what_the_api_calls_them() -> None:
    for name, word in (("mark-unit", "--report-id"), ("declare-relation", "--carrier-id")):
        asked = [option for each in commands.commands[name].params for option in each.opts]
        assert word in asked
        assert not {"--subject-id", "--unit-id"} & set(asked)


async def test_an_expert_is_drawn_for_a_report_once_whatever_writes_the_rows(panel: Panel) -> None:
    await panel.drawn()
    (row, *_) = await panel.rows(select(REVIEW))
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with panel.running.unit("x") as unit:
            await unit.connection.execute(insert(REVIEW), [{**row, "id": "another"}])
