"""Mentors and their sessions: registered, ended, noted once, counted by year."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import mentors
from services.incubator.store.known_figures import registered
from shared.identity.roles import Role
from tests.integration.little_city import City, Page, little_city
from tests.integration.register_hands import F1
from tests.integration.somebody import somebody

MENTORS, SESSIONS = f"{F1}/mentors", f"{F1}/sessions"
WANG = {
    "name": "王导师", "kind": "mentor", "time": "part", "field": "投融资", "employer": "样例大学", "began_on": "2016-05-01",
}  # fmt: skip


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


@pytest.fixture
async def operator(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        yield browser


async def mentor_id(city: City) -> str:
    async with city.running.look() as connection:
        return str((await mentors.all_of(connection, "F1"))[0]["id"])


async def test_a_mentor_is_registered_once_and_leaves_once(city: City, operator: httpx.AsyncClient) -> None:
    assert (await operator.post(MENTORS, data=WANG)).status_code == 303
    again = await operator.post(MENTORS, data=WANG)
    assert again.status_code == 422
    assert "已在名单里" in again.text
    id_ = await mentor_id(city)
    early = await operator.post(f"{MENTORS}/{id_}/end", data={"ended_on": "2016-04-30"})
    assert early.status_code == 422
    assert "早于起聘日期" in early.text
    for _ in range(2):
        assert (await operator.post(f"{MENTORS}/{id_}/end", data={"ended_on": "2018-06-30"})).status_code == 303
    assert (await operator.post(f"{MENTORS}/{id_}/end", data={"ended_on": "2018-07-01"})).status_code == 409
    assert "2018-06-30" in (await operator.get(f"{MENTORS}/{id_}")).text
    assert (await operator.post(MENTORS, data={**WANG, "began_on": "2018-07-01"})).status_code == 303, "came back"
    assert (await operator.get(f"/incubator/mine/carriers/Z1/mentors/{id_}")).status_code == 404


async def test_sessions_are_counted_by_year_with_a_picture_and_the_figures_a_report_asks_for(
    city: City, operator: httpx.AsyncClient
) -> None:
    await operator.post(MENTORS, data=WANG)
    id_ = await mentor_id(city)
    held = {"mentor_id": id_, "tenant_id": "E1", "topic": "融资计划书", "hours": "1.5"}
    for on in ("2017-03-01", "2017-06-01", "2017-06-01", "2018-02-01"):  # one of them was sent twice
        answer = await operator.post(SESSIONS, data={**held, "on_date": on})
        assert answer.status_code == 303, answer.text
    await operator.post(SESSIONS, data={**held, "on_date": "2017-09-01", "tenant_id": "", "hours": "2"})
    async with city.running.look() as connection:
        years = await mentors.by_year(connection, "F1")
    assert years == [mentors.MentorYear(2018, 1, 90, 1, 1), mentors.MentorYear(2017, 3, 300, 1, 1)]
    page = Page(await operator.get(MENTORS))
    assert "3 次，5 小时" in page.text
    assert "2017 年聘任过 1 人，辅导了 1 家企业" in page.text
    assert "<svg" in page.html
    listed = Page(await operator.get(SESSIONS, params={"text": "融资", "until": "2017-12-31"}))
    assert "多家企业" in listed.text
    assert "2018-02-01" not in listed.text
    sheet = load_workbook(io.BytesIO((await operator.get(f"{SESSIONS}.xlsx")).content)).worksheets[0]
    assert [row[5].value for row in sheet.iter_rows(min_row=2)] == ["1.5", "2", "1.5", "1.5"]


UNCLEAR: tuple[tuple[dict[str, str], str], ...] = (
    ({"on_date": "2016-04-30"}, "不在聘期内"),
    ({"on_date": "2018-10-09"}, "还没有到"),
    ({"hours": "0"}, "时长请写成小时数"),
    ({"hours": "25"}, "时长请写成小时数"),
    ({"hours": "一"}, "时长请写成小时数"),
    ({"topic": ""}, "请填写主题"),
    ({"mentor_id": "unknown"}, "没有这位导师"),
    ({"tenant_id": "unknown"}, "没有登记在载体"),
)


async def test_a_session_that_cannot_be_is_told_with_everything_typed_kept(
    city: City, operator: httpx.AsyncClient
) -> None:
    await operator.post(MENTORS, data=WANG)
    id_ = await mentor_id(city)
    held = {"mentor_id": id_, "on_date": "2018-03-01", "tenant_id": "E1", "topic": "专利", "hours": "1"}
    for wrong, told in UNCLEAR:
        answer = await operator.post(SESSIONS, data={**held, **wrong})
        assert answer.status_code in {404, 422}, wrong
        assert told in answer.text, wrong
        if "topic" not in wrong:
            assert 'value="专利"' in answer.text
    assert "还没有辅导记录" in (await operator.get(SESSIONS)).text


async def test_counsellors_are_told_apart_and_counted_apart(city: City, operator: httpx.AsyncClient) -> None:
    assert "请填写类别" in (await operator.post(MENTORS, data={**WANG, "kind": ""})).text
    for kind, name in (("mentor", "王导师"), ("counsellor", "顾老师"), ("counsellor", "钱老师")):
        assert (await operator.post(MENTORS, data={**WANG, "kind": kind, "name": name})).status_code == 303
    async with city.running.look() as connection:
        ids = {row["name"]: row["id"] for row in await mentors.all_of(connection, "F1")}
        assert (await registered(connection, "F1", date(2018, 10, 8))).mentors == 1
    held = {"on_date": "2017-03-01", "topic": "财税", "hours": "1", "tenant_id": "E1"}
    for name in ("王导师", "顾老师"):
        assert (await operator.post(SESSIONS, data={**held, "mentor_id": ids[name]})).status_code == 303
    page = Page(await operator.get(MENTORS, params={"kind": "counsellor"}))
    assert "创业导师 1 人、创业辅导员 2 人" in page.text
    assert "2017 年聘任过 1 人，辅导了 1 家企业（不含创业辅导员）" in page.text
    assert [row.split()[:2] for row in page.rows() if "样例大学" in row] == [
        ["钱老师", "创业辅导员"], ["顾老师", "创业辅导员"],
    ]  # fmt: skip
    tenant = Page(await operator.get(f"{F1}/tenants/E1"))
    assert {row.split()[0]: row.split()[1] for row in tenant.rows() if "2017-03-01" in row} == {
        "王导师": "创业导师", "顾老师": "创业辅导员",
    }  # fmt: skip
    listed = Page(await operator.get(SESSIONS, params={"kind": "counsellor"}))
    assert "顾老师 创业辅导员" in listed.text
    assert not any(row.startswith("2017-03-01 王导师") for row in listed.rows())


def book(template: bytes, *rows: tuple[str, ...]) -> bytes:
    filled = load_workbook(io.BytesIO(template))
    for at, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            filled["导师"].cell(at, column, text)
    written = io.BytesIO()
    filled.save(written)
    return written.getvalue()


WROTE = ("顾老师", "创业辅导员", "专职", "财税", "样例大学", "2016-05-01")


async def test_a_workbook_enters_all_of_them_or_none_with_every_problem_at_its_cell(
    city: City, operator: httpx.AsyncClient
) -> None:
    await operator.post(MENTORS, data=WANG)
    template = (await operator.get(f"{MENTORS}-workbook")).content
    wrong = book(
        template, WROTE, WROTE, ("王导师", "创业导师", "兼职", "投融资", "样例大学", "2016-05-01"),
        ("孙老师", "辅导老师", "兼职", "财税", "样例大学", "2016-05-01"),
        ("周老师", "创业导师", "兼职", "财税", "样例大学", "2019-05-01"),
    )  # fmt: skip
    refused = await operator.post(f"{MENTORS}-workbook", files={"file": ("t.xlsx", wrong)})
    assert refused.status_code == 422
    told = Page(refused).rows()
    for start, problem in (
        ("导师 A3", "与第 2 行是同一人"), ("导师 A4", "已在名单里"), ("导师 B5", "不认识“辅导老师”"),
        ("导师 F6", "还没有到"),
    ):  # fmt: skip
        assert any(row.startswith(start) and problem in row for row in told), start
    assert "顾老师" not in (await operator.get(f"{MENTORS}.xlsx")).text
    sent = await operator.post(f"{MENTORS}-workbook", files={"file": ("t.xlsx", book(template, WROTE))})
    assert sent.status_code == 303
    async with city.running.look() as connection:
        kinds = {row["name"]: row["kind"] for row in await mentors.all_of(connection, "F1")}
    assert kinds == {"王导师": "mentor", "顾老师": "counsellor"}
