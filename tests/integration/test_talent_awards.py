"""From the selection to the running award, on both databases: 任务书, money that follows, changes, the end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.domain.answer_days import answer_by
from services.talent.store import awards, changes, known
from services.talent.store.application_tables import APPLICATION
from services.talent.store.award_tables import CONTRACT
from services.talent.usecases import applications, bookkeeping, calls, contracts, instalments
from services.talent.usecases.awards import MakeAward, TerminateAward, award, terminate_award
from services.talent.usecases.contracts import ContractChanged, ContractIncomplete
from shared.contracts.envelope import Envelope
from shared.contracts.talent import TalentGrantPaid, TalentInstalmentReleased
from shared.core.errors import DomainError
from shared.messaging.consumer import Received
from shared.policy import History, compute
from shared.programme.load import load_programme
from tests.integration.award_hands import TEAM, Hands, apply
from tests.integration.talent_office import talent_office

pytestmark = pytest.mark.tables_of("talent")


@pytest.fixture
async def hands(database: AsyncEngine) -> AsyncIterator[Hands]:
    async with talent_office(database) as office:
        yield Hands(office)


async def test_an_award_is_made_once_of_what_was_selected_with_its_money_and_a_first_draft(hands: Hands) -> None:
    award_id = await hands.awarded()
    row = await hands.award(award_id)
    async with hands.office.unit("head") as unit:
        again = await award(unit, MakeAward(application_id=row["application_id"], document_no="样例文〔2018〕10号"))
        draft = await changes.found(unit.connection, CONTRACT, award_id, "任务书")
    assert (again, row["state"], row["amount_fen"], row["own_fen"]) == (award_id, "contracting", 10**8, 5 * 10**7)
    assert (draft["typed"]["project"], draft["typed"]["milestone-1-on"]) == ("样例项目", "2019-12-20")
    assert await hands.states(award_id) == ["waiting", "waiting"]
    (told,) = await hands.told("talent.application.awarded.v1")
    assert (told["amount"], [each["amount"] for each in told["instalments"]]) == ("1000000.00", ["500000.00"] * 2)
    await hands.proved()


async def test_nothing_is_awarded_before_it_is_selected_nor_an_amount_that_is_not_to_be_decided(hands: Hands) -> None:
    id_ = await hands.selected()
    order = MakeAward(application_id=id_, document_no="样例文", amount="5", reason="样例")
    with pytest.raises(DomainError) as refused:
        async with hands.office.unit("head") as unit:
            await award(unit, order)
    assert refused.value.code == "amount-fixed"
    other = await hands.office.submitted("bob", 2)
    with pytest.raises(DomainError, match="入选以后") as early:
        async with hands.office.unit("head") as unit:
            await award(unit, MakeAward(application_id=other, document_no="样例文"))
    assert early.value.code == "application-not-selected"
    assert await hands.told("talent.application.awarded.v1") == []


async def test_a_contract_goes_round_until_all_agree_and_each_version_is_kept(hands: Hands) -> None:
    award_id = await hands.awarded()
    first = await hands.confirmed(award_id)
    async with hands.office.unit("T-01") as unit:
        back = contracts.ReturnContract(
            award_id=award_id, number=first, reasons={"target-1-figure": "请提高"}, reason="指标太低"
        )
        await contracts.return_contract_by_unit(unit, back)
    second = await hands.confirmed(award_id, **{"target-1-figure": "5"})
    with pytest.raises(DomainError, match="第 2 版"):
        async with hands.office.unit("T-01") as unit:
            await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=award_id, number=first))
    async with hands.office.unit("T-01") as unit:
        await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=award_id, number=second))
    hands.at("2018-07-02")
    async with hands.office.unit("head") as unit:
        await contracts.countersign(unit, contracts.Countersign(award_id=award_id, number=second))
        kept = await awards.versions(unit.connection, award_id)
    assert [each["typed"]["target-1-figure"] for each in kept] == ["3", "5"]
    steps = [subject.removeprefix("talent.") for subject, _ in await hands.office.told() if ".contract." in subject]
    assert steps == ["contract.confirmed.v1", "contract.returned.v1", "contract.confirmed.v1", "contract.confirmed.v1"]
    (returned,) = await hands.told("talent.contract.returned.v1")
    assert (returned["reasons"], returned["by_unit"]) == ({"target-1-figure": "请提高"}, True)
    (made,) = await hands.told("talent.application.awarded.v1")
    confirmed = [each["answer_by"] for each in await hands.told("talent.contract.confirmed.v1")]
    day = answer_by(date.fromisoformat(made["date"])).isoformat()
    assert (made["answer_by"], returned["answer_by"], confirmed) == (day, day, [day, day, None])
    await hands.proved()


async def test_a_contract_that_does_not_add_up_is_kept_as_typed_and_not_confirmed(hands: Hands) -> None:
    award_id = await hands.awarded()
    with pytest.raises(ContractIncomplete) as refused:
        await hands.confirmed(award_id, **{"budget-labour-grant": "99", "budget-labour-own": "49", "goals": ""})
    assert set(refused.value.problems) == {"budget", "budget-own", "goals"}
    async with hands.office.unit("ann") as unit:
        row = await changes.found(unit.connection, CONTRACT, award_id, "任务书")
        assert (row["state"], row["number"], row["typed"]["budget-labour-grant"]) == ("draft", 0, "99")
    with pytest.raises(ContractChanged):
        async with hands.office.unit("ann") as unit:
            await contracts.save_contract(unit, contracts.SaveContract(award_id=award_id, typed={}, based_on=0))


async def test_the_begin_releases_the_first_instalment_and_says_all_the_ledger_asks(hands: Hands) -> None:
    award_id = await hands.running()
    row = await hands.award(award_id)
    assert (row["state"], str(row["begins_on"]), str(row["ends_on"])) == ("running", "2018-07-02", "2021-07-02")
    assert await hands.states(award_id) == ["released", "waiting"]
    assert await hands.all_assessments(award_id) == {
        "yearly-1": ("2019-07-02", "planned"), "midterm": ("2020-01-02", "planned"),
        "yearly-2": ("2020-07-02", "planned"), "final": ("2021-07-02", "planned"),
    }  # fmt: skip
    (told,) = await hands.told("talent.award.started.v1")
    policy = load_programme(told["programme"]["id"]).policy
    subject = {"id": told["award_id"], "org": told["person_id"], "kind": told["kind"]}
    event = {"id": "e1", "type": "award_started", "date": told["date"], "facts": told["facts"]}
    (found,) = compute(policy, subject, event, History(), told["decided"]).awards
    assert found.amount == Decimal(told["amount"])
    assert [str(each.amount) for each in found.instalments] == [each["amount"] for each in told["instalments"]]
    await hands.proved()


async def test_an_amount_that_is_left_to_the_office_needs_a_reason_and_keeps_to_the_ceiling(hands: Hands) -> None:
    id_ = await hands.selected(programme=TEAM)
    for amount, reason, code in (
        (None, "", "amount-missing"),
        ("5000000", " ", "reason-missing"),
        ("5000000.01", "样例", "amount-not-whole"),
        ("10000000.01", "样例", "decision-above-ceiling"),
    ):
        order = MakeAward(application_id=id_, document_no="样例文", amount=amount, reason=reason)
        with pytest.raises(DomainError) as refused:
            async with hands.office.unit("head") as unit:
                await award(unit, order)
        assert refused.value.code == code


async def test_two_who_decide_the_amount_at_once_are_not_both_told_that_it_was_taken(hands: Hands) -> None:
    id_ = await hands.selected(programme=TEAM)

    async def decides(amount: str) -> str:
        async with hands.office.unit("head") as unit:
            order = MakeAward(application_id=id_, document_no="样例文〔2018〕9号", amount=amount, reason="评审")
            return await award(unit, order)

    found = await asyncio.gather(decides("5000000"), decides("8000000"), return_exceptions=True)
    (award_id,) = [each for each in found if isinstance(each, str)]
    assert [each.code for each in found if isinstance(each, DomainError)] == ["award-there"]
    stands = "5000000" if found[0] == award_id else "8000000"
    assert await decides(f"{stands}.00") == award_id
    assert (await hands.award(award_id))["amount_fen"] == int(stands) * 100


async def test_a_contract_begins_between_the_award_and_today(hands: Hands) -> None:
    award_id = await hands.awarded()
    number = await hands.confirmed(award_id)
    async with hands.office.unit("T-01") as unit:
        await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=award_id, number=number))
    for day in ("2018-06-19", "2018-06-21"):
        order = contracts.Countersign.model_validate({"award_id": award_id, "number": number, "begins_on": day})
        with pytest.raises(DomainError, match="之间") as refused:
            async with hands.office.unit("head") as unit:
                await contracts.countersign(unit, order)
        assert refused.value.code == "bad-begin"
    assert await hands.told("talent.award.started.v1") == []


async def test_two_who_countersign_at_once_begin_it_once(hands: Hands) -> None:
    award_id = await hands.awarded()
    number = await hands.confirmed(award_id)
    async with hands.office.unit("T-01") as unit:
        await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=award_id, number=number))

    async def sign() -> None:
        async with hands.office.unit("head") as unit:
            await contracts.countersign(unit, contracts.Countersign(award_id=award_id, number=number))

    found = await asyncio.gather(sign(), sign(), return_exceptions=True)
    assert [type(each) for each in found if each is not None] == [DomainError]
    assert len(await hands.told("talent.award.started.v1")) == 1


async def test_only_what_is_released_is_paid_and_the_same_payment_once(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.paid(award_id, 1)
    await hands.paid(award_id, 1)
    with pytest.raises(DomainError) as refused:
        await hands.paid(award_id, 2)
    assert refused.value.code == "instalment-is-waiting"
    assert await hands.states(award_id) == ["paid", "waiting"]
    await hands.proved()


async def test_a_project_excludes_its_person_until_it_has_ended(hands: Hands) -> None:
    other = await hands.office.submitted("ann2", 1)
    award_id = await hands.running()
    row = await hands.office.row(other)
    async with hands.office.unit("head") as unit:
        assert len((await known.of_application(unit.connection, row)).running) == 1
        await terminate_award(
            unit, TerminateAward(award_id=award_id, reason="本人放弃", document_no="样例文〔2018〕12号")
        )
    async with hands.office.unit("head") as unit:
        assert (await known.of_application(unit.connection, row)).running == []


async def test_nothing_personal_is_told_of_an_award(hands: Hands) -> None:
    await hands.running()
    for subject, body in await hands.office.told():
        if subject.startswith("talent."):
            assert not any(each in body for each in ("ann@", "样例项目", '本人"', "1990-02-03"))


async def test_the_ledger_is_told_what_is_released_and_computes_the_same_from_that_alone(hands: Hands) -> None:
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    (body,) = await hands.told("talent.instalment.released.v1")
    event = TalentInstalmentReleased.model_validate(body)
    question = bookkeeping.asked(event)
    (found,) = compute(question.policy, question.subject, {"id": "e1", **question.body}, History()).awards
    assert (found.amount, event.number, event.date, event.because) == (
        Decimal(4 * 10**6),
        1,
        "2018-07-02",
        "任务书生效",
    )
    async with hands.office.unit("head") as unit:
        await terminate_award(
            unit, TerminateAward(award_id=award_id, reason="本人放弃", document_no="样例文〔2018〕12号")
        )
    withheld = await hands.told("talent.grant.withheld.v1")
    assert [(each["number"], each["effect"], each["amount"]) for each in withheld] == [
        (1, "stopped", "4000000.00"), (2, "stopped", "4000000.00"), (3, "stopped", "2000000.00"),
    ]  # fmt: skip


async def test_what_the_ledger_paid_is_noted_once_at_its_instalment_and_other_money_at_none(hands: Hands) -> None:
    award_id = await hands.running()
    example = TalentGrantPaid.example
    paid = {**example, "matter": {**example["matter"], "id": award_id, "instalment": 1}}
    deal = {**example, "matter": {"what": "deal", "id": award_id, "number": "D-1"}}
    envelope = Envelope("e1", "/talent", hands.office.instant, award_id)
    for body in (deal, paid, {**paid, "document_no": "样例财〔2018〕13号"}):
        async with hands.office.unit() as unit:
            heard = Received(TalentGrantPaid.model_validate(body), envelope)
            await instalments.note_grants_paid([heard], unit)
    async with hands.office.unit() as unit:
        first, second = await awards.instalments(unit.connection, award_id)
    assert (first["state"], str(first["paid_on"]), first["paid_by_document"]) == (
        "paid", "2018-07-20", "样例财〔2018〕12号",
    )  # fmt: skip
    assert second["state"] == "waiting"
    await hands.proved()


@pytest.mark.one_database
async def test_interest_has_no_amount_and_its_last_year_ends_the_award(hands: Hands) -> None:
    office, hands.office.instant = hands.office, datetime(2022, 9, 5, 2, 0, tzinfo=UTC)
    person = await office.applicant("eve")
    async with office.unit() as unit:
        await calls.plan_call(unit, calls.PlanCall(programme_id="founder-2022", document_no="样例文〔2022〕1号"))
        await calls.open_call(unit, calls.CallNamed(programme_id="founder-2022"))
        start = applications.StartApplication(programme_id="founder-2022", applicant_id=person)
        id_ = await applications.start_application(unit, start)
        chosen = update(APPLICATION).where(APPLICATION.c.id == id_)
        await unit.connection.execute(chosen.values(state="selected", unit_id="T-01"))
    async with office.unit("head") as unit:
        award_id = await award(unit, MakeAward(application_id=id_, document_no="样例文〔2022〕9号"))
    number = await hands.confirmed(award_id, **{"milestone-1-on": "2023-06-30"})
    async with office.unit("T-01") as unit:
        await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=award_id, number=number))
        await contracts.countersign(unit, contracts.Countersign(award_id=award_id, number=number))
    (told,) = await hands.told("talent.award.started.v1")
    assert (told["amount"], told["instalments"], told["until"]) == (None, [], "2025-09-05")
    with pytest.raises(DomainError, match="没有可以延期"):
        await apply(hands, award_id, "extension", months=6)
    for year in (1, 2, 3):
        await hands.schedule(f"{2022 + year}-08-20")
        await hands.seen(award_id, f"yearly-{year}")
        await hands.conclude(award_id, f"yearly-{year}")
    assert (await hands.award(award_id))["state"] == "finished"
