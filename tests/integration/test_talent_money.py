"""The money of awards, on both databases: released, computed with its reasons, paid by several hands, recovered."""

from collections.abc import AsyncIterator

import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import awards, desk_rows
from services.talent.usecases import bookkeeping
from services.talent.usecases.awards import TerminateAward, terminate_award
from shared.core.errors import DomainError
from shared.desk.rows import Asking
from shared.ledger import deciding, paying, recovering, reversing, shortages
from shared.ledger.explaining import explained
from tests.integration.award_hands import apply, decide
from tests.integration.grant_hands import Grants
from tests.integration.talent_office import talent_office

pytestmark = pytest.mark.tables_of("talent")


@pytest.fixture
async def grants(database: AsyncEngine) -> AsyncIterator[Grants]:
    async with talent_office(database) as office:
        yield Grants(office)


async def waits(grants: Grants, query: object) -> list[str]:
    """The ids of what waits at the desk."""
    async with grants.office.engine.connect() as connection:
        asking = Asking("head", grants.office.instant.date(), None)
        return [row["id"] for row in (await connection.execute(query(asking))).mappings()]  # type: ignore[operator] # a query of the desk


async def test_an_instalment_is_computed_with_its_reasons_and_paid_by_several_hands(grants: Grants) -> None:
    hands = grants.hands
    award_id = await hands.running()
    await grants.settled()
    (entry,) = await grants.entries(award_id)
    assert (entry["outcome"], entry["amount_fen"], entry["rule"], entry["payee_id"]) == (
        "awarded", 50_000_000, "instalment-1", "T-01",
    )  # fmt: skip
    shown = explained(entry)
    assert shown.genuine
    text = orjson.dumps(orjson.loads(entry["explanation"])).decode()
    assert "任务书生效" in text
    assert "样例文〔2018〕9号" in text
    id_ = entry["id"]
    await grants.budget()
    await grants.propose(id_, by="head")
    with pytest.raises(DomainError) as own:
        await grants.approve(id_, by="head")
    assert own.value.code == "own-proposal"
    await grants.approve(id_, by="head-2")
    with pytest.raises(DomainError, match="样例大学 1") as nowhere:
        await grants.pay(id_)
    assert nowhere.value.code == "account-not-confirmed"
    await grants.account()
    await grants.pay(id_)
    await grants.settled()
    assert await hands.states(award_id) == ["paid", "waiting"]
    async with grants.office.unit() as unit:
        first, _ = await awards.instalments(unit.connection, award_id)
    assert (str(first["paid_on"]), first["paid_by_document"]) == ("2018-07-02", "样例财〔2018〕12号")
    (told,) = await hands.told("talent.grant.paid.v1")
    assert (told["amount"], told["matter"]["id"], told["matter"]["instalment"]) == ("500000.00", award_id, 1)
    then = told["matter"]["then"]
    assert (then["instalment"]["number"], then["instalment"]["amount"], then["instalment"]["says"]) == (
        2, "500000.00", "中期评估通过后",
    )  # fmt: skip
    assert then["assessment"] == {"kind": "midterm", "name": "中期评估", "due_on": "2020-01-02"}
    await hands.proved()


async def test_a_failed_mid_term_stops_the_rest_and_what_was_paid_is_asked_back(grants: Grants) -> None:
    hands = grants.hands
    award_id = await hands.running()
    paid = await grants.paid_first(award_id)
    await hands.schedule("2019-06-10")
    await hands.seen(award_id, "yearly-1")
    await hands.conclude(award_id, "yearly-1")
    await hands.schedule("2019-12-10")
    await hands.seen(award_id, "midterm")
    assert await waits(grants, desk_rows.to_ask_back) == []
    await hands.conclude(award_id, "midterm", "failed")
    await grants.settled()
    assert await hands.states(award_id) == ["paid", "stopped"]
    assert [each["id"] for each in await grants.entries(award_id)] == [paid]
    (withheld,) = await hands.told("talent.grant.withheld.v1")
    assert (withheld["number"], withheld["effect"], withheld["amount"]) == (2, "stopped", "500000.00")
    assert await waits(grants, desk_rows.to_ask_back) == [paid]
    assert await waits(grants, desk_rows.to_take_back) == []
    async with grants.office.unit("head") as unit:
        order = reversing.ReverseSubsidy(subsidy_id=paid, reason="中期评估不通过，追回")
        await bookkeeping.reverse_grant(unit, order)
    await grants.settled()
    assert await waits(grants, desk_rows.to_ask_back) == []
    async with grants.office.unit("finance") as unit:
        back = recovering.ReceiveRecovery(subsidy_id=paid, received_on=unit.today, document_no="收据 1")
        await bookkeeping.receive_recovery(unit, back)
    assert [each["outcome"] for each in await grants.entries(award_id)] == ["awarded", "reversal"]
    (told,) = await hands.told("talent.grant.reversed.v1")
    assert (told["reverses"], told["amount"]) == (paid, "500000.00")
    await hands.proved()


async def test_what_was_computed_before_a_project_ended_is_not_paid_any_more(grants: Grants) -> None:
    hands = grants.hands
    award_id = await hands.running()
    await grants.settled()
    (entry,) = await grants.entries(award_id)
    await grants.account()
    await grants.budget()
    await grants.propose(entry["id"])
    await grants.approve(entry["id"])
    async with grants.office.unit("head") as unit:
        order = TerminateAward(award_id=award_id, reason="本人放弃", document_no="样例文〔2018〕12号")
        await terminate_award(unit, order)
    with pytest.raises(DomainError, match="第 1 期") as refused:
        await grants.pay(entry["id"])
    assert refused.value.code == "withheld"
    assert await waits(grants, desk_rows.to_take_back) == [entry["id"]]
    async with grants.office.unit("head") as unit:
        taken = reversing.ReverseSubsidy(subsidy_id=entry["id"], reason="项目终止")
        await bookkeeping.reverse_grant(unit, taken)
    await grants.settled()
    assert await waits(grants, desk_rows.to_take_back) == []
    assert (await hands.states(award_id))[0] == "stopped"
    await hands.proved()


async def test_computing_again_comes_to_the_same_and_an_instalment_is_one_entry(grants: Grants) -> None:
    award_id = await grants.hands.running()
    await grants.settled()
    (entry,) = await grants.entries(award_id)
    async with grants.office.unit("clerk") as unit:
        await bookkeeping.request(unit, entry["root"], {}, "核对")
    await grants.settled()
    assert [each["id"] for each in await grants.entries(award_id)] == [entry["id"]]


SHORT = {"budget_year": 2018, "way": "proportional", "document_no": "样例财〔2018〕9号", "reason": "本年预算不足"}


async def test_what_a_short_budget_had_cut_was_not_paid_and_is_not_asked_back(grants: Grants) -> None:
    award_id = await grants.hands.running()
    id_ = await grants.proposed(award_id, budget="300000")
    async with grants.office.unit("head") as unit:
        await bookkeeping.deal_with_shortage(unit, shortages.DealWithShortage.model_validate(SHORT))
    with pytest.raises(DomainError, match="核减过，还没有拨付"):
        await decide(grants.hands, await apply(grants.hands, award_id, "unit", unit_id="T-02"))
    await grants.approve(id_)
    await grants.pay(id_)
    await grants.settled()
    async with grants.office.unit("head") as unit:
        order = TerminateAward(award_id=award_id, reason="本人放弃", document_no="样例文〔2018〕12号")
        await terminate_award(unit, order)
        query = desk_rows.to_ask_back(Asking("head", unit.today, None))
        (row,) = (await unit.connection.execute(query)).mappings()
    assert (row["id"], row["fen"]) == (id_, 30_000_000)


@pytest.mark.one_database
async def test_what_was_stopped_takes_no_share_of_a_budget(grants: Grants) -> None:
    hands = grants.hands
    over = await hands.running()
    hands.at("2018-03-12")
    other = await hands.running("bob", order=2)
    await grants.settled()
    (stopped,), (goes_on,) = await grants.entries(over), await grants.entries(other)
    await grants.budget("500000")
    await grants.propose(stopped["id"], goes_on["id"])
    async with grants.office.unit("head") as unit:
        order = TerminateAward(award_id=over, reason="本人放弃", document_no="样例文〔2018〕12号")
        await terminate_award(unit, order)
    shortage = shortages.DealWithShortage.model_validate(SHORT)
    with pytest.raises(DomainError, match="先撤回") as refused:
        async with grants.office.unit("head") as unit:
            await bookkeeping.deal_with_shortage(unit, shortage)
    assert refused.value.code == "withheld"
    async with grants.office.unit("head") as unit:
        taken = paying.WithdrawProposals(subsidy_ids=[stopped["id"]], reason="项目终止")
        await bookkeeping.withdraw_proposals(unit, taken)
    with pytest.raises(DomainError, match="放得下"):
        async with grants.office.unit("head") as unit:
            await bookkeeping.deal_with_shortage(unit, shortage)
    await grants.approve(goes_on["id"])


@pytest.mark.one_database
async def test_the_sum_of_an_award_is_decided_with_it_and_nowhere_else(grants: Grants) -> None:
    award_id = await grants.hands.running()
    await grants.settled()
    (entry,) = await grants.entries(award_id)
    supplied = deciding.SupplyFacts(cause_event_id=entry["root"], facts={"granted": "800000"}, reason="更正")
    with pytest.raises(DomainError, match="设立项目的决定"):
        async with grants.office.unit("clerk") as unit:
            await bookkeeping.supply_facts(unit, supplied)
    decided = deciding.Decide(about=award_id, amount="800000", reason="更正")
    with pytest.raises(DomainError, match="没有可以决定的金额"):
        async with grants.office.unit("head") as unit:
            await bookkeeping.decide(unit, decided)
    await grants.settled()
    assert [each["id"] for each in await grants.entries(award_id)] == [entry["id"]]
