"""The payments' desk: proposed by one, approved by another, paid once; the file holds confirmed accounts alone."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.tables import CHANGE, ORGANISATION, PAYMENT
from services.incubator.usecases import bookkeeping
from services.incubator.usecases.bookkeeping import deal_with_shortage
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.ledger import paying
from shared.ledger.shortages import DealWithShortage
from tests.integration.little_city import City
from tests.integration.money_city import (
    AUDITOR,
    CLERK,
    FINANCE,
    HEAD,
    approved,
    awards,
    paid_amounts,
    person,
    proposed,
    rows,
    settled_city,
)

pytestmark = pytest.mark.one_database

LIST = "/incubator/payments"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with settled_city(database, tmp_path) as made:
        yield made


async def confirmed_account(city: City, organisation: str, holder: str) -> None:
    async with city.running.unit("operator-1") as unit:
        row = {
            "organisation_id": organisation, "version": 1, "holder": holder, "bank": "样例银行", "branch": "一支行",
            "number": "0012345678901234567", "explanation": "", "confirmed_by": "operator-1", "confirmed_at": unit.now,
        }  # fmt: skip
        await unit.connection.execute(insert(BANK_ACCOUNT), [row])


async def test_a_batch_goes_from_award_to_paid_through_three_people_each_seeing_what_it_touches(city: City) -> None:
    ids = await awards(city)
    clerk, head, finance = (person(city, who) for who in (CLERK, HEAD, FINANCE))
    page = await clerk.get(f"{LIST}/unproposed")
    assert page.html.count('name="subsidy_ids"') == 3
    wrong = await clerk.post(f"{LIST}/propose", 422, budget_year="明年", subsidy_ids=[ids["Z1"]])
    assert "预算年度应为整数" in wrong.text
    assert f'value="{ids["Z1"]}" checked' in wrong.html
    assert (await clerk.client.get(f"{LIST}/propose?sort=carrier")).headers[
        "location"
    ] == f"{LIST}/unproposed?sort=carrier"
    assert 'value="明年" maxlength="100" aria-invalid="true"' in wrong.html
    unset = await clerk.post(f"{LIST}/propose", 200, budget_year="2027", subsidy_ids=[ids["Z1"]])
    assert "还没有设定 2027 年的预算，设定以前不能批准：" in unset.text
    assert '<a href="/incubator/budgets">设定预算</a>' in unset.html
    nothing = await clerk.post(f"{LIST}/propose", 422, budget_year="2019")
    assert "还没有勾选任何一笔" in nothing.text
    seen = await clerk.confirm(f"{LIST}/propose", budget_year="2019", subsidy_ids=list(ids.values()))
    assert "还没有设定" not in seen.text
    assert "700,000.00 元" in seen.text
    assert "样例众创空间 1" in seen.text
    assert "家单位还没有确认收款账户：" in seen.text
    await clerk.post(f"{LIST}/approve", 403, subsidy_ids=[ids["Z1"]])
    assert "批准选中的" not in (await clerk.get(LIST)).text
    seen = await head.confirm(f"{LIST}/approve", subsidy_ids=list(ids.values()))
    assert "批准前余额 1,000,000.00 元，这次批准 700,000.00 元，批准后余额 300,000.00 元" in seen.text
    late = await finance.post(
        f"{LIST}/pay", 422, subsidy_ids=[ids["Z1"]], paid_on="2019-02-30", document_no="=cmd|样例"
    )
    assert "拨付日期应为日期" in late.text
    assert 'value="=cmd|样例"' in late.html
    await city.accounts_confirmed(*ids.values())
    early = await finance.post(
        f"{LIST}/pay?state=approved", 422, subsidy_ids=[ids["Z1"]], paid_on="2018-12-01", document_no="样例财 3 号"
    )
    assert "拨付日期 2018-12-01 早于批准的日期" in early.text
    assert 'aria-describedby="wrong-paid_on"' in early.html
    assert f'formaction="{LIST}/pay?state=approved"' in early.html  # the list it was chosen from is still that list
    assert '<option value="approved" selected>' in early.html
    nameless = await finance.post(f"{LIST}/pay", 422, subsidy_ids=[ids["Z1"]], paid_on="2019-01-02", document_no="")
    assert "请填写资金文件号" in nameless.text
    seen = await finance.confirm(
        f"{LIST}/pay", subsidy_ids=list(ids.values()), paid_on="2019-01-02", document_no="样例财〔2019〕3号"
    )
    assert seen.text.count("《补助拨付》") == 3
    assert {state for state, _, _ in (await paid_amounts(city)).values()} == {"paid"}
    page = await person(city, AUDITOR).get(f"{LIST}?state=paid")
    assert "样例财〔2019〕3号" in page.text
    assert 'name="subsidy_ids"' not in page.html


async def test_whose_account_is_not_confirmed_is_named_before_money_moves(city: City) -> None:
    ids = await awards(city)
    clerk = person(city, CLERK)
    first = await clerk.post(f"{LIST}/propose", 200, budget_year="2019", subsidy_ids=[ids["Z1"]])
    assert "1 家单位还没有确认收款账户：样例单位 1。" in first.text
    await confirmed_account(city, "U1", "样例单位 1")
    then = await clerk.post(f"{LIST}/propose", 200, budget_year="2019", subsidy_ids=[ids["Z1"]])
    assert "还没有确认收款账户" not in then.text


async def test_nothing_is_noted_as_paid_to_whose_account_is_not_confirmed(city: City) -> None:
    ids = await awards(city)
    await city.paid(ids["Z1"], "approved")
    await city.paid(ids["Z2"], "approved")
    await confirmed_account(city, "U1", "样例单位 1")
    typed = {"subsidy_ids": [ids["Z1"], ids["Z2"]], "paid_on": "2019-01-02", "document_no": "样例财〔2019〕3号"}
    refused = await person(city, FINANCE).post(f"{LIST}/pay", 409, **typed)
    assert "1 家单位还没有确认收款账户：样例单位 2。请先请他们在系统里确认，再拨付。" in refused.text
    assert 'value="样例财〔2019〕3号"' in refused.html
    assert await city.told("incubator.subsidy.paid.v1") == []
    await confirmed_account(city, "U2", "样例单位 2")
    await person(city, FINANCE).confirm(f"{LIST}/pay", **typed)
    assert len(await city.told("incubator.subsidy.paid.v1")) == 2


async def test_whoever_proposed_cannot_approve_whatever_his_roles(city: City) -> None:
    ids = await awards(city)
    both = person(city, Who("both-1", "兼职", (Grant(Role.CLERK), Grant(Role.HEAD)), session="both"))
    await both.confirm(f"{LIST}/propose", budget_year="2019", subsidy_ids=[ids["Z1"]])
    refused = await both.post(f"{LIST}/approve", 403, subsidy_ids=[ids["Z1"]])
    assert "须由他人批准" in refused.text
    assert "批准拨付" not in (await both.get(f"/incubator/subsidies/{ids['Z1']}")).text
    await person(city, HEAD).confirm(f"{LIST}/approve", subsidy_ids=[ids["Z1"]])


async def test_a_form_that_is_sent_twice_moves_nothing_twice(city: City) -> None:
    ids = await proposed(city, "700000")
    head = person(city, HEAD)
    form: dict[str, Any] = {"subsidy_ids": list(ids.values())}
    seen = await head.post(f"{LIST}/approve", 200, **form)
    confirmed = seen.html.partition('name="confirmed" value="')[2][:64]
    await head.post(f"{LIST}/approve", confirmed=confirmed, **form)
    again = await head.post(f"{LIST}/approve", 409, confirmed=confirmed, **form)
    assert "已批准" in again.text
    assert len(await city.told("incubator.subsidy.approved.v1")) == 3


async def test_a_proposal_or_an_approval_is_taken_back_with_a_reason_and_made_again(city: City) -> None:
    ids = await proposed(city, "300000")
    clerk, head = person(city, CLERK), person(city, HEAD)
    await clerk.confirm(f"{LIST}/withdraw", subsidy_ids=[ids["Z1"], ids["Z2"]], reason="账户待核对")
    assert (await paid_amounts(city))["Z1"][0] == "cancelled"
    await clerk.confirm(f"{LIST}/propose", budget_year="2019", subsidy_ids=[ids["Z1"]])
    await head.confirm(f"{LIST}/approve", subsidy_ids=[ids["Z1"]])
    over = await head.post(f"{LIST}/approve", 409, subsidy_ids=[ids["F1"]])
    assert "预算还剩 0.00 元" in over.text
    await clerk.post(f"{LIST}/unapprove", 403, subsidy_ids=[ids["Z1"]], reason="x")
    await clerk.post(f"{LIST}/withdraw", 409, subsidy_ids=[ids["Z1"]], reason="x")  # it is approved
    await head.confirm(f"{LIST}/unapprove", subsidy_ids=[ids["Z1"]], reason="文件有误")
    await clerk.confirm(f"{LIST}/propose", budget_year="2019", subsidy_ids=[ids["Z1"]])
    await head.confirm(f"{LIST}/approve", subsidy_ids=[ids["Z1"]])
    history = [row["why"] for row in await rows(city, select(CHANGE).where(CHANGE.c.of == ids["Z1"]))]
    assert {"账户待核对", "文件有误"} <= set(history)
    assert len(await city.told("incubator.subsidy.approved.v1")) == 2
    page = await head.get(f"/incubator/subsidies/{ids['Z1']}")
    assert "账户待核对" in page.text


async def test_the_file_for_finance_holds_confirmed_accounts_alone_and_no_formula(city: City) -> None:
    ids = await proposed(city, "700000")
    await approved(city, ids)
    await confirmed_account(city, "U1", "=HYPERLINK(1)")
    async with city.running.unit("clerk-1") as unit:
        for organisation, name in (("U1", "+样例单位"), ("U2", "@样例单位")):
            await unit.connection.execute(
                update(ORGANISATION).where(ORGANISATION.c.id == organisation).values(name=name)
            )
    finance = person(city, FINANCE)
    content = (await finance.client.get(f"{LIST}/file.xlsx")).content
    book = load_workbook(io.BytesIO(content))
    paid, left_out = book["拨付"], book["待确认账户"]
    lines = [[cell.value for cell in row] for row in paid.iter_rows(min_row=2)]
    heads = [cell.value for cell in paid[1]]
    assert [dict(zip(heads, line, strict=True))["账号"] for line in lines[:-1]] == ["0012345678901234567"] * 2
    assert [dict(zip(heads, line, strict=True))["统一社会信用代码"] for line in lines[:-1]] == [
        "91000000MA00000001"
    ] * 2
    assert lines[-1][heads.index("金额（元）")] == 400_000
    assert [row[0].value for row in left_out.iter_rows(min_row=2)] == ["@样例单位"]
    for sheet in book.worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    listed = load_workbook(io.BytesIO((await finance.client.get(f"{LIST}.xlsx?state=approved")).content)).active
    assert listed is not None
    assert listed.max_row == 4
    assert all(cell.data_type != "f" for row in listed.iter_rows() for cell in row)
    page = await finance.get(f"{LIST}?account=no")
    assert "@样例单位" in page.text
    assert "+样例单位" not in page.text


async def test_accounts_are_not_for_everybody_who_may_read(city: City) -> None:
    stranger = person(city, Who("admin-1", "管理员", (Grant(Role.ADMINISTRATOR),), session="admin"))
    refused = await stranger.get(f"{LIST}/file.xlsx", 403)
    assert "没有这个角色" in refused.text
    assert f"{LIST}/file.xlsx" not in (await stranger.get(LIST)).html


async def test_the_list_on_paper_names_every_payment_and_its_sum(city: City) -> None:
    ids = await proposed(city, "700000")
    await approved(city, ids)
    page = await person(city, AUDITOR).get(f"{LIST}/print?state=approved")
    assert "共 3 笔，合计 700,000.00 元" in page.text
    assert "样例单位 2" in page.text
    assert "样例财" not in page.text


async def test_two_who_propose_at_once_propose_each_award_once(city: City) -> None:
    ids = list((await awards(city)).values())
    order = paying.ProposePayments(subsidy_ids=ids, budget_year=2019)
    done = await asyncio.gather(
        *(city.do(bookkeeping.propose_payments, order, by) for by in ("clerk-1", "clerk-2")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["DomainError", "int"]
    assert len(await rows(city, select(PAYMENT))) == 3


async def test_two_who_pay_at_once_pay_once(city: City) -> None:
    ids = await proposed(city, "700000")
    await approved(city, ids)
    city.at(date(2019, 1, 8))
    await city.accounts_confirmed(*ids.values())
    orders = [
        paying.PaySubsidies(subsidy_ids=list(ids.values()), paid_on=date(2019, 1, 8), document_no=f"样例财 {n} 号")
        for n in (1, 2)
    ]
    done = await asyncio.gather(
        *(city.do(bookkeeping.pay_subsidies, order, "finance-1") for order in orders), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["DomainError", "int"]
    assert len(await city.told("incubator.subsidy.paid.v1")) == 3
    assert len({row["document_no"] for row in await rows(city, select(PAYMENT))}) == 1


async def test_two_who_propose_again_at_once_what_was_withdrawn_propose_it_once(city: City) -> None:
    ids = await proposed(city, "700000")
    order = paying.WithdrawProposals(subsidy_ids=[ids["Z1"]], reason="账户待核对")
    await city.do(bookkeeping.withdraw_proposals, order)
    again = paying.ProposePayments(subsidy_ids=[ids["Z1"]], budget_year=2019)
    done = await asyncio.gather(
        *(city.do(bookkeeping.propose_payments, again, by) for by in ("clerk-1", "clerk-2")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["DomainError", "int"]


async def test_an_approval_and_a_shortage_decided_at_once_never_pay_more_than_the_budget(city: City) -> None:
    ids = await proposed(city, "500000")
    way = DealWithShortage(budget_year=2019, way="proportional", document_no="样例财 9 号", reason="不足")
    one = paying.ApprovePayments(subsidy_ids=[ids["Z1"]])
    done = await asyncio.gather(
        city.do(bookkeeping.approve_payments, one, "head-1"),
        city.do(deal_with_shortage, way, "head-2"),
        return_exceptions=True,
    )
    assert all(isinstance(each, int | str | DomainError) for each in done)
    told = await city.told("incubator.subsidy.approved.v1")
    amounts = await paid_amounts(city)
    for each in told:
        carrier = each.event.carrier.id
        assert f"{amounts[carrier][2] // 100}.{amounts[carrier][2] % 100:02}" == each.event.amount
    assert sum(fen for _, _, fen in amounts.values()) <= 50_000_000 or any(isinstance(e, DomainError) for e in done)


async def test_a_lost_race_says_what_to_do(city: City) -> None:
    ids = await proposed(city, "700000")
    withdraw = paying.WithdrawProposals(subsidy_ids=[ids["Z1"]], reason="x")
    work = [
        partial(city.do, bookkeeping.withdraw_proposals, withdraw),
        partial(city.do, bookkeeping.approve_payments, paying.ApprovePayments(subsidy_ids=[ids["Z1"]]), "head-1"),
    ]
    done = await asyncio.gather(*(each() for each in work), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["DomainError", "int"]
