"""技术经纪人, on both databases: registered, a deal reported, claimed a year later, checked, paid for by article 26."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import brokers as register
from services.talent.store import changes, money
from services.talent.store.base import METADATA
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.trail import TRAIL
from services.talent.usecases import bookkeeping, brokers, deal_claims, deals, payee_accounts
from shared.audit.sealing import Sealer
from shared.audit.verify import verify
from shared.contracts.envelope import Envelope
from shared.contracts.talent import TalentBrokerClaimed
from shared.core.errors import DomainError
from shared.messaging.consumer import Received
from shared.reading.typed_fields import Unclear
from tests.integration.talent_office import Office, code

pytestmark = pytest.mark.tables_of("talent")
DEAL_FIELDS = {
    "contract_no": "2018 2102 0123", "title": "样例成果转化", "seller": "样例大学", "buyer": "样例公司", "value": "500万",
    "completed_on": "2018-06-30",
}  # fmt: skip
PERSON = {"sort": "person", "name": "样例经纪人", "contact_name": "样例经纪人", "email": "broker@example.cn"}
PAPER = {"received_on": "2019-07-01", "paper": "到账凭证 2 张"}


@pytest.fixture
async def office(database: AsyncEngine) -> Office:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    office = Office(database)
    at(office, "2019-07-01")
    return office


def at(office: Office, day: str) -> None:
    office.instant = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=2)


async def registered(office: Office, **given: str) -> str:
    async with office.unit() as unit:
        return await brokers.register_broker(unit, brokers.RegisterBroker(**{**PERSON, **given}))


async def reported(office: Office, broker_id: str, **given: str) -> str:
    async with office.unit() as unit:
        return await deals.report_deal(unit, deals.ReportDeal(broker_id=broker_id, **{**DEAL_FIELDS, **given}))


async def claimed(office: Office, deal_id: str, actual: str = "400万", **given: str) -> date:
    async with office.unit() as unit:
        order = deal_claims.ClaimOnPaper(deal_id=deal_id, actual=actual, **{**PAPER, **given})
        return await deal_claims.claim_on_paper(unit, order)


async def confirmed(office: Office, deal_id: str, number: int = 1) -> None:
    async with office.unit() as unit:
        await deal_claims.confirm_claim(unit, deal_claims.ConfirmClaim(deal_id=deal_id, number=number))


async def told(office: Office, type_: str) -> list[dict[str, Any]]:
    return [json.loads(body) for subject, body in await office.told() if subject.startswith(type_)]


async def settled(office: Office) -> list[Any]:
    """What the ledger makes of every claim that was told."""
    events = [TalentBrokerClaimed.model_validate(body) for body in await told(office, "talent.broker.claimed.v1")]
    async with office.unit() as unit:
        await bookkeeping.settle(
            [
                Received(each, Envelope(f"E-{each.deal_id}", "/talent", office.instant, each.deal_id, "story"))
                for each in events
            ],
            unit,
        )
    async with office.engine.connect() as connection:
        rows = money.named(select(LEDGER.subsidy)).order_by(LEDGER.subsidy.c.position)
        return list((await connection.execute(rows)).mappings())


async def deal(office: Office, deal_id: str) -> Any:
    async with office.engine.connect() as connection:
        return await changes.found(connection, DEAL, deal_id, "成交")


@pytest.mark.parametrize(("actual", "fen"), [("400万", 4_000_000), ("2000万", 10_000_000)], ids=["share", "cap"])
async def test_a_confirmed_claim_is_a_grant_of_one_hundredth_up_to_the_cap_to_the_broker(
    office: Office, actual: str, fen: int
) -> None:
    broker_id = await registered(office)
    deal_id = await reported(office, broker_id)
    assert await claimed(office, deal_id, actual) == date(2019, 7, 1)
    assert await told(office, "talent.broker.claimed.v1") == []
    await confirmed(office, deal_id)
    await confirmed(office, deal_id)
    (row,) = await settled(office)
    assert (row["amount_fen"], row["article"], row["outcome"]) == (fen, "26", "awarded")
    assert (row["payee"], row["subject"], row["contract_no"]) == ("样例经纪人", "样例成果转化", "2018 2102 0123")
    (grant,) = await told(office, "talent.grant.computed.v1")
    assert (grant["matter"]["what"], grant["matter"]["org_id"], grant["matter"]["id"]) == ("deal", broker_id, deal_id)
    await Sealer(office.engine, TRAIL.tables, lambda: office.instant).seal()
    proof = await verify(office.engine, TRAIL)
    assert (proof.faults, proof.sealed > 0) == ([], True)


async def test_a_claim_before_a_year_is_full_is_refused_with_the_day_from_which_it_can_be_made(office: Office) -> None:
    deal_id = await reported(office, await registered(office))
    with pytest.raises(DomainError, match="2019-07-01 起才能申请") as early:
        await claimed(office, deal_id, received_on="2019-06-30")
    assert early.value.code == "claim-too-early"
    assert (await deal(office, deal_id))["state"] == "reported"
    await claimed(office, deal_id)


async def test_a_contract_is_one_deal_and_claimed_once_whoever_reports_it(office: Office) -> None:
    first, second = await registered(office), await registered(office, name="另一位", email="other@example.cn")
    deal_id = await reported(office, first)
    assert await reported(office, first) == deal_id
    with pytest.raises(DomainError, match="别的技术经纪人"):
        await reported(office, second, contract_no="２０１８21020123")
    await claimed(office, deal_id)
    await confirmed(office, deal_id)
    with pytest.raises(DomainError, match="已核定"):
        await claimed(office, deal_id)
    with pytest.raises(DomainError, match="已核定"):
        async with office.unit() as unit:
            await deals.withdraw_deal(unit, deals.WithdrawDeal(deal_id=deal_id))
    assert len(await told(office, "talent.broker.claimed.v1")) == 1
    async with office.engine.connect() as connection:
        row = dict(await changes.found(connection, DEAL, deal_id, "成交"))
    with pytest.raises(IntegrityError):  # two at the same moment, of which neither saw the other
        async with office.unit() as unit:
            await unit.connection.execute(DEAL.insert(), [row | {"id": "other", "state": "reported"}])


async def test_what_was_refused_or_taken_back_frees_the_contract(office: Office) -> None:
    broker_id = await registered(office)
    deal_id = await reported(office, broker_id)
    await claimed(office, deal_id)
    async with office.unit() as unit:
        order = deal_claims.RefuseClaim(deal_id=deal_id, number=1, reason="不是成果转化")
        await deal_claims.refuse_claim(unit, order)
    (event,) = await told(office, "talent.deal.decided.v1")
    assert (event["org_id"], event["deal_id"], event["number"]) == (broker_id, deal_id, 1)
    assert (event["outcome"], event["reason"]) == ("refused", "不是成果转化")
    again = await reported(office, broker_id)
    assert again != deal_id
    async with office.unit() as unit:
        await deals.withdraw_deal(unit, deals.WithdrawDeal(deal_id=again))
    assert await reported(office, broker_id) not in {again, deal_id}


async def test_a_returned_claim_is_put_right_and_keeps_its_day_unless_that_was_too_early(office: Office) -> None:
    deal_id = await reported(office, await registered(office))
    await claimed(office, deal_id)
    with pytest.raises(DomainError, match="写明理由"):
        async with office.unit() as unit:
            await deal_claims.return_claim(unit, deal_claims.RefuseClaim(deal_id=deal_id, number=1))
    async with office.unit() as unit:
        order = deal_claims.RefuseClaim(deal_id=deal_id, number=1, reason="到账凭证看不清")
        await deal_claims.return_claim(unit, order)
    at(office, "2019-09-02")
    assert await claimed(office, deal_id, "380万", received_on="2019-09-02") == date(2019, 7, 1)
    with pytest.raises(DomainError, match="第 2 次申请"):
        await confirmed(office, deal_id, 1)
    async with office.unit() as unit:
        await deal_claims.return_claim(unit, order.model_copy(update={"number": 2, "reason": "完成日期有误"}))
        put_right = {"deal_id": deal_id, **DEAL_FIELDS, "completed_on": "2018-08-01"}
        await deals.change_deal(unit, deals.ChangeDeal(**put_right))
    assert await claimed(office, deal_id, "380万", received_on="2019-09-02") == date(2019, 9, 2)
    async with office.engine.connect() as connection:
        kept = await register.claims(connection, deal_id)
    await confirmed(office, deal_id, 3)
    assert sorted((each["number"], each["outcome"]) for each in await told(office, "talent.deal.decided.v1")) == [
        (1, "returned"), (2, "returned"), (3, "confirmed"),
    ]  # fmt: skip
    assert [(each["number"], each["actual_fen"]) for each in kept] == [
        (3, 380_000_000), (2, 380_000_000), (1, 400_000_000),
    ]  # fmt: skip


async def test_only_who_is_registered_reports_and_who_asked_is_told_what_to_do(office: Office) -> None:
    asked = brokers.AskRegistration(account="bob", **PERSON)
    async with office.unit("bob") as unit:
        broker_id = await brokers.ask_registration(unit, asked)
        assert await brokers.ask_registration(unit, asked) == broker_id
    with pytest.raises(DomainError, match="登记为技术经纪人以后"):
        await reported(office, broker_id)
    for outcome, reason in (("refused", "缺身份证明"), ("registered", "")):
        async with office.unit() as unit:
            if outcome == "registered":
                await brokers.ask_registration(unit, asked)
            order = brokers.DecideBroker(broker_id=broker_id, outcome=outcome, reason=reason)
            await brokers.decide_broker(unit, order)
    assert await reported(office, broker_id)
    contacts = await told(office, "contact.talent.changed.v1")
    assert len(contacts) == 3, "he is written to from the moment he asks, for who is refused gets a letter as well"
    for contact in contacts:
        assert (contact["recipient_id"], contact["email"], contact["role"]) == (
            broker_id,
            "broker@example.cn",
            "broker",
        )
        assert contact["account"] == "bob", "his login reads the letters"
    decided = [(each["outcome"], each["reason"]) for each in await told(office, "talent.broker.decided.v1")]
    assert sorted(decided) == [("refused", "缺身份证明"), ("registered", None)]
    async with office.unit() as unit:
        ended = brokers.DecideBroker(broker_id=broker_id, outcome="ended", reason="本人申请")
        for _ in range(2):
            await brokers.decide_broker(unit, ended)
    (event,) = await told(office, "talent.broker.ended.v1")
    assert (event["org_id"], event["reason"]) == (broker_id, "本人申请")
    async with office.unit() as unit:
        await brokers.decide_broker(unit, brokers.DecideBroker(broker_id=broker_id, outcome="registered"))
    with pytest.raises(DomainError, match="已经登记"):
        async with office.unit("bob") as unit:
            await brokers.ask_registration(unit, asked)


async def test_everything_wrong_with_a_registration_is_told_at_its_field(office: Office) -> None:
    await registered(office, sort="company", name="样例公司", credit_code=code(1))
    with pytest.raises(Unclear) as wrong:
        await registered(office, sort="company", name="", credit_code=code(1), email="nobody")
    assert set(wrong.value.problems) == {"name", "credit_code", "email"}
    with pytest.raises(Unclear) as wrong:
        await registered(office, credit_code=code(2))
    assert set(wrong.value.problems) == {"credit_code"}
    with pytest.raises(Unclear) as wrong:
        await reported(office, await registered(office, name="甲"), value="-3", completed_on="2030-01-01", buyer="")
    assert set(wrong.value.problems) == {"value", "completed_on", "buyer"}


async def test_a_broker_confirms_the_account_he_is_paid_to(office: Office) -> None:
    broker_id = await registered(office)
    async with office.engine.connect() as connection:
        assert await money.unconfirmed(connection, [broker_id]) == ["样例经纪人"]
    async with office.unit("bob") as unit:
        order = payee_accounts.ConfirmAccount(
            payee_id=broker_id, holder="样例经纪人", bank="中国建设银行", branch="大连高新园区支行",
            number="6222020000000001", based_on=0, committed=True,
        )  # fmt: skip
        assert await payee_accounts.confirm_account(unit, order) == 1
    async with office.engine.connect() as connection:
        assert await money.unconfirmed(connection, [broker_id]) == []
        assert (await changes.found(connection, BROKER, broker_id, "技术经纪人"))["state"] == "registered"
