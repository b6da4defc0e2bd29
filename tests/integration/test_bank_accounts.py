"""The account an organisation is paid to: checked, confirmed as a version, shown whole to few, proved by the trail."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import bank_accounts
from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.trail import TRAIL
from services.incubator.usecases.bank_accounts import ConfirmAccount, confirm_account
from shared.audit.verify import verify
from shared.core.errors import DomainError
from shared.identity.roles import Role
from tests.integration.little_city import City, little_city
from tests.integration.somebody import somebody

PAGE = "/incubator/mine/account/U1"
NUMBER = "2102 0168 0000 5250 1234"
TYPED = {
    "holder": "样例单位 1",
    "bank": "样例银行",
    "branch": "样例支行",
    "number": NUMBER,
    "explanation": "",
    "based_on": "0",
    "committed": "yes",
}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


async def versions(city: City) -> int:
    async with city.running.look() as connection:
        return int((await connection.execute(select(func.count()).select_from(BANK_ACCOUNT))).scalar_one())


async def test_an_operator_confirms_the_account_of_its_own_organisation_alone(city: City) -> None:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        assert "还没有确认过账户" in (await browser.get(PAGE)).text
        done = await browser.post(PAGE, data=TYPED)
        assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?saved=account")
        page = (await browser.get(f"{PAGE}?saved=account")).text
        assert "账户已确认，第 1 版" in page
        assert NUMBER in page
        for method in ("GET", "POST"):
            other = await browser.request(method, "/incubator/mine/account/U2", data=TYPED)
            assert other.status_code == 404
        assert (await browser.get("/incubator/bank-accounts/U1")).status_code == 403
    async with city.running.look() as connection:
        found = await bank_accounts.latest(connection, ["U1", "U2"])
    assert found.keys() == {"U1"}
    assert found["U1"]["number"] == NUMBER.replace(" ", "")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"number": "2102016800005250123X"}, "账号只有数字"),
        ({"number": "12345678"}, "账号有 8 位"),
        ({"number": "9" * 31}, "账号有 31 位"),
        ({"number": "0" * 19}, "全都相同"),
        ({"number": ""}, "请填写账号"),
        ({"holder": "另一家公司"}, "户名与单位名称“样例单位 1”不一致"),
        ({"bank": "行" * 101}, "开户银行至多 100 字"),
        ({"committed": ""}, "请勾选"),
    ],
)
async def test_what_is_wrong_stands_at_its_field_and_everything_typed_is_kept(
    city: City, changed: dict[str, str], told: str
) -> None:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        answer = await browser.post(PAGE, data=TYPED | {"branch": "<b>支行"} | changed)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="&lt;b&gt;支行"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert await versions(city) == 0


async def test_every_problem_is_told_at_once(city: City) -> None:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        answer = await browser.post(PAGE, data={"based_on": "x" * 5000, "holder": "别人"})
    for told in ("请填写账号", "请填写开户银行", "请填写开户网点", "不一致", "请勾选"):
        assert told in answer.text


async def test_another_holder_is_taken_with_an_explanation_and_full_width_writing_is_the_same(city: City) -> None:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        wide = TYPED | {"holder": "样例单位　１", "number": "２１０２－0168-0000-5250"}
        assert (await browser.post(PAGE, data=wide)).status_code == 303
        other = TYPED | {"holder": "样例集团", "explanation": "由集团统一收款", "based_on": "1"}
        assert (await browser.post(PAGE, data=other)).status_code == 303
        assert "由集团统一收款" in (await browser.get(PAGE)).text
    async with city.running.look() as connection:
        history = await bank_accounts.history(connection, "U1")
    assert [(each["version"], each["number"]) for each in history] == [
        (2, NUMBER.replace(" ", "")),
        (1, "2102016800005250"),
    ]


async def test_sent_twice_it_is_one_version_and_nobody_overwrites_what_he_has_not_seen(city: City) -> None:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        first, second = await asyncio.gather(*(browser.post(PAGE, data=TYPED) for _ in range(2)))
        assert (first.status_code, second.status_code) == (303, 303)
        assert await versions(city) == 1
        late = await browser.post(PAGE, data=TYPED | {"number": "1111222233334444"})
        assert late.status_code == 409
        assert "刚刚确认了另一个账户" in late.text
        assert 'value="1111222233334444"' in late.text
        again = await browser.post(PAGE, data=TYPED | {"based_on": "1"})
        assert again.status_code == 303
    assert await versions(city) == 2, "confirmed again, it is known to hold still"


async def test_only_finance_and_the_head_see_the_whole_number(city: City) -> None:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        await browser.post(PAGE, data=TYPED)
    for role, whole in ((Role.FINANCE, True), (Role.HEAD, True), (Role.CLERK, False), (Role.AUDITOR, False)):
        async with somebody(city, role) as browser:
            page = (await browser.get("/incubator/bank-accounts/U1")).text
            assert (NUMBER in page) == whole, role
            assert ("**** 1234" in page) != whole, role
            assert (await browser.get("/incubator/bank-accounts/none")).status_code == 404
            assert (await browser.post(PAGE, data=TYPED)).status_code == 403


async def test_a_number_changed_behind_everybodys_back_is_found_by_the_trail(city: City) -> None:
    order = ConfirmAccount(organisation_id="U1", **{**TYPED, "based_on": 0, "committed": True})
    await city.do(confirm_account, order, "operator-1")
    assert (await verify(city.running.engine, TRAIL)).faults == []
    async with city.running.engine.begin() as connection:
        await connection.execute(update(BANK_ACCOUNT).values(number="99998888777766665555"))
    faults = (await verify(city.running.engine, TRAIL)).faults
    assert {each.row for each in faults} == {"U1/1"}


async def test_an_organisation_that_is_not_there_has_no_account(city: City) -> None:
    order = ConfirmAccount(organisation_id="U9", holder="x", bank="x", branch="x", number="1" * 10, based_on=0)
    with pytest.raises(DomainError, match="没有单位“U9”"):
        await city.do(confirm_account, order)
