"""The pages of the talent service's money: an entry with its grounds, every step by its own hand, a unit's own."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.ledger_tables import LEDGER
from services.talent.usecases.awards import TerminateAward, terminate_award
from tests.integration.grant_hands import ACCOUNT, Grants
from tests.integration.talent_site import TalentSite, rows_of, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
OWN, OTHER = "unit:T-01", "unit:T-02"


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def granted(site: TalentSite) -> tuple[Grants, str, str]:
    """An award whose first instalment is computed: its hands, its id, the entry's."""
    grants = Grants(site.office)
    award_id = await grants.hands.running()
    await grants.settled()
    (entry,) = await grants.entries(award_id)
    return grants, award_id, str(entry["id"])


async def done(site: TalentSite, path: str, role: str, **data: str | list[str]) -> httpx.Response:
    """A step as a person does it: he sees what it touches, then confirms."""
    seen = await site.post(path, role, **data)
    assert seen.status_code == 200, seen.text
    found = re.search(r'name="confirmed" value="([0-9a-f]{64})"', seen.text)
    assert found is not None, seen.text
    return await site.post(path, role, **data, confirmed=found[1])


async def test_the_ledger_lists_grants_and_one_tells_what_granted_and_what_released_it(site: TalentSite) -> None:
    _, award_id, id_ = await granted(site)
    page = (await site.get("/talent/ledger")).text
    assert "资助台账" in page
    assert "样例项目" in page
    assert "资助净额（元）" in page
    assert "补助" not in page.partition("<main")[2]
    for query, there in (
        ("text=样例大学", True), ("text=没有这样的", False), ("kind=outstanding-youth-2018", True),
        ("kind=young-star-2018", False), ("year=2018", True), ("year=2017", False), ("outcome=awarded", True),
    ):  # fmt: skip
        assert (f"/talent/ledger/{id_}" in (await site.get(f"/talent/ledger?{query}")).text) is there, query
    for sort in ("subject", "-amount", "payment", "date"):
        assert (await site.get(f"/talent/ledger?sort={sort}")).status_code == 200
    one = (await site.get(f"/talent/ledger/{id_}")).text
    for said in (
        "依据什么拨付", "1,000,000.00", "样例文〔2018〕9号", "任务书生效", "指纹相符", "第 1 期任务书签订后拨付",
        f"/talent/awards/{award_id}", "待确认账户",
    ):  # fmt: skip
        assert said in one, said
    assert "补助" not in one.partition("<main")[2]
    (row,) = rows_of((await site.get("/talent/ledger.xlsx")).content)
    assert (row["项目"], row["单位"], row["金额（元）"], row["结果"]) == ("样例项目", "样例大学 1", 500_000, "资助")
    assert "样例项目" in (await site.get("/talent/ledger.csv")).text
    assert (await site.get("/talent/ledger/nothing")).status_code == 404
    assert (await site.get(f"/talent/ledger/{id_}", OWN)).status_code == 403


async def test_money_goes_from_hand_to_hand_over_the_pages(site: TalentSite) -> None:
    grants, award_id, id_ = await granted(site)
    await grants.budget()
    assert "已核算，可以提出拨付" in (await site.get("/talent/desk", "clerk")).text
    asked = await done(site, "/talent/payments/propose", "clerk", subsidy_ids=[id_], budget_year="2018")
    assert asked.status_code == 303
    assert "拨付建议待批准" in (await site.get("/talent/desk", "head")).text
    async with site.office.engine.begin() as connection:
        await connection.execute(update(LEDGER.budget).values(year=2017))
    unset = await site.post("/talent/payments/approve?state=proposed", "head", subsidy_ids=[id_])
    assert "还没有设定 2018 年的预算" in unset.text
    assert '<a href="/talent/budgets">设定预算</a>' in unset.text
    assert '<option value="proposed" selected>' in unset.text
    async with site.office.engine.begin() as connection:
        await connection.execute(update(LEDGER.budget).values(year=2018))
    approved = await done(site, "/talent/payments/approve", "head", subsidy_ids=[id_])
    assert approved.status_code == 303
    early = await site.post("/talent/payments/pay", "finance", subsidy_ids=[id_], paid_on="2018-07-02", document_no="x")
    assert early.status_code == 409
    assert "还没有确认收款账户" in early.text
    book = load_workbook(BytesIO((await site.get("/talent/payments/file.xlsx", "finance")).content))
    assert [sheet.max_row for sheet in book.worksheets] == [2, 2]
    typed = {**ACCOUNT, "based_on": "0"}
    refused = await site.post("/talent/unit/account/T-01", OWN, **typed)
    assert refused.status_code in (409, 422)
    assert "请勾选" in refused.text
    assert (await site.post("/talent/unit/account/T-01", OTHER, **typed, committed="yes")).status_code == 404
    taken = await site.post("/talent/unit/account/T-01", OWN, **typed, committed="yes")
    assert taken.headers["location"] == "/talent/unit/account/T-01?saved=account"
    assert "已确认" in (await site.get("/talent/unit/account/T-01", OWN)).text
    assert ACCOUNT["number"][:4] not in (await site.get("/talent/accounts/T-01", "clerk")).text.partition("<main")[2]
    (row,) = rows_of((await site.get("/talent/payments/file.xlsx", "finance")).content)[:1]
    assert (row["单位"], row["账号"], row["金额（元）"]) == ("样例大学 1", ACCOUNT["number"], 500_000)
    seen = await site.post(
        "/talent/payments/pay", "finance", subsidy_ids=[id_], paid_on="2018-07-02", document_no="样例财〔2018〕12号"
    )
    assert "第 1 期" in seen.text
    paid = await done(
        site,
        "/talent/payments/pay",
        "finance",
        subsidy_ids=[id_],
        paid_on="2018-07-02",
        document_no="样例财〔2018〕12号",
    )
    assert paid.status_code == 303
    assert "已登记 1 笔拨付" in (await site.get(paid.headers["location"], "finance")).text
    await grants.settled()
    assert (await grants.hands.states(award_id))[0] == "paid"
    assert "样例财〔2018〕12号" in (await site.get(f"/talent/ledger/{id_}")).text


async def test_a_unit_follows_its_own_money_and_nobody_elses(site: TalentSite) -> None:
    _, _, id_ = await granted(site)
    mine = (await site.get("/talent/unit/payments", OWN)).text
    assert "样例项目" in mine
    assert "还没有确认收款账户" in mine
    one = (await site.get(f"/talent/unit/payments/{id_}", OWN)).text
    for said in ("500,000.00", "任务书生效", "核算过程", "等待办公室提出"):
        assert said in one, said
    assert "样例项目" not in (await site.get("/talent/unit/payments", OTHER)).text
    assert (await site.get(f"/talent/unit/payments/{id_}", OTHER)).status_code == 404
    assert (await site.get("/talent/unit/account", OWN)).headers["location"] == "/talent/unit/account/T-01"
    (row,) = rows_of((await site.get("/talent/unit/payments.xlsx", OWN)).content)
    assert (row["项目"], row["核算金额（元）"]) == ("样例项目", 500_000)


async def test_what_was_stopped_is_taken_back_on_its_page(site: TalentSite) -> None:
    grants, award_id, id_ = await granted(site)
    async with site.office.unit("head") as unit:
        order = TerminateAward(award_id=award_id, reason="本人放弃", document_no="样例文〔2018〕12号")
        await terminate_award(unit, order)
    desk = (await site.get("/talent/desk", "head")).text
    assert "已停止拨付，核算过的资助待冲销" in desk
    assert f"/talent/ledger/{id_}" in desk
    empty = await site.post(f"/talent/ledger/{id_}/reverse", "head", reason="")
    assert empty.status_code == 422
    assert 'aria-invalid="true"' in empty.text
    gone = await done(site, f"/talent/ledger/{id_}/reverse", "head", reason="项目终止")
    assert gone.status_code == 303
    await grants.settled()
    listed = (await site.get("/talent/recoveries")).text
    assert "项目终止" in listed
    assert "没有冲销过资助" not in listed
    assert "项目终止" in (await site.get("/talent/recoveries?open=done")).text
    assert "这笔资助已经冲销" in (await site.get(f"/talent/ledger/{id_}")).text
    assert (await site.post(f"/talent/ledger/{id_}/reverse", "auditor", reason="x")).status_code == 403


async def test_what_was_stopped_after_its_approval_is_not_on_the_sheet_that_is_paid(site: TalentSite) -> None:
    grants, award_id, _ = await granted(site)
    await grants.approved(award_id)
    (row, _) = rows_of((await site.get("/talent/payments/file.xlsx", "finance")).content)
    assert row["金额（元）"] == 500_000
    async with site.office.unit("head") as unit:
        order = TerminateAward(award_id=award_id, reason="本人放弃", document_no="样例文〔2018〕12号")
        await terminate_award(unit, order)
    book = load_workbook(BytesIO((await site.get("/talent/payments/file.xlsx", "finance")).content))
    assert [(sheet.title, sheet.max_row) for sheet in book.worksheets] == [
        ("拨付", 2), ("待确认账户", 1), ("暂不拨付", 2),
    ]  # fmt: skip
    assert "合计" in [cell.value for cell in book["拨付"][2]], "nothing is left to pay"
    assert "第 1 期资助停止拨付" in [cell.value for cell in book["暂不拨付"][2]]


async def test_what_there_is_nothing_of_says_what_to_do(site: TalentSite) -> None:
    for page, says in (
        ("/talent/blocked", "没有缺少事实的资助"), ("/talent/decisions", "没有等待决定的资助"),
        ("/talent/decisions/recorded", "还没有作出过决定"), ("/talent/recoveries", "没有冲销过资助"),
        ("/talent/payments", "还没有提出过拨付"), ("/talent/payments/unproposed", "都提出过拨付了"),
        ("/talent/ledger", "没有符合条件的分录"), ("/talent/desk", "没有等您处理的事项"),
    ):  # fmt: skip
        assert says in (await site.get(page)).text, page
    assert (await site.get("/talent/budgets", "head")).status_code == 200
    assert "还没有核算过资助" in (await site.get("/talent/unit/payments", OWN)).text
