"""Tenants: entered one by one or from a workbook, all or none; and the title that is paid once a clerk has checked."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.identity.roles import Role
from tests.integration.little_city import City, Page, little_city
from tests.integration.register_hands import F1, awarded, code, decided, tenancies, tenant, waiting
from tests.integration.somebody import somebody
from tests.unit.evidence.samples import pdf

TENANTS = f"{F1}/tenants"
CERTIFICATE = {"certificate_no": "GR201821000123", "issued_on": "2018-09-20", "which": "first"}
CHECKED = ["certificate", "date", "tenancy"]


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


@pytest.fixture
async def operator(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        yield browser


@pytest.fixture
async def clerk(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with somebody(city, Role.CLERK) as browser:
        yield browser


def book(content: bytes, *rows: tuple[Any, ...], heading: str = "") -> bytes:
    """The template with these rows in it."""
    opened = load_workbook(io.BytesIO(content))
    sheet = opened["在孵企业"]
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            sheet.cell(number, place).value = value
    if heading:
        sheet["B1"] = heading
    written = io.BytesIO()
    opened.save(written)
    return written.getvalue()


async def test_a_tenant_is_entered_under_its_credit_code_and_found_again(
    city: City, operator: httpx.AsyncClient
) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code(2).lower())
    assert (await operator.post(TENANTS, data=tenant(2, credit_code=wide))).status_code == 303
    row = (await tenancies(city))["样例企业 2"]
    assert (row["credit_code"], row["tenant_id"], row["field"]) == (code(2), code(2), "软件和信息技术服务")
    assert code(2) in (await operator.get(TENANTS)).text
    again = await operator.post(TENANTS, data=tenant(2, name="另一个名称"))
    assert again.status_code == 422
    assert "已用这个信用代码登记" in again.text
    assert 'value="另一个名称"' in again.text


async def test_a_company_that_is_known_elsewhere_keeps_its_id_so_that_it_counts_once(
    city: City, operator: httpx.AsyncClient
) -> None:
    await operator.post(TENANTS + "/E1", data=tenant(5, name="样例企业 1"))
    answer = await operator.post("/incubator/mine/carriers/Z1/tenants", data=tenant(5, name="样例企业 1"))
    assert answer.status_code == 303, answer.text
    assert (await tenancies(city, "Z1"))["样例企业 1"]["tenant_id"] == "E1"


async def test_a_tenant_without_a_code_is_completed_and_not_entered_twice(
    city: City, operator: httpx.AsyncClient
) -> None:
    twice = await operator.post(TENANTS, data=tenant(1))  # E1 is called so as well, and has no code yet
    assert twice.status_code == 422
    assert "请打开该企业补上" in twice.text
    assert "请先在左边补上统一社会信用代码" in (await operator.get(f"{TENANTS}/E1")).text
    unready = await operator.post(f"{TENANTS}/E1/claims", data=CERTIFICATE)
    assert unready.status_code == 422
    assert (await operator.post(f"{TENANTS}/E1", data=tenant(1))).status_code == 303
    assert (await tenancies(city))["样例企业 1"]["credit_code"] == code(1)


UNCLEAR: tuple[tuple[dict[str, str], str], ...] = (
    ({"credit_code": code(2)[:17] + ("0" if code(2)[17] != "0" else "1")}, f"应为 {code(2)[17]}"),
    ({"credit_code": "9121"}, "4 位"),
    ({"name": ""}, "请填写企业名称"),
    ({"entered_on": "2014-01-01"}, "早于成立日期"),
    ({"entered_on": "2018-10-09"}, "还没有到"),
    ({"founded_on": "0001-01-01"}, "太早"),
    ({"field": "\u0000\u202e"}, "请填写领域"),
)


async def test_a_tenant_that_cannot_be_taken_is_told_at_its_field(city: City, operator: httpx.AsyncClient) -> None:
    for wrong, told in UNCLEAR:
        answer = await operator.post(TENANTS, data=tenant(2, **wrong))
        assert answer.status_code == 422, wrong
        assert told in answer.text, wrong
        assert 'aria-invalid="true"' in answer.text
    assert "样例企业 2" not in await tenancies(city)


async def test_a_tenant_leaves_once(city: City, operator: httpx.AsyncClient) -> None:
    early = await operator.post(f"{TENANTS}/E1/graduate", data={"graduated_on": "2016-02-29"})
    assert early.status_code == 422
    for _ in range(2):  # a double click
        answer = await operator.post(f"{TENANTS}/E1/graduate", data={"graduated_on": "2018-06-01"})
        assert answer.status_code == 303
    other = await operator.post(f"{TENANTS}/E1/graduate", data={"graduated_on": "2018-06-02"})
    assert other.status_code == 409
    assert (await tenancies(city))["样例企业 1"]["graduated_on"] == date(2018, 6, 1)
    page = Page(await operator.get(f"{TENANTS}/E1")).text
    assert "至 2020-06-01" in page
    assert "2018-06-01 毕业，样例孵化器 1" in page
    assert "没有符合条件的记录" in (await operator.get(TENANTS, params={"state": "inside"})).text


async def test_the_list_is_searched_filtered_sorted_and_taken_away(operator: httpx.AsyncClient) -> None:
    for number in (2, 3):
        await operator.post(TENANTS, data=tenant(number, entered_on=f"2017-0{number}-01"))
    found = Page(await operator.get(TENANTS, params={"text": code(3)}))
    assert [row for row in found.rows() if "样例企业" in row] == [row for row in found.rows() if "样例企业 3" in row]
    sorted_ = Page(await operator.get(TENANTS, params={"sort": "-name", "state": "inside"}))
    assert [row.split()[1] for row in sorted_.rows() if row.startswith("样例企业")] == ["3", "2", "1"]
    answer = await operator.get(f"{TENANTS}.xlsx", params={"state": "uncoded"})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["样例企业 1"]


async def test_a_workbook_enters_all_its_tenants(city: City, operator: httpx.AsyncClient) -> None:
    template = (await operator.get(f"{F1}/tenants-workbook")).content
    rows = [
        ("样例企业 11", code(11), "2015-01-01", "2016年3月1日", None, "软件"),
        ("样例企业 12", code(12), date(2015, 1, 1), date(2016, 3, 1), "2018-01-01", "=软件"),
    ]
    sent = await operator.post(f"{F1}/tenants-workbook", files={"file": ("t.xlsx", book(template, rows[0]))})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{TENANTS}?saved=1")
    again = await operator.post(f"{F1}/tenants-workbook", files={"file": ("t.xlsx", book(template, rows[0]))})
    assert again.status_code == 422
    assert "已用这个信用代码登记" in again.text
    second = (*rows[1][:5], "软件")
    await operator.post(f"{F1}/tenants-workbook", files={"file": ("t.xlsx", book(template, second))})
    there = await tenancies(city)
    assert there["样例企业 11"]["entered_on"] == date(2016, 3, 1)
    assert there["样例企业 12"]["graduated_on"] == date(2018, 1, 1)


async def test_everything_wrong_with_a_workbook_is_told_at_once_and_nothing_is_entered(
    city: City, operator: httpx.AsyncClient
) -> None:
    template = (await operator.get(f"{F1}/tenants-workbook")).content
    sent = book(
        template,
        ("样例企业 21", code(21), "2015-01-01", "2016-03-01", None, "软件"),
        ("样例企业 22", "123", "2015-01-01", "2016-03-01", None, "软件"),
        ("样例企业 23", code(21), "去年", "2016-03-01", None, "软件"),
        ("", code(24), "2015-01-01", "2014-03-01", None, "软件"),
        ("样例企业 25", code(25), "2015-01-01", "2016-03-01", "2015-03-01", "=1+1"),
    )
    answer = await operator.post(f"{F1}/tenants-workbook", files={"file": ("t.xlsx", sent)})
    assert answer.status_code == 422
    for cell in ("B3", "B4", "C4", "A5", "E6", "F6"):
        assert f"<code>{cell}</code>" in answer.text, cell
    assert set(await tenancies(city)) == {"样例企业 1"}
    for content in (b"", b"PK\x03\x04 no book", book(template, heading="代码"), template):
        refused = await operator.post(f"{F1}/tenants-workbook", files={"file": ("t.xlsx", content)})
        assert refused.status_code == 422, content[:10]
    assert set(await tenancies(city)) == {"样例企业 1"}


async def test_a_claim_pays_nothing_until_a_clerk_has_checked_all_three(
    city: City, operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    await operator.post(f"{TENANTS}/E1", data=tenant(1))
    answer = await operator.post(f"{TENANTS}/E1/claims", data=CERTIFICATE, files={"evidence": ("zs.pdf", pdf())})
    assert answer.status_code == 303, answer.text
    twice = await operator.post(f"{TENANTS}/E1/claims", data=CERTIFICATE)
    assert twice.status_code == 409
    await city.settled()
    assert await awarded(city) == []
    assert (await tenancies(city))["样例企业 1"]["hnte_on"] is None
    address = await waiting(clerk, "hnte")
    page = Page(await clerk.get(address))
    assert "大政发〔2017〕52号第十四条" in page.text
    (link,) = [each for each in page.links if "/files/" in each]
    assert (await clerk.get(link)).content == pdf()
    unlooked = await clerk.post(address, data={"outcome": "confirmed", "checked": ["date"], "reason": ""})
    assert unlooked.status_code == 422
    assert "请逐项核对并勾选：证书编号" in unlooked.text
    seen, done = await decided(clerk, address, outcome="confirmed", checked=CHECKED)
    assert "100,000.00" in seen, "what it will pay is seen before"
    assert "补助核算结果" in seen
    assert done.status_code == 303
    await city.settled()
    assert await awarded(city) == [10_000_000]
    assert (await tenancies(city))["样例企业 1"]["hnte_on"] == date(2018, 9, 20)
    assert "高新技术企业（2018-09-20）" in (await operator.get(TENANTS)).text


async def test_a_refused_claim_pays_nothing_is_told_by_letter_and_may_be_claimed_again(
    city: City, operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    await operator.post(f"{TENANTS}/E1", data=tenant(1))
    await operator.post(f"{TENANTS}/E1/claims", data=CERTIFICATE)
    address = await waiting(clerk, "hnte")
    seen, _ = await decided(clerk, address, outcome="refused", reason="与公布名单不符")
    assert "高新技术企业申报未予核定" in seen
    (told,) = await city.told("incubator.tenant.hnte_refused.v1")
    assert (told.event.reason, told.event.tenant_id) == ("与公布名单不符", "E1")
    await city.settled()
    assert await awarded(city) == []
    assert "与公布名单不符" in (await operator.get(f"{TENANTS}/E1")).text
    assert (await operator.post(f"{TENANTS}/E1/claims", data=CERTIFICATE)).status_code == 303


@pytest.mark.parametrize(
    ("graduated", "issued", "status"),
    [
        ("2016-09-20", "2018-09-20", 303),
        ("2016-09-19", "2018-09-20", 422),
        ("", "2016-02-28", 422),
        ("", "2018-10-09", 422),
    ],
)
async def test_a_claim_outside_the_tenancy_and_its_two_years_is_refused_at_once(
    operator: httpx.AsyncClient, graduated: str, issued: str, status: int
) -> None:
    await operator.post(f"{TENANTS}/E1", data=tenant(1))
    if graduated:
        await operator.post(f"{TENANTS}/E1/graduate", data={"graduated_on": graduated})
    answer = await operator.post(f"{TENANTS}/E1/claims", data={**CERTIFICATE, "issued_on": issued})
    assert answer.status_code == status, answer.text
    if status == 422:
        assert 'id="wrong-issued_on"' in answer.text
        assert 'value="GR201821000123"' in answer.text


async def test_a_certificate_that_was_confirmed_for_another_tenant_is_not_confirmed_again(
    operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    await operator.post(f"{TENANTS}/E1", data=tenant(1))
    await operator.post(TENANTS, data=tenant(2))
    for id_ in ("E1", code(2)):
        assert (await operator.post(f"{TENANTS}/{id_}/claims", data=CERTIFICATE)).status_code == 303
    await decided(clerk, await waiting(clerk, "hnte"), outcome="confirmed", checked=CHECKED)
    second = await waiting(clerk, "hnte")
    answer = await clerk.post(second, data={"outcome": "confirmed", "checked": CHECKED, "reason": ""})
    assert answer.status_code == 409
    assert "同一证书已为另一家企业" in answer.text
