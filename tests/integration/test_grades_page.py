"""The grades of a round on their page: ranking, lines, ties, what other lines would bring, and the whole as a workbook;
grading and publicity by the office, each shown before it is done."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.tables import CHANGE, EVALUATION, SUBSIDY
from services.incubator.store.tables import ROUND as ROUNDS
from services.incubator.usecases import bookkeeping, grading, reports, rounds, what_if
from services.incubator.usecases.finalising import FinaliseRound, finalise_round
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.ledger import budgeting
from shared.messaging.unit import Unit
from tests.integration.desk_hands import Desk
from tests.integration.little_city import ROUND, City, little_city
from tests.integration.panel import Panel, R
from tests.integration.quota_city import Q, QuotaCity

pytestmark = pytest.mark.one_database

HERE = f"/incubator/rounds/{ROUND}"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await city.reported()
        yield city


@pytest.fixture
async def panel(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Panel]:
    async with little_city(database, tmp_path):
        panel = Panel(database, tmp_path)
        await panel.prepared()
        yield panel


async def grades(city: City, round_id: str = ROUND) -> dict[str, str]:
    async with city.running.look() as connection:
        query = select(EVALUATION.c.carrier_id, EVALUATION.c.grade).where(EVALUATION.c.round_id == round_id)
        return {row.carrier_id: row.grade for row in await connection.execute(query)}


async def rows_of(city: City, *tables: object) -> list[int]:
    async with city.running.look() as connection:
        return [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()  # type: ignore[arg-type]  # tables
            for table in tables
        ]


async def test_the_ranking_shows_ties_lines_and_reasons_and_is_filtered_and_sorted(city: City) -> None:
    await city.graded()
    desk = Desk(city)
    page = await desk.get(f"{HERE}/grades")
    assert "<svg" in page.html
    assert "优秀线 85" in page.html
    rows = [row for row in page.rows() if "样例众创空间" in row and "调整等次" in row]
    assert [row.split()[0] for row in rows] == ["1", "1", "3", "—"], "equal totals share a rank"
    assert "没有按时报送" in rows[-1]
    only = await desk.get(f"{HERE}/grades?grade=good")
    assert next(row for row in only.rows() if "调整等次" in row).startswith("3 样例众创空间 2")
    backwards = await desk.get(f"{HERE}/grades?sort=-carrier_name")
    assert "样例众创空间 4" in next(row for row in backwards.rows() if "调整等次" in row)


async def test_a_tie_at_the_end_of_a_quota_is_shown_and_never_split(database: AsyncEngine, tmp_path: Path) -> None:
    async with little_city(database, tmp_path):
        quotas = QuotaCity(database, tmp_path)
        await quotas.graded_by_quota({"G1": "F03", "G2": "F03", "G3": "F06", "G4": "F04", "G5": "F02"})
    page = await Desk(quotas).get(f"/incubator/rounds/{Q}/grades")
    assert "优秀名额 1 家，已进 0 家" in page.text
    assert "分同分 2 家，余下名额容不下整组，同分不拆：样例孵化器 1、样例孵化器 2" in page.text
    assert "优秀名额到此" in page.html
    assert set((await grades(quotas, Q)).values()) == {"good", "qualified"}
    more = await Desk(quotas).get(f"/incubator/rounds/{Q}/what-if?quota_excellent=40")
    assert "等次或补助会变的单位：4 家" in more.text
    assert [row.split()[4:6] for row in more.rows() if row.startswith("1 样例孵化器")] == [["良好", "优秀"]] * 2


async def test_before_the_reports_are_closed_there_is_nothing_to_rank(city: City) -> None:
    desk = Desk(city)
    assert "填报还没有截止" in (await desk.get(f"{HERE}/grades")).text
    assert "不能试算" in (await desk.get(f"{HERE}/what-if")).text


async def test_what_if_says_who_changes_and_what_it_costs_and_writes_nothing(city: City) -> None:
    await city.graded()
    before = await rows_of(city, CHANGE, SUBSIDY)
    desk = Desk(city)
    page = await desk.get(f"{HERE}/what-if?line_excellent=75&line_good=70&line_qualified=60")
    row = next(row for row in page.rows() if "样例众创空间 2" in row)
    assert row.split()[4:8] == ["良好", "优秀", "0.00", "300,000.00"]
    assert "等次或补助会变的单位：1 家" in page.text
    assert "700,000.00 400,000.00" in page.text, "what is left of the budget before and after"
    assert await rows_of(city, CHANGE, SUBSIDY) == before
    assert (await grades(city))["Z2"] == "good"
    found = await city.do(what_if.what_if, what_if.WhatIf(round_id=ROUND, lines={"excellent": "75"}))
    assert [(each.evaluation_id, each.fen_after) for each in found.changed] == [(f"{ROUND}-Z2", 30_000_000)]
    assert found.fen_after - found.fen_before == 30_000_000
    assert found.blocked == 1, "Z4 reported no operating cost"


async def test_what_if_beyond_the_budget_says_by_how_much_and_a_crossed_line_is_told_at_its_field(city: City) -> None:
    await city.graded()
    await city.do(_budget, "500000")
    desk = Desk(city)
    page = await desk.get(f"{HERE}/what-if?line_excellent=75")
    assert "超出预算 100,000.00 元" in page.text
    wrong = await desk.get(f"{HERE}/what-if?line_excellent=50&quota_good=12x", status=422)
    assert 'aria-describedby="wrong-line_excellent"' in wrong.html
    assert 'value="12x"' in wrong.html, "what was typed stays"


async def _budget(unit: Unit, amount: str) -> None:
    await bookkeeping.set_budget(unit, budgeting.SetBudget(year=2019, amount=amount, document_no="样例财 2 号"))


async def test_what_if_of_a_final_round_counts_no_award_twice(city: City) -> None:
    await city.graded()
    await city.decided(await city.objected())
    await city.finalised()
    await city.settled()
    found = await city.do(what_if.what_if, what_if.WhatIf(round_id=ROUND))
    assert found.changed == []
    assert found.fen_before == found.fen_after == 60_000_000, "Z1 and Z2, as the ledger has them"


async def test_grading_and_publicity_show_every_unit_and_letter_before_they_are_done(city: City) -> None:
    desk = Desk(city)
    page = await desk.post(f"{HERE}/grade", 409)
    assert "等待受理或退回" in page.text
    await city.graded()
    again = await desk.post(f"{HERE}/grade")
    assert "样例众创空间 4" in again.text
    seen = await desk.post(f"{HERE}/publicise", public_from="2018-12-24")
    assert sum("考评结果公示" in row for row in seen.rows()) == 4, "a letter to each"
    assert any("样例众创空间 3" in row and "不合格" in row for row in seen.rows())
    assert (await _state(city)) == "graded", "nothing is done yet"
    where = await desk.confirmed(f"{HERE}/publicise", public_from="2018-12-24")
    assert where == HERE
    assert (await _state(city)) == "publicised"
    twice = await desk.post(f"{HERE}/publicise", 409)
    assert "公示中" in twice.text
    early = await desk.post(f"{HERE}/finalise", 409)
    assert "公示期满才能确定等次" in early.text
    during = await desk.get(HERE)
    assert "起可以确定等次" in during.text
    assert f'action="{HERE}/finalise"' not in during.html, "what would be refused is not offered"
    async with city.running.look() as connection:
        last = (await connection.execute(select(ROUNDS.c.public_until).where(ROUNDS.c.id == ROUND))).scalar_one()
    assert f"{add_days(last, 1)} 起可以确定等次" in during.text
    city.at(add_days(last, 1))
    assert f'action="{HERE}/finalise"' in (await desk.get(HERE)).html


async def test_a_wrong_day_of_publicity_is_told_on_the_page(city: City) -> None:
    await city.graded()
    page = await Desk(city).post(f"{HERE}/publicise", 422, public_from="十二月")
    assert "不是日期" in page.text
    assert "不能公示" not in page.text


async def _state(city: City) -> str:
    async with city.running.look() as connection:
        return str((await connection.execute(select(ROUNDS.c.state).where(ROUNDS.c.id == ROUND))).scalar_one())


async def test_a_round_is_not_graded_silently_while_experts_are_still_marking(panel: Panel) -> None:
    await panel.drawn()
    await _closed(panel)
    with pytest.raises(DomainError) as refused:
        await panel.do(grading.grade_round, grading.GradeRound(round_id=R))
    assert refused.value.code == "reviews-open"
    assert "样例孵化器 1（专家 P" in refused.value.message
    desk = Desk(panel)
    page = await desk.get(f"/incubator/rounds/{R}")
    assert "还有 6 份专家评审没有评完" in page.text
    assert 'name="without_open_reviews"' in page.html
    assert "还有专家没有评完" in (await desk.post(f"/incubator/rounds/{R}/grade", 409)).text
    await desk.confirmed(f"/incubator/rounds/{R}/grade", without_open_reviews="yes")
    assert len(await grades(panel, R)) == 4


async def test_the_workbook_has_every_indicator_and_every_experts_mark_with_its_reason(panel: Panel) -> None:
    await panel.drawn()
    for carrier, expert in sorted(await panel.holding()):
        await panel.accept(carrier, expert)
        await panel.mark(carrier, expert, "8", f"=管理规范，{expert} 查看")
    await _closed(panel)
    await panel.do(grading.grade_round, grading.GradeRound(round_id=R))
    answer = await Desk(panel).client.get(f"/incubator/rounds/{R}/grades.xlsx?grade=good")
    assert answer.status_code == 200
    answer = await Desk(panel).client.get(f"/incubator/rounds/{R}/grades.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    head, *rows = sheet.iter_rows(values_only=True)
    assert len(rows) == 4
    columns = [str(name) for name in head]
    for name in ("考评编号", "名次", "总分", "等次", "理由", "专家 1", "专家 2"):
        assert name in columns
    marks = [place for place, name in enumerate(columns) if name.startswith("专家 2：") and name.endswith("评分")]
    why = [place for place, name in enumerate(columns) if name.startswith("专家 2：") and name.endswith("理由")]
    assert [rows[0][place] for place in marks] == [8]
    assert [str(rows[0][place]).startswith("=管理规范") for place in why] == [True]
    assert sheet.cell(2, why[0] + 1).data_type == "s", "a formula never comes of a reason"
    scored = [name for name in columns if name.endswith("：得分")]
    assert len(scored) == len({name.partition("：")[0] for name in scored}) > 10


async def _closed(panel: Panel) -> None:
    panel.at(date(2018, 12, 10))
    for carrier in ("F1", "F2", "F3"):
        await panel.do(reports.accept_report, reports.AcceptReport(report_id=f"{R}-{carrier}"))
    await panel.do(rounds.close_round, rounds.CloseRound(round_id=R))


async def test_a_finalised_round_says_where_corrections_are_made(city: City) -> None:
    await city.graded()
    await city.decided(await city.objected())
    city.at(date(2019, 1, 2))
    await city.do(finalise_round, FinaliseRound(round_id=ROUND), "head-1")
    page = await Desk(city).get(HERE)
    assert "逐家作更正决定" in page.text
    assert any(link.endswith(f"/corrections/{ROUND}-Z1") for link in (await Desk(city).get(f"{HERE}/grades")).links)
