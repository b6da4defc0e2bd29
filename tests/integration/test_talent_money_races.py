"""The money of awards while several people decide at once, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.usecases import bookkeeping
from services.talent.usecases.awards import TerminateAward, terminate_award
from shared.core.errors import DomainError
from shared.ledger import paying
from tests.integration.award_hands import TEAM, apply, decide
from tests.integration.grant_hands import Grants
from tests.integration.talent_office import talent_office

pytestmark = pytest.mark.tables_of("talent")
END = {"reason": "本人放弃", "document_no": "样例文〔2018〕12号"}
A_MOMENT = 0.2
"""Seconds in which whoever does not wait for the other would be done."""


@pytest.fixture
async def grants(database: AsyncEngine) -> AsyncIterator[Grants]:
    async with talent_office(database) as office:
        yield Grants(office)


async def under_way(does: Awaitable[None]) -> asyncio.Future[None]:
    """Somebody else, at work while this transaction is not over."""
    task = asyncio.ensure_future(does)
    await asyncio.sleep(A_MOMENT)
    return task


async def test_what_was_paid_a_moment_ago_stays_paid_when_its_project_ends(grants: Grants) -> None:
    award_id = await grants.hands.running()
    await grants.pay(await grants.approved(award_id))
    async with grants.office.unit("head") as unit:
        effect = await terminate_award(unit, TerminateAward(award_id=award_id, **END))
    assert (effect.instalments, effect.recovery_proposed) == ((2,), True), "the bus has not told of the payment yet"
    await grants.settled()
    assert await grants.hands.states(award_id) == ["paid", "stopped"]
    await grants.hands.proved()


async def test_who_pays_while_the_project_is_ended_waits_and_pays_nothing(grants: Grants) -> None:
    award_id = await grants.hands.running()
    id_ = await grants.approved(award_id)
    async with grants.office.unit("head") as unit:
        await terminate_award(unit, TerminateAward(award_id=award_id, **END))
        paying_ = await under_way(grants.pay(id_))
    with pytest.raises(DomainError, match="停止拨付"):
        await paying_
    assert await grants.hands.told("talent.grant.paid.v1") == []


async def test_who_ends_the_project_while_it_is_paid_proposes_to_ask_back(grants: Grants) -> None:
    award_id = await grants.hands.running()
    id_ = await grants.approved(award_id)

    async def ends() -> None:
        async with grants.office.unit("head") as unit:
            await terminate_award(unit, TerminateAward(award_id=award_id, **END))

    async with grants.office.unit("finance") as unit:
        order = paying.PaySubsidies(subsidy_ids=[id_], paid_on=unit.today, document_no="样例财〔2018〕12号")
        await bookkeeping.pay_grants(unit, order)
        ending = await under_way(ends())
    await ending
    await grants.settled()
    (told,) = await grants.hands.told("talent.award.terminated.v1")
    assert (told["money"]["instalments"], told["money"]["recovery_proposed"]) == ([2], True)
    assert await grants.hands.states(award_id) == ["paid", "stopped"]


async def test_a_budget_is_not_lowered_below_what_is_being_approved(grants: Grants) -> None:
    award_id = await grants.hands.running()
    id_ = await grants.proposed(award_id)
    async with grants.office.unit("head") as unit:
        await bookkeeping.approve_payments(unit, paying.ApprovePayments(subsidy_ids=[id_]))
        lowering = await under_way(grants.budget("1000"))
    with pytest.raises(DomainError, match="已经批准") as refused:
        await lowering
    assert refused.value.code == "budget-too-small"


async def test_money_not_paid_follows_the_award_to_its_new_unit_and_back(grants: Grants) -> None:
    hands = grants.hands
    award_id = await hands.running()
    approved = await grants.approved(award_id)
    await decide(hands, await apply(hands, award_id, "unit", unit_id="T-02"))
    with pytest.raises(DomainError, match="已冲销"):
        await grants.pay(approved)
    await grants.settled()
    found = [(each["outcome"], each["payee_id"], each["amount_fen"]) for each in await grants.entries(award_id)]
    assert found == [
        ("awarded", "T-01", 50_000_000), ("reversal", "T-01", -50_000_000), ("awarded", "T-02", 50_000_000),
    ]  # fmt: skip
    (told,) = await hands.told("talent.grant.reversed.v1")
    assert (told["matter"]["org_id"], told["reason"]) == ("T-01", "变更单位，改由新单位收款：样例文〔2019〕3号")
    computed = await hands.told("talent.grant.computed.v1")
    assert [each["matter"]["org_id"] for each in computed] == ["T-01", "T-02"]
    await decide(hands, await apply(hands, award_id, "unit", unit_id="T-01"))
    await grants.settled()
    last = (await grants.entries(award_id))[-1]
    await grants.propose(last["id"])
    await grants.approve(last["id"])
    await grants.pay(last["id"])
    await grants.settled()
    assert await hands.states(award_id) == ["paid", "waiting"]
    await decide(hands, await apply(hands, award_id, "unit", unit_id="T-02"))
    await grants.settled()
    assert (await grants.entries(award_id))[-1]["id"] == last["id"], "what was paid stays where it was paid to"
    await hands.proved()


async def test_what_is_computed_after_the_award_changed_its_unit_goes_to_the_new_one_once(grants: Grants) -> None:
    award_id = await grants.hands.running()
    await decide(grants.hands, await apply(grants.hands, award_id, "unit", unit_id="T-02"))
    await grants.settled()
    (entry,) = await grants.entries(award_id)
    assert (entry["payee_id"], entry["amount_fen"]) == ("T-02", 50_000_000)


@pytest.mark.one_database
async def test_who_took_a_project_over_hears_of_its_money_and_who_left_does_not(grants: Grants) -> None:
    hands = grants.hands
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    former = (await hands.award(award_id))["applicant_id"]
    id_ = await grants.proposed(award_id, budget="4000000")
    other = await hands.office.applicant("bob")
    await decide(hands, await apply(hands, award_id, "leader", applicant_id=other))
    await grants.approve(id_)
    await grants.pay(id_)
    for subject, leader in (("computed", former), ("approved", other), ("paid", other)):
        (told,) = await hands.told(f"talent.grant.{subject}.v1")
        assert told["matter"]["person_id"] == f"applicant-{leader}", subject
