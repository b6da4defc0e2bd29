"""Changes of an award and its end before its time, on both databases: applied for, seen by the unit, decided."""

from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import awards, known
from services.talent.store.tables import CHANGE
from services.talent.usecases import award_changes, erasing, my_other_data
from services.talent.usecases.awards import TerminateAward, terminate_award
from services.talent.usecases.contracts import ContractIncomplete
from shared.core.errors import DomainError
from shared.policy import History, compute
from shared.programme.load import load_programme
from tests.integration.award_hands import TEAM, TERMS, Hands, apply, decide
from tests.integration.talent_office import talent_office

pytestmark = pytest.mark.tables_of("talent")
PLAN = TERMS | {"budget-labour-grant": "100", "target-1-figure": "2"}


@pytest.fixture
async def hands(database: AsyncEngine) -> AsyncIterator[Hands]:
    async with talent_office(database) as office:
        yield Hands(office)


async def test_a_team_is_given_what_was_decided_and_may_go_on_under_another_leader(hands: Hands) -> None:
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    (told,) = await hands.told("talent.award.started.v1")
    assert [each["amount"] for each in told["instalments"]] == ["4000000.00", "4000000.00", "2000000.00"]
    policy = load_programme(told["programme"]["id"]).policy
    subject = {"id": told["award_id"], "org": told["person_id"], "kind": told["kind"]}
    event = {"id": "e1", "type": "award_started", "date": told["date"]}
    (found,) = compute(policy, subject, event, History(), told["decided"]).awards
    assert (found.amount, told["decided"]["by"], told["decided"]["reason"]) == (Decimal(10**7), "head", "评审第一名")
    with pytest.raises(DomainError, match="另一位"):
        await apply(hands, award_id, "leader", applicant_id=(await hands.award(award_id))["applicant_id"])
    other = await hands.office.applicant("bob")
    await decide(hands, await apply(hands, award_id, "leader", applicant_id=other))
    row = await hands.award(award_id)
    assert (row["state"], row["applicant_id"]) == ("running", other)
    (changed,) = await hands.told("talent.change.decided.v1")
    assert changed["new_person_id"] == f"applicant-{other}"
    await hands.proved()


async def test_a_project_taken_over_counts_for_who_leads_it_and_nobody_leads_two(hands: Hands) -> None:
    busy = await hands.running("eve", order=3)
    hands.at("2018-03-12")
    own = await hands.handed_in("ann2", order=1)
    his = await hands.handed_in("bob", order=2)
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    with pytest.raises(DomainError, match="接任的人已有在研项目") as refused:
        await apply(hands, award_id, "leader", applicant_id=(await hands.award(busy))["applicant_id"])
    assert refused.value.code == "leader-busy"
    bob = (await hands.office.row(his))["applicant_id"]
    await decide(hands, await apply(hands, award_id, "leader", applicant_id=bob))
    hands.at("2018-03-12")
    await hands.office.started("bob", TEAM)
    newcomer = await hands.office.applicant("kim")
    rows = [await hands.office.row(each) for each in (own, his)]
    async with hands.office.engine.connect() as connection:
        found = [await known.of_application(connection, each) for each in rows]
        nothing = await known.running_of(connection, newcomer)
    taken_over = (await hands.award(award_id))["application_id"]
    assert nothing == [], "who gave no number is nobody else who gave none"
    assert [[each.id for each in one.running] for one in found] == [[], [taken_over]]


async def test_what_is_in_force_is_changed_by_an_approved_change_alone(hands: Hands) -> None:
    award_id = await hands.running()
    with pytest.raises(DomainError, match="变更申请"):
        await hands.confirmed(award_id)
    refused = await apply(hands, award_id, "plan", typed=PLAN)
    await decide(hands, refused, approved=False)
    async with hands.office.unit("ann") as unit:
        assert (await awards.in_force(unit.connection, award_id))["number"] == 1  # type: ignore[index]  # it is signed
    await decide(hands, await apply(hands, award_id, "plan", typed=PLAN))
    async with hands.office.unit("ann") as unit:
        version = await awards.in_force(unit.connection, award_id)
    assert version is not None
    assert (version["number"], version["typed"]["target-1-figure"]) == (2, "2")
    told = await hands.told("talent.change.decided.v1")
    assert [(each["what"], each["approved"]) for each in told] == [("plan", False), ("plan", True)]
    with pytest.raises(ContractIncomplete):
        await apply(hands, award_id, "plan", typed=PLAN | {"budget-labour-grant": "101"})
    await hands.proved()


async def test_an_extension_moves_what_is_not_settled_and_brings_another_year(hands: Hands) -> None:
    award_id = await hands.running()
    change = await apply(hands, award_id, "extension", months=6)
    with pytest.raises(DomainError, match="等它办完"):
        await apply(hands, award_id, "extension", months=3)
    await decide(hands, change)
    assert await hands.all_assessments(award_id) == {
        "yearly-1": ("2019-07-02", "planned"), "midterm": ("2020-07-02", "planned"),
        "yearly-2": ("2020-07-02", "planned"), "yearly-3": ("2021-07-02", "planned"),
        "final": ("2022-01-02", "planned"),
    }  # fmt: skip
    assert str((await hands.award(award_id))["ends_on"]) == "2022-01-02"
    (told,) = await hands.told("talent.change.decided.v1")
    assert {"kind": "final", "name": "验收", "due_on": "2022-01-02"} in told["assessments"]
    with pytest.raises(DomainError, match="超过 24 个月"):
        await apply(hands, award_id, "extension", months=24)
    await hands.proved()


async def test_another_unit_answers_for_it_from_the_decision_on(hands: Hands) -> None:
    award_id = await hands.running()
    with pytest.raises(DomainError, match="不能与现在的单位相同"):
        await apply(hands, award_id, "unit", unit_id="T-01")
    await decide(hands, await apply(hands, award_id, "unit", unit_id="T-02"))
    assert (await hands.award(award_id))["unit_id"] == "T-02"
    (told,) = await hands.told("talent.change.decided.v1")
    assert (told["org_id"], told["new_org_id"]) == ("T-01", "T-02")
    await hands.proved()


async def test_a_unit_takes_an_award_only_if_it_agrees_and_is_asked_after_the_present_one(hands: Hands) -> None:
    award_id = await hands.running()
    change = await apply(hands, award_id, "unit", unit_id="T-02")
    assert await hands.told("talent.change.asked.v1") == []
    early = award_changes.AnswerChange(change_id=change, agrees=True, opinion="愿意")
    async with hands.office.unit("T-02") as unit:
        with pytest.raises(DomainError, match="待单位审核，现在不需要接收方答复"):
            await award_changes.answer_change(unit, early)
    async with hands.office.unit("T-01") as unit:
        said = award_changes.SayOfChange(change_id=change, agrees=True, opinion="同意")
        await award_changes.say_of_change(unit, said)
    (asked,) = await hands.told("talent.change.asked.v1")
    assert (asked["org_id"], asked["new_org_id"], asked["change_id"]) == ("T-01", "T-02", change)
    decision = {"change_id": change, "reason": "情况", "document_no": "样例文〔2019〕3号"}
    async with hands.office.unit("head") as unit:
        with pytest.raises(DomainError, match="还没有确认接收"):
            await award_changes.decide_change(unit, award_changes.DecideChange(approved=True, **decision))
    async with hands.office.unit("T-02") as unit:
        no = award_changes.AnswerChange(change_id=change, agrees=False, opinion="没有条件")
        await award_changes.answer_change(unit, no)
        with pytest.raises(DomainError, match="现在不需要接收方答复"):
            await award_changes.answer_change(unit, early)
    async with hands.office.unit("head") as unit:
        with pytest.raises(DomainError, match="不同意接收（没有条件）"):
            await award_changes.decide_change(unit, award_changes.DecideChange(approved=True, **decision))
        await award_changes.decide_change(unit, award_changes.DecideChange(approved=False, **decision))
    assert (await hands.award(award_id))["unit_id"] == "T-01"
    await hands.proved()


async def test_nobody_leads_a_project_he_did_not_agree_to_lead(hands: Hands) -> None:
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    former, bob = (await hands.award(award_id))["applicant_id"], await hands.office.applicant("bob")
    decision = {"reason": "情况", "document_no": "样例文〔2019〕3号"}
    for agrees in (False, True):
        change = await apply(hands, award_id, "leader", applicant_id=bob)
        async with hands.office.unit("T-01") as unit:
            said = award_changes.SayOfChange(change_id=change, agrees=True, opinion="同意")
            await award_changes.say_of_change(unit, said)
        asked = (await hands.told("talent.change.asked.v1"))[-1]
        assert (asked["change_id"], asked["new_person_id"], asked.get("new_org_id")) == (
            change,
            f"applicant-{bob}",
            None,
        )
        approve = award_changes.DecideChange(change_id=change, approved=True, **decision)
        async with hands.office.unit("head") as unit:
            with pytest.raises(DomainError, match="接任的人还没有确认接任") as refused:
                await award_changes.decide_change(unit, approve)
        assert refused.value.code == "new-leader-not-asked"
        async with hands.office.unit("bob") as unit:
            words = "愿意" if agrees else "另有任务"
            answer = award_changes.AnswerChange(change_id=change, agrees=agrees, opinion=words)
            await award_changes.answer_change(unit, answer)
        async with hands.office.unit("head") as unit:
            if agrees:
                await award_changes.decide_change(unit, approve)
            else:
                with pytest.raises(DomainError, match="接任的人不同意接任（另有任务）"):
                    await award_changes.decide_change(unit, approve)
                refuse = award_changes.DecideChange(change_id=change, approved=False, **decision)
                await award_changes.decide_change(unit, refuse)
        assert (await hands.award(award_id))["applicant_id"] == (bob if agrees else former)
    await hands.proved()


async def asked_to_lead(hands: Hands) -> tuple[str, str, str]:
    """A team's award, who is to lead it, and the change that asks him."""
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    bob = await hands.office.applicant("bob")
    change = await apply(hands, award_id, "leader", applicant_id=bob)
    async with hands.office.unit("T-01") as unit:
        said = award_changes.SayOfChange(change_id=change, agrees=True, opinion="同意")
        await award_changes.say_of_change(unit, said)
    return award_id, bob, change


async def test_who_never_answers_is_refused_by_the_office(hands: Hands) -> None:
    _, _, change = await asked_to_lead(hands)
    async with hands.office.unit("head") as unit:
        no = award_changes.DecideChange(change_id=change, approved=False, reason="逾期没有答复")
        await award_changes.decide_change(unit, no)
    (told,) = await hands.told("talent.change.decided.v1")
    assert told["approved"] is False
    await hands.proved()


async def test_who_is_to_lead_decides_nothing_in_his_own_matter(hands: Hands) -> None:
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    bob = await hands.office.applicant("bob")
    change = await apply(hands, award_id, "leader", applicant_id=bob)
    async with hands.office.unit("bob") as unit:
        said = award_changes.SayOfChange(change_id=change, agrees=True, opinion="同意")
        with pytest.raises(DomainError) as of_unit:
            await award_changes.say_of_change(unit, said)
        decided = award_changes.DecideChange(change_id=change, approved=True, reason="同意", document_no="样例 1 号")
        with pytest.raises(DomainError) as of_office:
            await award_changes.decide_change(unit, decided)
    assert (of_unit.value.code, of_office.value.code) == ("own-matter", "own-matter")


async def test_who_was_erased_leads_nothing_and_his_answer_goes_with_him(hands: Hands) -> None:
    award_id, bob, change = await asked_to_lead(hands)
    async with hands.office.unit("bob") as unit:
        answer = award_changes.AnswerChange(change_id=change, agrees=True, opinion="我化疗结束即可接任")
        await award_changes.answer_change(unit, answer)
        said = (await my_other_data.taken_beside(unit.connection, bob))[0]["asked_to_lead"]
        assert [(each["agrees"], each["opinion"]) for each in said] == [(True, "我化疗结束即可接任")]
    async with hands.office.unit("head") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id=bob))
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
        answered = await awards.answer_of(unit.connection, change)
        assert answered is not None
        assert (answered["agrees"], answered["opinion"]) == (True, "")
        why = await unit.connection.execute(select(CHANGE.c.why).where(CHANGE.c.of == change))
        assert "化疗" not in str(why.scalars().all())
    decided = award_changes.DecideChange(change_id=change, approved=True, reason="同意", document_no="样例 1 号")
    with pytest.raises(DomainError, match="已经按申请清除") as refused:
        async with hands.office.unit("head") as unit:
            await award_changes.decide_change(unit, decided)
    assert refused.value.code == "leader-erased"
    assert (await hands.award(award_id))["applicant_id"] != bob
    await hands.proved()


async def test_a_person_who_leaves_ends_his_award_and_nobody_takes_it_over(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.paid(award_id, 1)
    other = await hands.office.applicant("bob")
    with pytest.raises(DomainError, match="不能由别人接任"):
        await apply(hands, award_id, "leader", applicant_id=other)
    plan = await apply(hands, award_id, "plan", typed=PLAN)
    await decide(hands, await apply(hands, award_id, "leader"))
    assert (await hands.award(award_id))["state"] == "terminated"
    assert await hands.states(award_id) == ["paid", "stopped"]
    assert {state for _, state in (await hands.all_assessments(award_id)).values()} == {"cancelled"}
    (told,) = await hands.told("talent.award.terminated.v1")
    assert (told["money"]["instalments"], told["money"]["recovery_proposed"]) == ([2], True)
    with pytest.raises(DomainError):
        await decide(hands, plan)
    await hands.proved()


async def test_an_award_that_was_never_signed_can_be_ended_and_nothing_is_asked_back(hands: Hands) -> None:
    award_id = await hands.awarded()
    async with hands.office.unit("head") as unit:
        order = TerminateAward(award_id=award_id, reason="本人放弃", document_no="样例文〔2018〕12号")
        effect = await terminate_award(unit, order)
    assert (effect.effect, effect.recovery_proposed) == ("stopped", False)
    with pytest.raises(DomainError, match="已作废"):
        await hands.confirmed(award_id)
    await hands.proved()
