"""Changes of an award: of unit, plan, length or leader; applied for with reasons, seen by the unit, decided by the
office. Who is to take an award over, a unit or another leader, is asked before."""

from typing import Any, NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert

from services.talent.domain import lifecycles
from services.talent.domain.answer_days import answer_by
from services.talent.domain.contract_terms import read_terms
from services.talent.store import awards, changes, trail
from services.talent.store.award_tables import AWARD, AWARD_CHANGE, CHANGE_ANSWER
from services.talent.store.award_trail import ANSWERS
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.usecases.changing import MOST_MONTHS, carry_out, check_free, longer
from services.talent.usecases.contracts import ContractIncomplete, contract_in_force, kept, lacking_of
from services.talent.usecases.instalments import hold_award
from services.talent.usecases.own_matter import check_somebody_elses
from services.talent.usecases.starting import dues_told
from services.talent.usecases.telling_of_awards import told
from shared.contracts.contact import applicant_person
from shared.contracts.talent import TalentChangeApplied, TalentChangeAsked, TalentChangeDecided
from shared.core.errors import DomainError
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.programme.load import load_programme

KINDS = {"unit": "变更单位", "plan": "调整任务书", "extension": "延期", "leader": "负责人离开"}


class ApplyForChange(BaseModel):
    """申请变更：单位（写新单位）、任务书（写调整后的全文）、延期（写几个月）、负责人离开（团队可写接任的人）。"""

    award_id: str
    kind: str = Field(pattern="^(unit|plan|extension|leader)$")
    reason: str = Field(min_length=1, max_length=2000)
    unit_id: str | None = Field(default=None, max_length=100)
    typed: dict[str, str] = Field(default_factory=dict)
    months: int | None = Field(default=None, ge=1, le=MOST_MONTHS)
    applicant_id: str | None = Field(default=None, max_length=40)


class WithdrawChange(BaseModel):
    """撤回变更申请。"""

    change_id: str


class SayOfChange(BaseModel):
    """单位对变更申请的意见。"""

    change_id: str
    agrees: bool
    opinion: str = Field(min_length=1, max_length=2000)


class AnswerChange(BaseModel):
    """接收方（变更单位的新单位、接任的负责人）的答复：同意或不同意，并写明意见。"""

    change_id: str
    agrees: bool
    opinion: str = Field(min_length=1, max_length=2000)


class DecideChange(BaseModel):
    """对变更申请作出决定；同意的写明文号。"""

    change_id: str
    approved: bool
    reason: str = Field(min_length=1, max_length=2000)
    document_no: str = Field(default="", max_length=100)


async def apply_for_change(unit: Unit, order: ApplyForChange) -> str:
    """Applies for a change of an award that is running; answers its id. One of a kind waits at a time."""
    award = await hold_award(unit, order.award_id)
    await contract_in_force(unit, award)
    for each in await awards.undecided(unit.connection, award["id"]):
        if each["kind"] == order.kind:
            state = lifecycles.AWARD_CHANGE.states[each["state"]]
            message = f"已有一份“{KINDS[order.kind]}”的申请{state}，请等它办完或先撤回"
            raise DomainError("change-there", message, status=409)
    asked = await _asked(unit, award, order)
    # on a demo's clock, which stands still, two are applied for within an instant; the award is held while they count
    before = await awards.how_many_changes(unit.connection, award["id"])
    id_ = event_id("award-change", award["id"], str(before + 1))
    made: dict[str, Any] = {
        "id": id_, "award_id": award["id"], "kind": order.kind, "state": "applied", "reason": order.reason.strip(),
        "asked": asked, "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(AWARD_CHANGE), [made])
    await changes.note(unit, "award_change", [(id_, None, "applied")], order.reason)
    body = {**_told(award, made), "answer_by": answer_by(unit.today).isoformat()}
    event = TalentChangeApplied.model_validate(body)
    unit.tell(event, story=award["application_id"])
    return id_


async def withdraw_change(unit: Unit, order: WithdrawChange) -> None:
    await changes.move(unit, lifecycles.AWARD_CHANGE, AWARD_CHANGE, order.change_id, "withdrawn", "申请人撤回")


async def say_of_change(unit: Unit, order: SayOfChange) -> None:
    """The unit's opinion, agreeing or not; the office decides next, but whoever is to take the award over is asked
    before."""
    row = await changes.found(unit.connection, AWARD_CHANGE, order.change_id, "变更申请")
    award = await changes.found(unit.connection, AWARD, row["award_id"], "入选项目")
    unit_id, leader = taker_of(row)
    await check_somebody_elses(unit, award["applicant_id"], leader)
    after = "asked" if unit_id or leader else "seen"
    values = {"unit_agrees": order.agrees, "unit_opinion": order.opinion.strip()}
    await changes.move(unit, lifecycles.AWARD_CHANGE, AWARD_CHANGE, row["id"], after, order.opinion, **values)
    if after == "asked":
        asked = {
            **_told(award, row), "new_org_id": unit_id, "new_person_id": leader and applicant_person(leader),
            "answer_by": answer_by(unit.today).isoformat(),
        }  # fmt: skip
        unit.tell(TalentChangeAsked.model_validate(asked), story=award["application_id"])


async def answer_change(unit: Unit, order: AnswerChange) -> None:
    """The word of the new unit, or of who is to lead, said once: whether he takes the award. The office decides next;
    without this consent it can only refuse."""
    row = await changes.found(unit.connection, AWARD_CHANGE, order.change_id, "变更申请")
    if row["state"] != "asked":
        state = lifecycles.AWARD_CHANGE.states[row["state"]]
        raise DomainError("change-not-asked", f"这份变更申请{state}，现在不需要接收方答复", status=409)
    award = await changes.found(unit.connection, AWARD, row["award_id"], "入选项目")
    await check_somebody_elses(unit, award["applicant_id"])
    await changes.move(unit, lifecycles.AWARD_CHANGE, AWARD_CHANGE, row["id"], "seen", order.opinion)
    said: dict[str, Any] = {
        "change_id": row["id"], "unit_id": row["asked"].get("unit_id"), "agrees": order.agrees,
        "opinion": order.opinion.strip(), "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(CHANGE_ANSWER), [said])
    await trail.record(unit, ANSWERS, "award-change:answered", [said])


async def decide_change(unit: Unit, order: DecideChange) -> None:
    """The office's decision; what was approved is carried out at once, and the new due dates are told."""
    row = await changes.found(unit.connection, AWARD_CHANGE, order.change_id, "变更申请")
    award = await hold_award(unit, row["award_id"])
    await check_somebody_elses(unit, award["applicant_id"], taker_of(row).applicant_id)
    if order.approved and not order.document_no.strip():
        raise DomainError("document-missing", "同意变更请写明文号")
    if order.approved and any(taker_of(row)):
        await _check_taken(unit, row)
    values = {
        "decision": order.reason.strip(), "document_no": order.document_no.strip(), "decided_on": unit.today,
    }  # fmt: skip
    after = "approved" if order.approved else "refused"
    await changes.move(unit, lifecycles.AWARD_CHANGE, AWARD_CHANGE, row["id"], after, order.reason, **values)
    dues = await carry_out(unit, award, row, order.reason.strip(), order.document_no.strip()) if order.approved else ()
    leader = row["asked"].get("applicant_id")
    event = TalentChangeDecided.model_validate(
        {
            **_told(award, row),
            "approved": order.approved,
            "reason": order.reason.strip(),
            "document_no": order.document_no.strip() or None,
            "assessments": dues_told(dues),
            "new_org_id": row["asked"].get("unit_id"),
            "new_person_id": applicant_person(leader) if leader else None,
        }
    )
    unit.tell(event, story=award["application_id"])


class Taker(NamedTuple):
    """Who is to take an award over by a change: a unit, another leader, or nobody."""

    unit_id: str | None
    applicant_id: str | None


def taker_of(row: RowMapping) -> Taker:
    return Taker(row["asked"].get("unit_id"), row["asked"].get("applicant_id"))


async def _check_taken(unit: Unit, row: RowMapping) -> None:
    of_unit = row["kind"] == "unit"
    who, takes, code = ("新单位", "接收", "new-unit") if of_unit else ("接任的人", "接任", "new-leader")
    answer = await awards.answer_of(unit.connection, row["id"])
    if answer is None:
        message = f"{who}还没有确认{takes}，不能同意；以前提出、没有问过{who}的申请，请作不同意的决定，由申请人重新提出"
        raise DomainError(f"{code}-not-asked", message, status=409)
    if not answer["agrees"]:
        message = f"{who}不同意{takes}（{answer['opinion']}），只能作不同意的决定"
        raise DomainError(f"{code}-declined", message, status=409)


async def _asked(unit: Unit, award: RowMapping, order: ApplyForChange) -> dict[str, Any]:
    """What exactly is asked for, read and checked before anybody looks at it."""
    if order.kind == "unit":
        return await _other_unit(unit, award, order.unit_id)
    if order.kind == "plan":
        typed = kept(order.typed)
        problems = lacking_of(award, read_terms(typed))
        if problems:
            raise ContractIncomplete(problems)
        return {"typed": typed}
    if order.kind == "extension":
        return await _longer(unit, award, order.months)
    return await _other_leader(unit, award, order.applicant_id)


async def _other_unit(unit: Unit, award: RowMapping, unit_id: str | None) -> dict[str, Any]:
    if unit_id is None or unit_id == award["unit_id"]:
        raise DomainError("unit-missing", "请选择新的单位，不能与现在的单位相同")
    await changes.found(unit.connection, UNIT, unit_id, "单位")
    return {"unit_id": unit_id}


async def _longer(unit: Unit, award: RowMapping, months: int | None) -> dict[str, Any]:
    if months is None:
        raise DomainError("months-missing", "请写明延期几个月")
    await longer(unit, award, months)
    return {"months": months}


async def _other_leader(unit: Unit, award: RowMapping, applicant_id: str | None) -> dict[str, Any]:
    if applicant_id is None:
        return {}
    if load_programme(award["programme_id"]).applicant != "team":
        message = "这项计划资助个人，本人离开即终止，不能由别人接任；接任的人请留空"
        raise DomainError("not-a-team", message)
    if applicant_id == award["applicant_id"]:
        raise DomainError("leader-same", "接任的人就是现在的负责人，请写另一位已经注册的申报人")
    await changes.found(unit.connection, APPLICANT, applicant_id, "申报人")
    await check_free(unit, award, applicant_id)
    return {"applicant_id": applicant_id}


def _told(award: RowMapping, row: RowMapping | dict[str, Any]) -> dict[str, Any]:
    return {**told(award), "change_id": row["id"], "what": row["kind"], "what_name": KINDS[row["kind"]]}
