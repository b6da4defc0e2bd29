"""Make an award of a selected application, resume what was held, end it before its time."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert

from services.talent.domain import lifecycles
from services.talent.domain.answer_days import answer_by
from services.talent.domain.application_form import fill
from services.talent.domain.award_money import Granted, check_whole, granted, stopped, without_holds
from services.talent.domain.contract_terms import generated, in_fen_of_wan
from services.talent.store import applications, assessments, awards, changes, interest, money
from services.talent.store.application_tables import APPLICATION
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD, AWARD_CHANGE, CONTRACT
from services.talent.store.interest_tables import INTEREST_CLAIM
from services.talent.usecases import instalments
from services.talent.usecases.telling_of_awards import told
from shared.contracts.talent import TalentApplicationAwarded, TalentAwardResumed, TalentAwardTerminated
from shared.contracts.talent.spoken import check_words
from shared.core.errors import DomainError
from shared.core.money import fen_text, in_yuan, yuan_text
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.programme.timetable import OnMoney, assessments_due


class MakeAward(BaseModel):
    """设立入选项目：文号；金额只在计划写明“最高”时填写，并写明理由。"""

    application_id: str
    document_no: str = Field(min_length=1, max_length=100)
    amount: str | None = Field(default=None, pattern=r"^[0-9]{1,13}(\.[0-9]{1,2})?$")
    """元。"""
    reason: str = Field(default="", max_length=2000)


class ResumeAward(BaseModel):
    """解除暂缓拨付，写明理由。"""

    award_id: str
    reason: str = Field(min_length=1, max_length=2000)


class TerminateAward(BaseModel):
    """终止项目：理由和文号。"""

    award_id: str
    reason: str = Field(min_length=1, max_length=2000)
    document_no: str = Field(min_length=1, max_length=100)


async def award(unit: Unit, order: MakeAward) -> str:
    """Makes the award of an application whose selection is final, with its instalments and the first draft of the
    任务书; answers its id. Doing it twice makes nothing further; another amount than it was made with is refused."""
    row = await changes.found(unit.connection, APPLICATION, order.application_id, "申报", hold=True)
    there = await awards.of_application(unit.connection, row["id"])
    if there is not None:
        _check_same_amount(there, order)
        return str(there["id"])
    if row["state"] != "selected":
        state = lifecycles.APPLICATION.states[row["state"]]
        raise DomainError("application-not-selected", f"这份申报{state}，入选以后才能设立项目", status=409)
    programme = load_programme(row["programme_id"])
    id_ = event_id("award", row["id"])
    decided = _decided(unit, order)
    money = granted(programme, id_, unit.today, decided)
    if decided is not None:
        check_whole(decided["amount"])
    handed_in = await applications.last_hand_in(unit.connection, row["id"])
    values = fill(programme, handed_in["typed"]).values if handed_in is not None else {}
    made: dict[str, Any] = {
        "id": id_, "application_id": row["id"], "programme_id": programme.id, "applicant_id": row["applicant_id"],
        "unit_id": row["unit_id"], "state": "contracting", "contract_no": f"RW-{programme.year}-{id_[:8].upper()}",
        "project": row["project"], "amount_fen": money.fen, "decided": decided or {},
        "own_fen": in_fen_of_wan(values.get("self_raised")), "document_no": order.document_no,
        "awarded_on": unit.today, "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(AWARD), [made])
    await changes.note(unit, "award", [(id_, None, "contracting")], order.document_no)
    await instalments.plan(unit, id_, money.parts)
    draft = {
        "award_id": id_, "state": "draft", "version": 0, "number": 0, "reasons": {}, "by": unit.by,
        "at": unit.now, "typed": generated(values, assessments_due(programme, unit.today)),
    }  # fmt: skip
    await unit.connection.execute(insert(CONTRACT), [draft])
    await changes.note(unit, "contract", [(id_, None, "draft")])
    _tell_awarded(unit, made, money)
    return id_


def _check_same_amount(there: RowMapping, order: MakeAward) -> None:
    """Two who decide the amount at once: the second hears of the first, and is not told that his was taken."""
    if order.amount is None:
        return
    made = there["decided"].get("amount")
    if made is None or Decimal(made) != Decimal(order.amount):
        stands = yuan_text(in_yuan(there["amount_fen"])) if there["amount_fen"] is not None else "按贷款利息贴息"
        message = (
            f"这个项目已按 {there['document_no']} 设立，资助金额为 {stands}，与这次写的 {order.amount} 元不同，没有改动"
        )
        raise DomainError("award-there", message, status=409)


def _decided(unit: Unit, order: MakeAward) -> dict[str, str] | None:
    if order.amount is None:
        return None
    if not order.reason.strip():
        raise DomainError("reason-missing", "另行决定金额，请写明理由")
    check_words(order.reason)  # it is told with the money once the project starts
    return {"amount": order.amount, "by": unit.by, "on": unit.today.isoformat(), "reason": order.reason.strip()}


def _tell_awarded(unit: Unit, made: dict[str, Any], money: Granted) -> None:
    event = TalentApplicationAwarded.model_validate(
        {
            **told(made),
            "date": made["awarded_on"].isoformat(),
            "document_no": made["document_no"],
            "amount": fen_text(money.fen) if money.fen is not None else None,
            "instalments": instalments.parts_told(money.parts),
            "answer_by": answer_by(made["awarded_on"]).isoformat(),
        }
    )
    unit.tell(event, story=made["application_id"])


async def resume_award(unit: Unit, order: ResumeAward) -> None:
    """Lifts what failed yearly reports hold; an instalment still waits for its own assessment, and what is being
    rectified goes on holding until it is passed."""
    row = await instalments.hold_award(unit, order.award_id)
    open_ = {
        each["id"]
        for each in await assessments.of_award(unit.connection, row["id"])
        if each["state"] not in assessments.SETTLED
    }
    before = await awards.held_parts(unit.connection, row["id"])
    lifted = frozenset(holder for each in before if each.state == "held" for holder in each.holds) - open_
    if not lifted:
        raise DomainError("nothing-held", "没有可以解除的暂缓：没有暂缓的拨款，或者要等整改通过", status=409)
    after = without_holds(before, lifted)
    await instalments.keep(unit, row, before, after, order.reason, "解除暂缓拨付")
    if row["state"] == "held" and not any(each.holds for each in after):
        await changes.move(unit, lifecycles.AWARD, AWARD, row["id"], "running", order.reason)
    free = tuple(now.number for was, now in zip(before, after, strict=True) if was.state != now.state == "released")
    effect = OnMoney("released" if free else "nothing", free, recovery_proposed=False)
    event = TalentAwardResumed.model_validate(
        {**told(row), "date": unit.today.isoformat(), "reason": order.reason, "money": instalments.money_told(effect)}
    )
    unit.tell(event, *sorted(lifted), story=row["application_id"])


async def terminate_award(unit: Unit, order: TerminateAward) -> OnMoney:
    """Ends it: nothing further is paid or assessed; to ask back what was paid is proposed. Answers what it does to the
    money."""
    row = await instalments.hold_award(unit, order.award_id)
    before = await awards.held_parts(unit.connection, row["id"])
    unpaid = tuple(each.number for each in before if not each.paid)
    effect = OnMoney("stopped" if unpaid else "nothing", unpaid, recovery_proposed=len(unpaid) < len(before))
    effect = await stopped_interest(unit, row) or effect
    await instalments.keep(unit, row, before, stopped(before), order.reason)
    await end(unit, row, "terminated", order.reason, order.document_no)
    event = TalentAwardTerminated.model_validate(
        {
            **told(row), "date": unit.today.isoformat(), "reason": order.reason, "document_no": order.document_no,
            "money": instalments.money_told(effect),
        }
    )  # fmt: skip
    unit.tell(event, story=row["application_id"])
    return effect


async def stopped_interest(unit: Unit, row: RowMapping) -> OnMoney | None:
    """What the end of an award before its time does where interest is paid: nothing further, and to ask back what was
    paid is proposed. None of any other award."""
    if load_programme(row["programme_id"]).interest_years is None:
        return None
    return OnMoney("stopped", (), recovery_proposed=await money.interest_was_paid(unit.connection, row["id"]))


async def end(unit: Unit, row: RowMapping, after: str, why: str, document_no: str = "") -> None:
    """The award is over: what was still to be assessed or decided is not any more. Interest of the last year may be
    claimed once it has finished."""
    values = {"ended_on": unit.today, "ended_by_document": document_no, "reason": why}
    await changes.move(unit, lifecycles.AWARD, AWARD, row["id"], after, why, **values)
    left = [
        each["id"]
        for each in await assessments.of_award(unit.connection, row["id"])
        if each["state"] not in assessments.SETTLED
    ]
    label = f"项目{lifecycles.AWARD.states[after]}"
    await changes.claim(unit, lifecycles.ASSESSMENT, ASSESSMENT, left, "cancelled", label)
    asked = [each["id"] for each in await awards.undecided(unit.connection, row["id"])]
    await changes.claim(unit, lifecycles.AWARD_CHANGE, AWARD_CHANGE, asked, "withdrawn", label)
    if after != "finished":
        claims = [each["id"] for each in await interest.of_award(unit.connection, row["id"])]
        await changes.claim(unit, lifecycles.INTEREST_CLAIM, INTEREST_CLAIM, claims, "withdrawn", label)
    await changes.claim(unit, lifecycles.CONTRACT, CONTRACT, [row["id"]], "cancelled", label)
