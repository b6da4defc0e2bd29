"""The years after, on both databases: assessments open and are reminded of, handed in, concluded, and money follows."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import assessments
from services.talent.usecases import assessing
from services.talent.usecases import assessments as assess
from services.talent.usecases.awards import ResumeAward, resume_award
from services.talent.usecases.reminding import remind_of_assessment
from shared.core.errors import DomainError
from shared.programme.timetable import OnMoney
from tests.integration.award_hands import Hands
from tests.integration.talent_office import YOUNG_STAR, talent_office

pytestmark = pytest.mark.tables_of("talent")
RELEASED, NOTHING = OnMoney("released", (2,), recovery_proposed=False), OnMoney("nothing", (), recovery_proposed=False)


@pytest.fixture
async def hands(database: AsyncEngine) -> AsyncIterator[Hands]:
    async with talent_office(database) as office:
        yield Hands(office)


async def yearly(hands: Hands, award_id: str, key: str = "yearly-1", day: str = "2019-06-10") -> None:
    """A yearly assessment that goes well."""
    await hands.schedule(day)
    await hands.seen(award_id, key)
    await hands.conclude(award_id, key)


async def at_midterm(hands: Hands, award_id: str, **typed: str) -> None:
    await yearly(hands, award_id)
    await hands.schedule("2019-12-10")
    await hands.seen(award_id, "midterm", **typed)


async def test_a_whole_award_from_the_first_year_to_the_end(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.paid(award_id, 1)
    await at_midterm(hands, award_id)
    assert await hands.states(award_id) == ["paid", "waiting"]
    assert await hands.conclude(award_id, "midterm") == RELEASED
    assert await hands.states(award_id) == ["paid", "released"]
    await hands.paid(award_id, 2)
    await yearly(hands, award_id, "yearly-2", "2020-06-10")
    await hands.schedule("2021-06-10")
    await hands.seen(award_id, "final")
    assert await hands.conclude(award_id, "final", experts="专家组一致同意") == NOTHING
    row = await hands.award(award_id)
    assert (row["state"], str(row["ended_on"])) == ("finished", "2021-06-10")
    told = await hands.told("talent.assessment.finalised.v1")
    assert [(each["assessment_name"], each["conclusion_name"], each["money"]["effect"]) for each in told] == [
        ("年度报告", "通过", "nothing"), ("中期评估", "通过", "released"), ("年度报告", "通过", "nothing"),
        ("验收", "通过", "nothing"),
    ]  # fmt: skip
    said = await hands.told("talent.assessment.seen.v1")
    assert [(each["assessment_name"], each["agrees"]) for each in said] == [
        ("年度报告", True), ("中期评估", True), ("年度报告", True), ("验收", True),
    ]  # fmt: skip
    await hands.proved()


async def test_each_is_opened_in_time_and_reminded_of_once_each_time(hands: Hands) -> None:
    award_id = await hands.running()
    days = (
        "2019-06-01",
        "2019-06-02",
        "2019-06-02",
        "2019-06-24",
        "2019-06-25",
        "2019-07-02",
        "2019-07-03",
        "2019-08-01",
    )
    done = [await hands.schedule(day) for day in days]
    opened, reminded = ["open-assessments"], ["remind-assessments"]
    assert done == [[], opened + reminded, [], [], reminded, [], reminded, []]
    told = await hands.told("talent.assessment.due.v1")
    assert [(each["due_on"], each["days_left"], each["rectifying"]) for each in told] == [
        ("2019-07-02", 30, False), ("2019-07-02", 7, False), ("2019-07-02", -1, False),
    ]  # fmt: skip
    assert (await hands.all_assessments(award_id))["yearly-1"] == ("2019-07-02", "open")


async def test_two_schedules_at_once_remind_once_and_who_handed_in_is_left_alone(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.schedule("2019-06-10", "open-assessments")
    row = await hands.assessment(award_id, "yearly-1")

    async def remind() -> None:
        async with hands.office.unit("schedule") as unit:
            await remind_of_assessment(unit, row["id"])

    found = await asyncio.gather(remind(), remind(), return_exceptions=True)
    assert [each.code for each in found if isinstance(each, DomainError)] == ["nothing-to-remind"]
    assert len(await hands.told("talent.assessment.due.v1")) == 1
    await hands.hand_in(award_id, "yearly-1")
    assert await hands.schedule("2019-06-25") == []


async def test_nothing_is_filled_in_before_its_time_and_nothing_typed_is_lost(hands: Hands) -> None:
    award_id = await hands.running()
    row = await hands.assessment(award_id, "yearly-1")
    order = assess.SaveAssessment(
        assessment_id=row["id"], typed={"progress": "一半", "spent-labour-grant": "很多"}, based_on=0
    )
    with pytest.raises(DomainError, match="未到填报时间"):
        async with hands.office.unit("ann") as unit:
            await assess.save_assessment(unit, order)
    await hands.schedule("2019-06-10")
    async with hands.office.unit("ann") as unit:
        saved = await assess.save_assessment(unit, order)
    assert (saved.version, set(saved.report.problems)) == (
        1, {"target-1-figure", "spent-labour-grant", "spent-labour-own"},
    )  # fmt: skip
    with pytest.raises(assess.AssessmentChanged):
        async with hands.office.unit("ann") as unit:
            await assess.save_assessment(unit, order.model_copy(update={"typed": {"progress": "另一半"}}))
    submit = assess.SubmitAssessment(assessment_id=row["id"], version=1, signed_by="本人", committed=True)
    with pytest.raises(assess.AssessmentIncomplete, match="完成的数值"):
        async with hands.office.unit("ann") as unit:
            await assess.submit_assessment(unit, submit)
    now = await hands.assessment(award_id, "yearly-1")
    assert (now["state"], now["typed"]) == ("open", order.typed)


async def test_what_is_returned_comes_back_and_every_hand_in_is_kept(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.schedule("2019-06-10")
    row = await hands.hand_in(award_id, "yearly-1", **{"target-1-figure": "1"})
    back = assessing.ReturnAssessment(
        assessment_id=row["id"], number=1, reasons={"target-1-figure": "请附清单"}, reason="清单不全"
    )
    async with hands.office.unit("T-01") as unit:
        await assessing.return_assessment_by_unit(unit, back)
    await hands.seen(award_id, "yearly-1", **{"target-1-figure": "2"})
    async with hands.office.unit("head") as unit:
        again = assessing.ReturnAssessment(assessment_id=row["id"], number=2, reason="再核对")
        await assessing.return_assessment_by_office(unit, again)
    await hands.seen(award_id, "yearly-1")
    await hands.conclude(award_id, "yearly-1")
    async with hands.office.unit("head") as unit:
        kept = [await assessments.hand_in(unit.connection, row["id"], number) for number in (1, 2, 3)]
        said = await assessments.opinions(unit.connection, row["id"])
    assert [each["found"]["targets"][0]["reached"] for each in kept if each is not None] == ["1", "2", "3"]
    assert [each["number"] for each in said] == [2, 3]
    assert [each["number"] for each in await hands.told("talent.assessment.seen.v1")] == [2, 3]
    told = await hands.told("talent.assessment.returned.v1")
    assert [(each["by_unit"], each["reasons"]) for each in told] == [
        (True, {"target-1-figure": "请附清单"}),
        (False, {}),
    ]
    await hands.proved()


async def test_a_conclusion_is_about_what_was_seen_and_comes_after_the_unit(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.schedule("2019-06-10")
    for number, code in ((0, "assessment-not-waiting"), (1, "assessment-moved")):
        with pytest.raises(DomainError) as refused:
            await hands.conclude(award_id, "yearly-1", number=number)
        assert refused.value.code == code
    await hands.hand_in(award_id, "yearly-1")
    with pytest.raises(DomainError) as refused:
        await hands.conclude(award_id, "yearly-1")
    assert refused.value.code == "assessment-is-submitted"
    for order in ({"conclusion": "rectify"}, {"rectify_until": date(2019, 8, 1)}):
        with pytest.raises(DomainError, match="整改") as refused:
            await hands.conclude(award_id, "yearly-1", **order)
        assert refused.value.code == "rectify-until"


async def test_self_raised_money_that_is_missing_at_the_mid_term_needs_a_reason_of_its_own(hands: Hands) -> None:
    award_id = await hands.running()
    await at_midterm(hands, award_id, **{"spent-labour-grant": "40", "spent-labour-own": "10", "target-1-figure": "3"})
    with pytest.raises(DomainError, match="自筹经费：应到位 20 万元，已支出 10 万元，差 10 万元") as refused:
        await hands.conclude(award_id, "midterm")
    assert refused.value.code == "findings"
    assert await hands.states(award_id) == ["released", "waiting"]
    assert (
        await hands.conclude(award_id, "midterm", reason="按材料。", despite="年底前到位，单位已出具承诺") == RELEASED
    )
    told = await hands.told("talent.assessment.finalised.v1")
    assert told[-1]["reason"] == "按材料；年底前到位，单位已出具承诺"


async def test_what_is_rectified_holds_the_money_until_it_is_passed(hands: Hands) -> None:
    award_id = await hands.running()
    await at_midterm(hands, award_id)
    held = await hands.conclude(award_id, "midterm", "rectify", rectify_until=date(2020, 3, 2))
    assert (held.effect, held.instalments, (await hands.award(award_id))["state"]) == ("held", (2,), "rectifying")
    assert await hands.states(award_id) == ["released", "held"]
    assert await hands.schedule("2020-02-01") == ["remind-assessments"]
    told = await hands.told("talent.assessment.due.v1")
    assert (told[-1]["due_on"], told[-1]["rectifying"]) == ("2020-03-02", True)
    await hands.seen(award_id, "midterm")
    assert await hands.conclude(award_id, "midterm") == RELEASED
    assert (await hands.award(award_id))["state"] == "running"
    row = await hands.assessment(award_id, "midterm")
    async with hands.office.unit("head") as unit:
        found = await assessments.conclusions(unit.connection, row["id"])
    assert [each["conclusion"] for each in found] == ["rectify", "passed"]
    released = await hands.told("talent.instalment.released.v1")
    assert [(each["number"], each["because"]) for each in released] == [(1, "任务书生效"), (2, "中期评估通过")]
    (withheld,) = await hands.told("talent.grant.withheld.v1")
    assert (withheld["number"], withheld["effect"], withheld["reason"]) == (2, "held", "按材料")
    await hands.proved()


async def test_failing_the_mid_term_ends_the_award_and_proposes_to_ask_back(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.paid(award_id, 1)
    await at_midterm(hands, award_id)
    assert await hands.conclude(award_id, "midterm", "failed") == OnMoney("stopped", (2,), recovery_proposed=True)
    assert ((await hands.award(award_id))["state"], await hands.states(award_id)) == ("failed", ["paid", "stopped"])
    left = await hands.all_assessments(award_id)
    assert (left["yearly-2"][1], left["final"][1]) == ("cancelled", "cancelled")
    with pytest.raises(DomainError):
        await hands.paid(award_id, 2)
    assert await hands.schedule("2021-06-10") == []
    await hands.proved()


async def test_who_does_not_report_fails_once_the_day_is_over_and_the_office_may_lift_the_hold(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.schedule("2019-07-02")
    with pytest.raises(DomainError, match="过了到期日"):
        await hands.conclude(award_id, "yearly-1", "failed")
    hands.at("2019-07-03")
    effect = await hands.conclude(award_id, "yearly-1", "failed")
    assert (effect.effect, effect.instalments, (await hands.award(award_id))["state"]) == ("held", (1, 2), "held")
    with pytest.raises(DomainError):
        await hands.paid(award_id, 1)
    async with hands.office.unit("head") as unit:
        await resume_award(unit, ResumeAward(award_id=award_id, reason="年度报告已补齐"))
    assert ((await hands.award(award_id))["state"], await hands.states(award_id)) == (
        "running",
        ["released", "waiting"],
    )
    assert len(await hands.told("talent.instalment.released.v1")) == 1, "what was computed before is not computed again"
    (told,) = await hands.told("talent.award.resumed.v1")
    assert told["money"]["instalments"] == [1]
    with pytest.raises(DomainError, match="没有可以解除的暂缓"):
        async with hands.office.unit("head") as unit:
            await resume_award(unit, ResumeAward(award_id=award_id, reason="再一次"))
    await hands.proved()


async def test_what_is_being_rectified_is_not_lifted_by_hand(hands: Hands) -> None:
    award_id = await hands.running()
    await hands.schedule("2019-06-10")
    await hands.seen(award_id, "yearly-1")
    await hands.conclude(award_id, "yearly-1", "rectify", rectify_until=date(2019, 8, 1))
    assert await hands.states(award_id) == ["held", "held"]
    with pytest.raises(DomainError, match="等整改通过"):
        async with hands.office.unit("head") as unit:
            await resume_award(unit, ResumeAward(award_id=award_id, reason="先付"))


async def test_the_final_assessment_is_passed_last(hands: Hands) -> None:
    award_id = await hands.running()
    await yearly(hands, award_id)
    await hands.schedule("2021-06-10")
    await hands.seen(award_id, "final")
    with pytest.raises(DomainError, match="中期评估") as refused:
        await hands.conclude(award_id, "final")
    assert refused.value.code == "assessments-open"
    assert (await hands.award(award_id))["state"] == "running"


async def test_two_who_conclude_at_once_conclude_once(hands: Hands) -> None:
    award_id = await hands.running()
    await at_midterm(hands, award_id)
    found = await asyncio.gather(
        hands.conclude(award_id, "midterm"), hands.conclude(award_id, "midterm", "failed"), return_exceptions=True
    )
    assert len([each for each in found if isinstance(each, DomainError)]) == 1
    assert len(await hands.told("talent.assessment.finalised.v1")) == 2


async def test_a_programme_paid_at_once_has_its_final_assessment_alone(hands: Hands) -> None:
    award_id = await hands.running(programme=YOUNG_STAR)
    assert await hands.all_assessments(award_id) == {"final": ("2020-07-02", "planned")}
    assert await hands.states(award_id) == ["released"]
    await hands.paid(award_id, 1)
    await hands.schedule("2020-07-03")
    assert await hands.conclude(award_id, "final", "failed") == OnMoney("stopped", (), recovery_proposed=True)
    assert (await hands.award(award_id))["state"] == "failed"


async def test_nothing_personal_is_told_of_an_assessment(hands: Hands) -> None:
    award_id = await hands.running()
    await at_midterm(hands, award_id, progress="没有公开的进展")
    await hands.conclude(award_id, "midterm")
    for subject, body in await hands.office.told():
        if subject.startswith("talent."):
            assert not any(each in body for each in ("没有公开的进展", "ann@", "样例项目"))
