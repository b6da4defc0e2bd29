"""The other side of an assessment: the unit says what it thinks, the office concludes, and the money follows."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert

from services.talent.domain import lifecycles
from services.talent.domain.assessment_form import names
from services.talent.domain.award_money import after as money_after
from services.talent.domain.award_money import award_state
from services.talent.domain.field_labels import labels_of
from services.talent.store import assessments, awards, changes, trail
from services.talent.store.assessment_tables import ASSESSMENT, ASSESSMENT_CONCLUSION, ASSESSMENT_OPINION
from services.talent.store.award_tables import AWARD
from services.talent.store.award_trail import CONCLUSIONS, OPINIONS
from services.talent.usecases import instalments
from services.talent.usecases.assessments import held, told
from services.talent.usecases.awards import end, stopped_interest
from services.talent.usecases.contracts import checked_reasons
from services.talent.usecases.own_matter import check_somebody_elses
from shared.contracts.talent import TalentAssessmentFinalised, TalentAssessmentReturned, TalentAssessmentSeen
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.programme.timetable import CONCLUSIONS as NAMES
from shared.programme.timetable import OnMoney

STATES = {"passed": "passed", "rectify": "rectifying", "failed": "failed"}
"""Where each conclusion leaves its assessment."""


class SayOfAssessment(BaseModel):
    """单位对考核材料的意见：看到的是第几次提交。"""

    assessment_id: str
    number: int = Field(ge=1, le=2**31 - 1)
    agrees: bool
    opinion: str = Field(min_length=1, max_length=2000)


class ReturnAssessment(BaseModel):
    """退回考核材料修改：哪些填报项有什么问题。"""

    assessment_id: str
    number: int = Field(ge=1, le=2**31 - 1)
    reasons: dict[str, str] = Field(default_factory=dict)
    reason: str = Field(min_length=1, max_length=2000)


class Conclude(BaseModel):
    """考核结论：通过、限期整改（写明整改到哪天）或不通过，写明理由；可附专家意见。"""

    assessment_id: str
    number: int = Field(ge=0, le=2**31 - 1)
    """看到的是第几次提交；逾期没有提交的为 0 或上一次。"""
    conclusion: str = Field(pattern="^(passed|rectify|failed)$")
    reason: str = Field(min_length=1, max_length=2000)
    despite: str = Field(default="", max_length=1000)
    """与任务书不符而仍通过中期或验收的，写明理由。"""
    experts: str = Field(default="", max_length=5000)
    rectify_until: date | None = None


async def say_of_assessment(unit: Unit, order: SayOfAssessment) -> None:
    """The unit's opinion of what was handed in, agreeing or not; the office concludes next."""
    row = await _handed_in(unit, order.assessment_id, order.number, "submitted")
    award = await changes.found(unit.connection, AWARD, row["award_id"], "入选项目")
    await check_somebody_elses(unit, award["applicant_id"])
    said: dict[str, Any] = {
        "assessment_id": row["id"], "number": order.number, "unit_id": award["unit_id"], "agrees": order.agrees,
        "opinion": order.opinion.strip(), "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(ASSESSMENT_OPINION), [said])
    await trail.record(unit, OPINIONS, "assessment:opinion", [said])
    await changes.move(unit, lifecycles.ASSESSMENT, ASSESSMENT, row["id"], "seen", order.opinion)
    event = TalentAssessmentSeen.model_validate({**told(award, row), "number": order.number, "agrees": order.agrees})
    unit.tell(event, str(order.number), story=award["application_id"])


async def return_assessment_by_unit(unit: Unit, order: ReturnAssessment) -> None:
    await _give_back(unit, order, "submitted", by_unit=True)


async def return_assessment_by_office(unit: Unit, order: ReturnAssessment) -> None:
    await _give_back(unit, order, "seen", by_unit=False)


async def conclude(unit: Unit, order: Conclude) -> OnMoney:
    """The office's conclusion with its reasons, and what it does to the money, which is answered.

    What does not match the contract at the mid-term or the final assessment may be passed with a reason of its own. One
    that was not handed in by its due date can only be failed. The final one is passed last.
    """
    row = await held(unit, order.assessment_id)
    award = await changes.found(unit.connection, AWARD, row["award_id"], "入选项目")
    _check(row, order, unit.today)
    others = [
        each
        for each in await assessments.of_award(unit.connection, award["id"])
        if each["id"] != row["id"] and each["state"] not in assessments.SETTLED
    ]
    if order.conclusion == "passed":
        await _check_passing(unit, row, order, others)
    programme = load_programme(award["programme_id"])
    before = await awards.held_parts(unit.connection, award["id"])
    effect, after = money_after(programme, before, row["id"], row["kind"], order.conclusion)
    if order.conclusion == "failed" and not others:
        effect = await stopped_interest(unit, award) or effect
    reason, despite = order.reason.strip(), order.despite.strip()
    why = f"{reason.rstrip('。；')}；{despite}" if despite else reason
    await _write(unit, row, order, effect, why)
    await instalments.keep(unit, award, before, after, why, f"{row['name']}{NAMES[order.conclusion]}")
    await _move_award(unit, award, row, order, others, why, money_held=any(each.holds for each in after))
    event = TalentAssessmentFinalised.model_validate(
        {
            **told(award, row),
            "number": row["concluded"] + 1,
            "conclusion": order.conclusion,
            "conclusion_name": NAMES[order.conclusion],
            "reason": why,
            "rectify_until": order.rectify_until.isoformat() if order.rectify_until else None,
            "date": unit.today.isoformat(),
            "money": instalments.money_told(effect),
        }
    )
    unit.tell(event, str(row["concluded"] + 1), story=award["application_id"])
    return effect


def _check(row: RowMapping, order: Conclude, today: date) -> None:
    if row["handed_in"] != order.number:
        message = f"“{row['name']}”已经提交 {row['handed_in']} 次，您看到的是第 {order.number} 次；请刷新后核对"
        raise DomainError("assessment-moved", message, status=409)
    if row["state"] in assessments.FILLABLE and (order.conclusion != "failed" or today <= row["due_on"]):
        state = lifecycles.ASSESSMENT.states[row["state"]]
        message = f"“{row['name']}”{state}，到期日为 {row['due_on']}；提交以前，只有过了到期日才能作不通过的结论"
        raise DomainError("assessment-not-waiting", message, status=409)
    if (order.conclusion == "rectify") != (order.rectify_until is not None):
        raise DomainError("rectify-until", "限期整改请写明整改到哪一天；别的结论不写整改期限")
    if order.rectify_until is not None and order.rectify_until <= today:
        raise DomainError("rectify-until", f"整改期限应在今天 {today} 之后，写的是 {order.rectify_until}")


async def _check_passing(unit: Unit, row: RowMapping, order: Conclude, others: list[RowMapping]) -> None:
    if row["kind"] == "final" and others:
        listed = "、".join(f"{each['name']}（{each['due_on']}，{_state(each)}）" for each in others)
        raise DomainError("assessments-open", f"{listed}还没有结论，{row['name']}要在它们之后通过", status=409)
    handed_in = await assessments.hand_in(unit.connection, row["id"], order.number)
    said = handed_in["found"] if handed_in is not None else {"findings": []}
    found = said.get("pressing", said["findings"]) if row["kind"] == "midterm" else said["findings"]
    if found and row["kind"] != "yearly" and not order.despite.strip():
        listed = "；".join(found)
        raise DomainError("findings", f"与任务书不符：{listed}。确需通过请写明理由", status=409)


async def _write(unit: Unit, row: RowMapping, order: Conclude, effect: OnMoney, why: str) -> None:
    number = row["concluded"] + 1
    made: dict[str, Any] = {
        "assessment_id": row["id"], "number": number, "hand_in": order.number, "conclusion": order.conclusion,
        "reason": why, "experts": order.experts.strip(), "rectify_until": order.rectify_until,
        "effect": effect.effect, "instalments": list(effect.instalments),
        "recovery_proposed": effect.recovery_proposed, "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(ASSESSMENT_CONCLUSION), [made])
    await trail.record(unit, CONCLUSIONS, "assessment:concluded", [made])
    values: dict[str, Any] = {"concluded": number, "concluded_on": unit.today, "reason": why, "reasons": {}}
    if order.rectify_until is not None:
        values["due_on"] = order.rectify_until
    await changes.move(unit, lifecycles.ASSESSMENT, ASSESSMENT, row["id"], STATES[order.conclusion], why, **values)


async def _move_award(
    unit: Unit,
    award: RowMapping,
    row: RowMapping,
    order: Conclude,
    others: list[RowMapping],
    why: str,
    *,
    money_held: bool,
) -> None:
    state = award_state(
        final=not others,
        conclusion=order.conclusion,
        kind=row["kind"],
        rectifying=any(each["concluded"] for each in others),
        held=money_held,
    )
    if state in awards.ENDED:
        await end(unit, award, state, why)
    elif state != award["state"]:
        await changes.move(unit, lifecycles.AWARD, AWARD, award["id"], state, why)


def _state(row: RowMapping) -> str:
    return lifecycles.ASSESSMENT.states[row["state"]]


async def _handed_in(unit: Unit, assessment_id: str, number: int, state: str) -> RowMapping:
    row = await held(unit, assessment_id)
    if row["state"] != state:
        raise DomainError("assessment-not-waiting", f"“{row['name']}”{_state(row)}，现在不能这样办理", status=409)
    if row["handed_in"] != number:
        message = f"“{row['name']}”已经提交 {row['handed_in']} 次，您看到的是第 {number} 次；请刷新后核对"
        raise DomainError("assessment-moved", message, status=409)
    return row


async def _give_back(unit: Unit, order: ReturnAssessment, state: str, *, by_unit: bool) -> None:
    row = await _handed_in(unit, order.assessment_id, order.number, state)
    award = await changes.found(unit.connection, AWARD, row["award_id"], "入选项目")
    reasons = checked_reasons(order.reasons, names())
    values = {"reason": order.reason.strip(), "reasons": reasons}
    await changes.move(unit, lifecycles.ASSESSMENT, ASSESSMENT, row["id"], "returned", order.reason, **values)
    event = TalentAssessmentReturned.model_validate(
        {
            **told(award, row), "number": order.number, **values, "labels": labels_of(reasons),
            "due_on": row["due_on"].isoformat(), "by_unit": by_unit,
        }
    )  # fmt: skip
    unit.tell(event, str(order.number), story=award["application_id"])
