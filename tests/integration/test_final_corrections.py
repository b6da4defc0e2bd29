"""A final grade corrected by a decision of its own: the old grade's subsidy is reversed, the new one's settled under
the rules of the day the grade became final, and the unit is written to."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger
from services.incubator.store.tables import EVALUATION, PAYMENT, SUBSIDY
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import bookkeeping, corrections, hand_grades, rounds
from services.incubator.usecases.grading import GradeRound, grade_round
from shared.audit.verify import prove
from shared.contracts.envelope import Envelope
from shared.contracts.incubator import EvaluationCorrected, EvaluationFinalised, SettlementRequested
from shared.contracts.letters import letters_for
from shared.core.errors import DomainError
from shared.ledger import deciding, outcomes
from shared.messaging.consumer import Received
from tests.integration.desk_hands import Desk
from tests.integration.little_city import ROUND, City, little_city

Z1, Z2, Z3 = (f"{ROUND}-Z{number}" for number in (1, 2, 3))
PAGE = f"/incubator/corrections/{Z1}"
GIVEN = {"reason": "经核查，投融资额不实", "document_no": "样例文〔2019〕12号"}


class Corrected(City):
    async def correct(self, id_: str, grade: str, **changed: str) -> str:
        order = corrections.CorrectFinalGrade(evaluation_id=id_, grade=grade, **{**GIVEN, **changed})
        found: str = await self.do(corrections.correct_final_grade, order, "head-1")
        return found

    async def rows(self, query: Any) -> list[Any]:
        async with self.running.look() as connection:
            return list((await connection.execute(query)).mappings())

    async def standing(self, carrier: str) -> list[tuple[str, int]]:
        query = ledger.standing().where(SUBSIDY.c.carrier_id == carrier).order_by(SUBSIDY.c.position)
        return [(row["outcome"], row["amount_fen"]) for row in await self.rows(query)]


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Corrected]:
    """The year is over and settled: Z1 and Z2 are excellent with 300,000 each, Z3 failed for the second time."""
    async with little_city(database, tmp_path):
        city = Corrected(database, tmp_path)
        await city.year()
        city.at(date(2019, 5, 6))
        yield city


async def test_the_old_grades_subsidy_is_reversed_and_the_new_one_settled_under_the_rules_of_its_day(
    city: Corrected,
) -> None:
    assert await city.standing("Z1") == [(outcomes.AWARDED, 30_000_000)]
    city.at(date(2024, 5, 6))  # the rules of 2018 are in force no more
    await city.correct(Z1, "good")
    await city.settled()
    entries = await city.rows(select(SUBSIDY).where(SUBSIDY.c.carrier_id == "Z1").order_by(SUBSIDY.c.position))
    assert [(row["outcome"], row["amount_fen"]) for row in entries] == [
        (outcomes.AWARDED, 30_000_000), (outcomes.REVERSAL, -30_000_000), (outcomes.DECLINED, 0),
    ]  # fmt: skip
    assert {row["on_date"] for row in entries} == {date(2019, 1, 2)}
    assert entries[-1]["reason"] == "grade-not-eligible"
    await city.correct(Z1, "excellent", reason="复核证明原数字属实")
    await city.settled()
    assert await city.standing("Z1") == [(outcomes.AWARDED, 30_000_000)], "corrected back, it is awarded again"


async def test_the_correction_is_told_once_with_its_own_event_and_letter(city: Corrected) -> None:
    id_ = await city.correct(Z1, "good")
    (told,) = await city.told(EvaluationCorrected.type_)
    event = told.event
    assert (event.correction_id, event.grade_before, event.grade) == (id_, "excellent", "good")
    assert (event.date, event.corrected_on) == ("2019-01-02", "2019-05-06")
    (final,) = [each for each in await city.told(EvaluationFinalised.type_) if each.event.evaluation_id == Z1]
    assert event.cause_event_id == final.envelope.id
    assert [(letter.name, letter.waits) for letter in letters_for(event)] == [("evaluation-corrected", True)]
    (row,) = await city.rows(select(EVALUATION).where(EVALUATION.c.id == Z1))
    assert (row["state"], row["grade"]) == ("finalised", "good")
    assert row["reason"] == "更正：经核查，投融资额不实（原定优秀）"
    assert row["finalised_on"] == date(2019, 1, 2)
    others = await city.rows(select(EVALUATION.c.grade).where(EVALUATION.c.id == Z2))
    assert others[0]["grade"] == "excellent"


async def test_facts_supplied_and_decisions_made_later_hold_for_the_corrected_grade(city: Corrected) -> None:
    await city.correct(Z1, "good")
    await city.settled()
    await city.correct(Z1, "excellent", reason="复核证明原数字属实")
    decided = deciding.Decide(about=Z1, rate="0.20", reason="预算不足")
    await city.do(bookkeeping.decide, decided, "head-1")
    await city.settled()
    assert await city.standing("Z1") == [(outcomes.AWARDED, 18_000_000)]
    fact = deciding.SupplyFacts(
        cause_event_id=(await city.told(EvaluationCorrected.type_))[-1].event.cause_event_id,
        facts={"operating_cost_prev_year": "1000000.00"}, reason="审计报告更正",
    )  # fmt: skip
    await city.do(bookkeeping.supply_facts, fact)
    await city.settled()
    assert await city.standing("Z1") == [(outcomes.AWARDED, 20_000_000)]


async def test_what_is_touched_is_seen_before_it_is_done_and_a_double_click_does_it_once(city: Corrected) -> None:
    desk = Desk(city)
    seen = await desk.post(PAGE, grade="good", **GIVEN)
    rows = [row.split() for row in seen.rows()]
    assert ["等次", "优秀", "良好", "按方案：优秀"] in rows
    assert ["补助（元）", "300,000.00", "0.00"] in rows
    assert any("冲销" in row and "-300,000.00" in row for row in seen.rows())
    assert any("考评等次更正" in row and "样例单位 1" in row for row in seen.rows())
    assert await city.told(EvaluationCorrected.type_) == []
    await desk.confirmed(PAGE, grade="good", **GIVEN)
    again = await desk.post(PAGE, 409, grade="good", **GIVEN)
    assert "现在已经是良好" in again.text
    assert len(await city.told(EvaluationCorrected.type_)) == 1
    page = await desk.get(PAGE)
    assert "样例文〔2019〕12号" in page.text
    assert "更正：优秀 → 良好" in page.text


async def test_a_payment_under_way_is_cancelled_with_what_it_pays(city: Corrected) -> None:
    (award,) = await city.rows(select(SUBSIDY.c.id).where(SUBSIDY.c.carrier_id == "Z1"))
    await city.paid(award["id"], "proposed")
    await city.correct(Z1, "good")
    await city.settled()
    (payment,) = await city.rows(select(PAYMENT).where(PAYMENT.c.subsidy_id == award["id"]))
    assert payment["state"] == "cancelled"


async def test_reason_and_document_are_required_and_everything_typed_stays(city: Corrected) -> None:
    page = await Desk(city).post(PAGE, 422, grade="good", reason="短", document_no="")
    assert "请写明作出更正决定的文件号" in page.text
    assert "请写明理由" in page.text
    assert '<option value="good" selected>' in page.html
    for changed, code in (
        ({"document_no": " "}, "document-missing"), ({"reason": "短"}, "reason-missing"), ({"grade": "excellent"}, "same-grade"),
        ({"grade": "best"}, "no-such-grade"),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refused:
            await city.correct(Z1, **{"grade": "good", **changed})
        assert refused.value.code == code


async def test_what_is_not_final_is_not_corrected_and_what_is_final_is_not_graded_by_hand(city: Corrected) -> None:
    order = hand_grades.GradeByHand(evaluation_id=Z1, grade="good", reason="现场核查")
    with pytest.raises(DomainError) as refused:
        await city.do(hand_grades.grade_by_hand, order)
    assert refused.value.code == "not-before-publicity"
    await _next_year(city)
    with pytest.raises(DomainError) as early:
        await city.correct("2019-makerspace-Z1", "good")
    assert early.value.code == "not-final"


async def test_next_years_evaluation_that_carried_the_grade_over_is_named(city: Corrected) -> None:
    await _next_year(city)
    page = await Desk(city).post(f"/incubator/corrections/{Z3}", grade="qualified", **GIVEN)
    assert "2019 年度的考评引用了这一等次，并因连续两年不合格提出取消资格" in page.text
    await city.correct(Z3, "qualified")
    (row,) = await city.rows(select(EVALUATION).where(EVALUATION.c.id == Z3))
    assert not row["withdrawal_proposed"]
    await city.correct(Z3, "unqualified", reason="撤销前次更正")
    (again,) = await city.rows(select(EVALUATION).where(EVALUATION.c.id == Z3))
    assert again["withdrawal_proposed"], "failed the year before as well"


async def _next_year(city: City) -> None:
    city.at(date(2019, 11, 1))
    order = rounds.OpenRound(
        year=2019, kind="makerspace", scheme="makerspace-100", document_no="样例文〔2019〕31号",
        opens_on=date(2019, 11, 1), closes_on=date(2019, 11, 30),
    )  # fmt: skip
    await city.do(rounds.open_round, order)
    city.at(date(2019, 12, 2))
    await city.do(rounds.close_round, rounds.CloseRound(round_id="2019-makerspace"))
    await city.do(grade_round, GradeRound(round_id="2019-makerspace"))


async def test_to_compute_again_what_a_correction_does_not_touch_is_refused(city: Corrected) -> None:
    asked = corrections.RecomputeAfterCorrection(evaluation_id=Z1, cause_event_id="any")
    for code in ("not-corrected", "no-such-cause"):
        with pytest.raises(DomainError) as refused:
            await city.do(corrections.recompute_after_correction, asked)
        assert refused.value.code == code
        if code == "not-corrected":
            await city.correct(Z1, "good")


async def test_an_award_the_limit_had_refused_is_listed_and_computed_again_also_on_request(city: Corrected) -> None:
    """Another program told an excellent year of Z1 as well, and was refused: one award for a carrier and year."""
    carrier = {"id": "Z1", "org_id": "U1", "kind": "makerspace", "level": "city", "name": "样例众创空间 1"}
    told = {**EvaluationFinalised.example, "evaluation_id": "elsewhere-Z1", "carrier": carrier, "date": "2019-01-02"}
    event = EvaluationFinalised.model_validate(told)
    await city.hear(Received(event, Envelope("elsewhere", "/outside", city.instant, event.about(), "elsewhere")))
    refused = select(SUBSIDY).where(SUBSIDY.c.root == "elsewhere").order_by(SUBSIDY.c.position)
    assert [row["outcome"] for row in await city.rows(refused)] == [outcomes.DECLINED]
    desk = Desk(city)
    seen = await desk.post(PAGE, grade="good", **GIVEN)
    assert "同一额度下的其他补助" in seen.text
    await desk.confirmed(PAGE, grade="good", **GIVEN)
    await city.settled()
    assert [row["outcome"] for row in await city.rows(refused)] == [outcomes.DECLINED, outcomes.AWARDED]
    assert "要求重新核算" in (await desk.get(PAGE)).text
    for _ in range(2):  # a double click asks once
        asked = await desk.client.post(f"/incubator/recomputing/{Z1}", data={"cause": "elsewhere"})
        assert asked.status_code == 303
    requests = [each for each in await city.told(SettlementRequested.type_) if each.event.by == "head-1"]
    assert [each.event.reason for each in requests] == [f"{Z1} 的等次更正后重新核算"]
    await city.settled()
    assert [row["outcome"] for row in await city.rows(refused)] == [outcomes.DECLINED, outcomes.AWARDED]


async def test_the_correction_is_proved_by_the_audit_trail(city: Corrected) -> None:
    await city.correct(Z1, "good")
    async with city.running.look() as connection:
        assert (await prove(connection, TRAIL, {})).faults == []
