"""A grade changed by hand before publicity: with a reason, its effect seen first, and kept when the round is graded
again."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.grade_tables import HAND_GRADE
from services.incubator.store.tables import CARRIER, EVALUATION
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import grading, hand_grades, objections
from services.incubator.usecases.grade_effect import effect
from shared.audit.verify import prove
from shared.core.errors import DomainError
from tests.integration.desk_hands import Desk, hidden
from tests.integration.little_city import ROUND, City, little_city

Z1, Z2, Z3 = (f"{ROUND}-Z{number}" for number in (1, 2, 3))
PAGE = f"/incubator/hand-grades/{Z2}"
REASON = "现场核查：孵化服务记录齐全，漏计一项"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await city.reported()
        await city.graded()
        yield city


async def evaluation(city: City, id_: str) -> Any:
    async with city.running.look() as connection:
        query = select(EVALUATION).where(EVALUATION.c.id == id_)
        return (await connection.execute(query)).mappings().one()


async def by_hand(city: City, id_: str, grade: str | None, reason: str = REASON) -> Any:
    order = hand_grades.GradeByHand(evaluation_id=id_, grade=grade, reason=reason)
    return await city.do(hand_grades.grade_by_hand, order, "head-1")


async def refusal(city: City, id_: str, grade: str | None, reason: str = REASON) -> str:
    with pytest.raises(DomainError) as refused:
        await by_hand(city, id_, grade, reason)
    return refused.value.code


async def test_what_a_unit_comes_to_is_told_even_where_it_does_not_change(city: City) -> None:
    async with city.running.look() as connection:
        found = await effect(connection, await evaluation(city, Z1), date(2018, 12, 10), grade="excellent")
    assert found.fen == (30_000_000, 30_000_000, False, "")
    assert found.money.changed == []


async def test_the_effect_on_rank_quota_and_money_is_seen_before_it_is_done(city: City) -> None:
    desk = Desk(city)
    seen = await desk.post(PAGE, grade="excellent", reason=REASON, document_no="样例文〔2018〕39号")
    assert any(row.split() == ["等次", "良好", "优秀", "按方案：良好"] for row in seen.rows())
    assert any(row.split() == ["补助（元）", "0.00", "300,000.00"] for row in seen.rows())
    assert "700,000.00 400,000.00" in seen.text
    assert (await evaluation(city, Z2))["grade"] == "good", "nothing is done yet"
    where = await desk.confirmed(PAGE, grade="excellent", reason=REASON, document_no="样例文〔2018〕39号")
    assert where == PAGE
    after = await evaluation(city, Z2)
    assert after["grade"] == "excellent"
    assert after["reason"] == f"人工调整：{REASON}（按方案定为良好）"
    assert after["total"] == "77.50", "the total stays as computed"
    page = await desk.get(PAGE)
    assert "样例文〔2018〕39号" in page.text
    listed = await desk.get(f"/incubator/rounds/{ROUND}/grades?by_hand=yes")
    assert [row for row in listed.rows() if "人工调整" in row and "样例众创空间 2" in row]
    assert not [row for row in listed.rows() if "样例众创空间 1 " in row and "调整等次" in row]
    for place in (f"/incubator/rounds/{ROUND}", f"/incubator/evaluations/{Z2}"):
        assert f"人工调整：{REASON}" in (await desk.get(place)).text


async def test_what_changed_since_it_was_seen_is_shown_again_and_a_double_click_does_it_once(city: City) -> None:
    desk = Desk(city)
    seen = await desk.post(PAGE, grade="excellent", reason=REASON)
    async with city.running.unit("elsewhere") as unit:  # its level was corrected, and with it the money
        await unit.connection.execute(update(CARRIER).where(CARRIER.c.id == "Z2").values(level=None))
    again = await desk.post(PAGE, **hidden(seen))
    assert "您看过之后情况有了变化" in again.text
    assert (await evaluation(city, Z2))["grade"] == "good"
    first = await desk.client.post(PAGE, data=hidden(again))
    second = await desk.client.post(PAGE, data=hidden(again))
    assert (first.status_code, second.status_code) == (303, 409)
    async with city.running.look() as connection:
        assert len((await connection.execute(select(HAND_GRADE))).all()) == 1


async def test_a_grade_by_hand_is_kept_when_the_round_is_graded_again_and_says_so(city: City) -> None:
    await by_hand(city, Z2, "excellent")
    counted = await city.do(grading.grade_round, grading.GradeRound(round_id=ROUND))
    assert counted.kept_by_hand == [Z2]
    assert counted.grades == {"excellent": 3, "unqualified": 1}
    assert (await evaluation(city, Z2))["reason"] == f"人工调整：{REASON}（按方案定为良好）"
    assert "人工调整（重新定等次时保留）" in (await Desk(city).get(f"/incubator/rounds/{ROUND}")).text
    seen = await Desk(city).post(f"/incubator/rounds/{ROUND}/grade")
    assert any("样例众创空间 2" in row and "人工调整" in row for row in seen.rows())


async def test_taken_back_the_grade_of_the_scheme_holds_again(city: City) -> None:
    await by_hand(city, Z2, "excellent")
    desk = Desk(city)
    assert 'value="by-scheme"' in (await desk.get(PAGE)).html
    await desk.confirmed(PAGE, grade="by-scheme", reason="核查记录有误，恢复")
    after = await evaluation(city, Z2)
    assert (after["grade"], after["reason"]) == ("good", "总分达到良好线 70")
    assert (await city.do(grading.grade_round, grading.GradeRound(round_id=ROUND))).kept_by_hand == []
    assert await refusal(city, Z2, None) == "not-by-hand"


async def test_a_reason_is_required_and_everything_typed_stays(city: City) -> None:
    page = await Desk(city).post(PAGE, 422, grade="excellent", reason=" 好 ", document_no="<b>文</b>")
    assert "请写明理由，至少 4 个字" in page.text
    assert 'aria-describedby="reason-wrong"' in page.html
    assert 'value="&lt;b&gt;文&lt;/b&gt;"' in page.html
    assert '<option value="excellent" selected>' in page.html
    assert await refusal(city, Z2, "excellent", "好") == "reason-missing"
    assert await refusal(city, Z2, "best") == "no-such-grade"
    assert await refusal(city, Z2, "good") == "same-grade"
    same = await Desk(city).post(PAGE, 409, grade="good", reason=REASON)
    assert "现在已经是良好" in same.text


async def test_a_second_failure_by_hand_proposes_withdrawal(city: City) -> None:
    await by_hand(city, Z3, "qualified")
    assert not (await evaluation(city, Z3))["withdrawal_proposed"]
    await by_hand(city, Z3, "unqualified", "复核不属实，恢复不合格")
    assert (await evaluation(city, Z3))["withdrawal_proposed"]


async def test_once_public_only_an_objection_moves_a_grade_and_it_takes_the_mark_away(city: City) -> None:
    await by_hand(city, Z1, "good")
    await by_hand(city, Z2, "excellent")
    objection = await city.objected()
    assert await refusal(city, Z2, "good") == "not-before-publicity"
    page = await Desk(city).get(PAGE)
    assert "不能再人工调整" in page.text
    decide = objections.DecideObjection(
        objection_id=objection, outcome="upheld", reason="凭证属实", figures={"tax": "240000.00"}
    )
    city.at(date(2018, 12, 27))
    await city.do(objections.decide_objection, decide, "head-1")
    listed = await Desk(city).get(f"/incubator/rounds/{ROUND}/grades?by_hand=yes")
    assert [row.split()[2] for row in listed.rows() if "公示中" in row] == ["1"], "Z1 alone is still by hand"


async def test_the_decision_is_in_the_audit_trail_and_a_changed_reason_is_found(city: City) -> None:
    await by_hand(city, Z2, "excellent")
    async with city.running.unit("sealer") as unit:
        assert (await prove(unit.connection, TRAIL, {})).faults == []
        await unit.connection.execute(update(HAND_GRADE).values(reason="别的理由"))
        assert [each.table for each in (await prove(unit.connection, TRAIL, {})).faults] == ["hand_grade"]
