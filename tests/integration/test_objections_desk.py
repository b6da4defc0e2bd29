"""The office's desk for objections: the list, one on paper, and a decision that shows all it touches before it is done;
who objects is shown to nobody but those who handle it."""

import io
import re
from collections.abc import AsyncIterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.incubator.store.tables import EVALUATION, OBJECTION, OBJECTION_CONTACT, OBJECTIONS, REPORT
from services.incubator.usecases import draft_views, objections
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.objections import store as found
from tests.asking import no_accounts
from tests.integration.desk_hands import Desk, hidden
from tests.integration.little_city import ROUND, City, Page, little_city
from tests.integration.quota_city import Q, QuotaCity
from tests.one_app import make_app
from tests.unit.evidence.samples import pdf

pytestmark = pytest.mark.one_database

Z1, Z2 = f"{ROUND}-Z1", f"{ROUND}-Z2"
DESK = "/incubator/objections"
PAPER = {
    "evaluation_id": Z1,
    "objector": "样例单位 2",
    "name": "李某某",
    "contact": "138-0000-0000",
    "grounds": "工位数与现场不符",
    "received_on": "2018-12-25",
}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    """Publicised on the 24th, with an objection to Z2's grade of the 25th."""
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await city.reported()
        await city.graded()
        await city.objected()
        yield city


async def the_objection(city: City) -> str:
    async with city.running.look() as connection:
        return str((await connection.execute(select(OBJECTION.c.id))).scalar_one())


async def row_of(city: City, table: Any, id_: str) -> Any:
    async with city.running.look() as connection:
        return (await connection.execute(select(table).where(table.c.id == id_))).mappings().one()


async def typed(desk: Desk, objection: str, **changed: str) -> dict[str, str]:
    """The form as it stands, every figure as it counts, with what is changed in it."""
    page = await desk.get(f"{DESK}/{objection}")
    boxes = re.findall(r'name="(typed:[^"]+)" value="([^"]*)"', page.html)
    return {**{unescape(name): unescape(value) for name, value in boxes}, **changed}


def reader(city: City, role: Role) -> httpx.AsyncClient:
    """Somebody with this role alone, at a browser."""

    async def asks(_: Request) -> Who:
        return Who("who-1", "某人", (Grant(role),), session="s", program=True)

    app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=no_accounts(), asks=asks)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


async def test_the_list_says_what_waits_and_how_long_and_names_no_objector(city: City) -> None:
    desk = Desk(city)
    page = await desk.get(DESK)
    row = next(row for row in page.rows() if "样例众创空间 2" in row)
    assert "处理中" in row
    assert "2019-01-02" in row, "five working days after the 25th, New Year's Day not counted"
    assert "剩 8 天" in row
    city.at(date(2019, 1, 3))
    assert "超期 1 天" in (await desk.get(DESK)).text
    assert "样例众创空间 2" in (await desk.get(f"{DESK}?late=yes")).text
    answer = await desk.client.get(f"{DESK}.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("样例众创空间 2" in cell for cell in cells)
    for text in (page.html, *cells):
        assert "secret-objector" not in text
    async with city.running.look() as connection:
        waiting = await found.waiting(connection, OBJECTIONS, date(2019, 1, 3))
    assert waiting == (1, date(2018, 12, 25), date(2019, 1, 2), 1)


async def test_who_objects_is_seen_by_those_who_handle_it_and_by_audit_alone(city: City) -> None:
    paper = await Desk(city, "clerk-1").client.post(
        f"{DESK}/new", data=PAPER, files={"evidence": ("证据.pdf", pdf(b"x"), "application/pdf")}
    )
    assert paper.status_code == 303, Page(paper).text
    address = paper.headers["location"].partition("?")[0]
    for role, sees in ((Role.CLERK, True), (Role.HEAD, True), (Role.AUDITOR, True), (Role.FINANCE, False)):
        async with reader(city, role) as client:
            page = Page(await client.get(address))
            assert page.status == 200, role
            assert ("李某某" in page.html, "138-0000-0000" in page.html) == (sees, sees), role
            files = [link for link in page.links if "/evidence/" in link]
            assert bool(files) == sees, role
            if files:
                assert (await client.get(files[0])).status_code in {200, 409}, role
    async with reader(city, Role.AUDITOR) as auditor:
        assert (await auditor.post(address, data={"outcome": "rejected", "reason": "不实"})).status_code == 403
        assert (await auditor.post(f"{DESK}/new", data=PAPER)).status_code == 403
    for role in (Role.DISTRICT, Role.OPERATOR, Role.EXPERT):
        async with reader(city, role) as stranger:
            for place in (DESK, f"{DESK}.xlsx", address):
                assert (await stranger.get(place)).status_code == 403, (role, place)


async def test_an_objection_on_paper_counts_from_the_day_it_came_and_entered_twice_is_one(city: City) -> None:
    city.at(date(2018, 12, 28))
    desk = Desk(city, "clerk-1")
    first = await desk.client.post(f"{DESK}/new", data=PAPER)
    second = await desk.client.post(f"{DESK}/new", data=PAPER)
    assert first.status_code == 303, Page(first).text
    assert first.headers["location"] == second.headers["location"]
    id_ = first.headers["location"].rpartition("/")[2].partition("?")[0]
    row = await row_of(city, OBJECTION, id_)
    assert (row["objector_id"], row["filed_on"], row["decide_by"]) == ("U2", date(2018, 12, 25), date(2019, 1, 2))
    stranger = await desk.client.post(f"{DESK}/new", data=PAPER | {"objector": "外地某公司"})
    async with city.running.look() as connection:
        query = select(OBJECTION.c.objector_id, OBJECTION_CONTACT.c.name).join(
            OBJECTION_CONTACT, OBJECTION_CONTACT.c.objection_id == OBJECTION.c.id
        )
        names = {row.name: row.objector_id for row in await connection.execute(query)}
    assert stranger.status_code == 303
    assert "外地" not in names["外地某公司 李某某"], "an objector no register knows has a number only"


async def test_a_wrong_paper_objection_is_told_at_its_fields_with_everything_typed(city: City) -> None:
    desk = Desk(city)
    page = await desk.post(f"{DESK}/new", 422, **PAPER | {"name": "", "received_on": "昨天", "grounds": "<b>不符</b>"})
    assert "请填写联系人的真实姓名" in page.text
    assert "请写成 2018-12-20 这样的日期" in page.text
    assert "&lt;b&gt;不符&lt;/b&gt;" in page.html
    future = await desk.post(f"{DESK}/new", 422, **PAPER | {"received_on": "2018-12-31"})
    assert "还没有到" in future.text
    early = await desk.post(f"{DESK}/new", 409, **PAPER | {"received_on": "2018-12-20"})
    assert "只能在公示期内提出异议" in early.text
    long = await desk.post(f"{DESK}/new", 422, **PAPER | {"grounds": "长" * 4001})
    assert "请精简" in long.text


async def test_an_upheld_objection_with_corrected_figures_shows_everything_it_touches_first(city: City) -> None:
    objection = await the_objection(city)
    desk = Desk(city)
    given = await typed(
        desk, objection, outcome="upheld", way="figures", reason="凭证属实",
        **{"typed:financing": "240万", "typed:tax": "240,000.00"},
    )  # fmt: skip
    page = await desk.post(f"{DESK}/{objection}", **given)
    rows = [row.split() for row in page.rows()]
    assert ["总分", "77.50", "93.50"] in rows
    assert ["等次", "良好", "优秀"] in rows
    assert ["名次", "3", "3"] in rows
    assert ["补助（元）", "0.00", "300,000.00"] in rows
    assert "700,000.00 400,000.00" in page.text
    assert sum("异议处理结果" in row for row in page.rows()) == 2, "the unit and the objector, each a letter"
    assert (await row_of(city, OBJECTION, objection))["state"] == "filed", "nothing is done yet"
    where = await desk.confirmed(f"{DESK}/{objection}", **given)
    assert where == f"{DESK}/{objection}"
    evaluation = await row_of(city, EVALUATION, Z2)
    assert (evaluation["grade"], evaluation["total"]) == ("excellent", "93.50")
    assert (await row_of(city, REPORT, Z2))["version"] == 3
    after = await desk.get(f"{DESK}/{objection}?did=objection-upheld.1")
    assert "异议已按成立处理" in after.text
    assert "异议成立" in after.text
    assert "凭证属实" in after.text
    twice = await desk.post(f"{DESK}/{objection}", 409, **given)
    assert "现在是“成立”" in twice.text


async def test_figures_the_office_corrected_are_not_told_as_handed_in_by_the_operator(city: City) -> None:
    objection = await the_objection(city)
    desk = Desk(city)
    given = await typed(
        desk, objection, outcome="upheld", way="figures", reason="凭证属实", **{"typed:financing": "240万"}
    )
    await desk.confirmed(f"{DESK}/{objection}", **given)
    history = await desk.get(f"/incubator/reports/{Z2}/versions")
    assert "提交过 2 次" in history.text
    assert "第 3 版：异议成立，由办公室按处理决定更正" in history.text
    assert "第 3 次提交" not in history.text
    assert "处理决定 head-1" in history.text
    assert f"{Z2}-3" not in history.text, "what nobody handed in has no receipt"
    assert "第 3 版（按异议更正）" in (await desk.get(f"/incubator/evaluations/{Z2}")).text
    assert "第 2 版（按异议更正）" not in (await desk.get(f"/incubator/evaluations/{Z2}")).text
    assert "由办公室按异议处理决定更正" in (await desk.get(f"/incubator/reports/{Z2}")).text
    async with city.running.look() as connection:
        with pytest.raises(DomainError, match="没有回执"):
            await draft_views.receipt_of(connection, Z2, 3)


@pytest.fixture
async def quotas(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[QuotaCity]:
    async with little_city(database, tmp_path):
        quotas = QuotaCity(database, tmp_path)
        await quotas.graded_by_quota()
        yield quotas


async def test_whom_the_new_ranking_would_have_moved_is_named_and_keeps_his_grade(quotas: QuotaCity) -> None:
    objection = await quotas.objected_by_paper("G1")
    desk = Desk(quotas)
    given = await typed(
        desk, objection, outcome="upheld", way="figures", reason="研发投入不实",
        **{"typed:rd_spend": "0", "typed:ip_granted": "10"},
    )  # fmt: skip
    page = await desk.post(f"{DESK}/{objection}", **given)
    rows = [row.split() for row in page.rows()]
    moved = [row[:2] + row[3:] for row in rows if len(row) == 5]
    assert ["样例孵化器", "2", "良好", "优秀"] in moved, "it would have been excellent, and stays good"
    assert ["名次", "1", "3"] in rows
    assert "下列单位维持原等次，要改须另行决定" in page.text
    await desk.confirmed(f"{DESK}/{objection}", **given)
    assert (await row_of(quotas, EVALUATION, f"{Q}-G2"))["grade"] == "good"
    assert (await row_of(quotas, EVALUATION, f"{Q}-G1"))["grade"] == "good"


async def test_a_grade_beyond_the_quota_is_said_to_be_so(quotas: QuotaCity) -> None:
    objection = await quotas.objected_by_paper("G2")
    page = await Desk(quotas).post(
        f"{DESK}/{objection}", outcome="upheld", way="grade", grade="excellent", reason="名额计算有误"
    )
    assert "优秀名额 1 家：现在 1 家，变动后 2 家，超出名额 1 家" in page.text
    near = [row.split()[:3] for row in page.rows() if row.startswith(("1 ", "2 ", "3 ", "4 "))]
    assert near == [[str(rank), "样例孵化器", str(rank)] for rank in (1, 2, 3, 4)]


async def test_a_grade_can_be_given_and_a_rejection_needs_no_figures(city: City) -> None:
    objection = await the_objection(city)
    desk = Desk(city)
    page = await desk.post(f"{DESK}/{objection}", outcome="upheld", way="grade", grade="excellent", reason="漏计加分项")
    assert "按方案：良好" in page.text
    rejected = await desk.post(f"{DESK}/{objection}", outcome="rejected", reason="凭证日期在数据期之外")
    assert "对样例众创空间 2" not in rejected.text, "a rejection touches no grade"
    answer = await desk.client.post(f"{DESK}/{objection}", data=hidden(rejected))
    assert answer.status_code == 303
    assert (await row_of(city, EVALUATION, Z2))["grade"] == "good"
    assert (await row_of(city, OBJECTION, objection))["reason"] == "凭证日期在数据期之外"


async def test_what_is_missing_or_wrong_is_told_at_its_field_and_nothing_is_done(city: City) -> None:
    objection = await the_objection(city)
    desk = Desk(city)
    empty = await desk.post(f"{DESK}/{objection}", 422)
    assert "请选择结论" in empty.text
    assert "请写明理由" in empty.text
    same = await typed(desk, objection, outcome="upheld", way="figures", reason="属实")
    assert "没有改动任何数字" in (await desk.post(f"{DESK}/{objection}", 422, **same)).text
    wrong = await desk.post(f"{DESK}/{objection}", 422, **same | {"typed:tax": "很多<b>"})
    assert 'aria-describedby="wrong-tax"' in wrong.html
    assert 'value="很多&lt;b&gt;"' in wrong.html
    crossed = await desk.post(f"{DESK}/{objection}", 422, **same | {"typed:seats_used": "101"})
    assert "更正后的数字有以下问题" in crossed.text
    assert 'value="101"' in crossed.html
    assert (await row_of(city, OBJECTION, objection))["state"] == "filed"


async def test_on_paper_an_objection_may_come_until_the_grade_is_final_but_not_after(city: City) -> None:
    city.at(date(2019, 1, 4))
    late = objections.FileObjection(
        evaluation_id=Z1, objector_id="U2", grounds="公示末日邮戳", received_on=date(2018, 12, 28)
    )
    assert await city.do(objections.file_objection, late)
    await city.finalised()
    after = objections.FileObjection(
        evaluation_id=f"{ROUND}-Z4", objector_id="U2", grounds="公示末日邮戳", received_on=date(2018, 12, 28)
    )
    with pytest.raises(DomainError) as refused:
        await city.do(objections.file_objection, after)
    assert refused.value.code == "not-public"
