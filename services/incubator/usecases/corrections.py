"""Correct a final grade by a decision of its own: what followed from the old grade is computed again."""

from pydantic import BaseModel, Field
from sqlalchemy import insert, select, update

from services.incubator.domain import lifecycles
from services.incubator.domain.decided_grade import proposes_withdrawal
from services.incubator.store import changes, hand_grades, registers, rounds, trail
from services.incubator.store.grade_tables import GRADE_CORRECTION
from services.incubator.store.tables import CARRIER, EVALUATION, ROUND, SPINE
from services.incubator.usecases.bookkeeping import request
from services.incubator.usecases.grade_money import ground, under_same_limits
from services.incubator.usecases.hand_grades import GradeReason, grade_problems
from services.incubator.usecases.round_standing import round_standing
from shared.contracts.incubator import EvaluationCorrected, EvaluationFinalised, SettlementRequested
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.evaluation.scheme import GRADE_NAMES
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit


class CorrectFinalGrade(BaseModel):
    """更正一个已经确定的等次，写明理由和文件号；依原等次核算的补助随之重新核算。"""

    evaluation_id: str
    grade: str
    reason: GradeReason
    document_no: str = Field(max_length=100)


class RecomputeAfterCorrection(BaseModel):
    """等次更正以后，要求对同一额度下的一笔补助重新核算。"""

    evaluation_id: str
    cause_event_id: str


async def correct_final_grade(unit: Unit, order: CorrectFinalGrade) -> str:
    """Corrects one final grade, and nobody else's; the id of the correction.

    The day the grade became final stays, and with it the rules in force: the settlement reverses what the old grade
    was awarded and enters what the new one comes to under the rules of that day.
    """
    document = order.document_no.strip()
    problems = correction_problems(order.grade, order.reason, document)
    for code, message in problems.values():
        raise DomainError(code, message)
    evaluation = await changes.found(unit.connection, EVALUATION, order.evaluation_id, "考评结果")
    round_ = await changes.found(unit.connection, ROUND, evaluation["round_id"], "考评批次", hold=True)
    evaluation = await changes.found(unit.connection, EVALUATION, order.evaluation_id, "考评结果")
    before = evaluation["grade"]
    if evaluation["state"] != "finalised":
        state = lifecycles.EVALUATION.states[evaluation["state"]]
        told = f"等次现在是“{state}”，还没有确定：公示之前请人工调整，公示期内请按异议处理"
        raise DomainError("not-final", told, status=409)
    if order.grade == before:
        raise DomainError("same-grade", f"现在已经是{GRADE_NAMES[before]}，没有可以更正的", status=409)
    prior = (await rounds.units(unit.connection, round_["id"], {}))[order.evaluation_id].prior
    twice = proposes_withdrawal(load_scheme(round_["scheme"]), prior, order.grade)
    number = len(await hand_grades.corrections(unit.connection, [order.evaluation_id])) + 1
    id_ = event_id("grade-correction", order.evaluation_id, str(number))
    row = {
        "id": id_,
        "evaluation_id": order.evaluation_id,
        "grade": order.grade,
        "instead_of": before,
        "reason": order.reason,
        "document_no": document,
        "corrected_on": unit.today,
        "by": unit.by,
        "at": unit.now,
    }
    await unit.connection.execute(insert(GRADE_CORRECTION), [row])
    await trail.record(unit, trail.CORRECTIONS, "grade:corrected", [row])
    values = {
        "grade": order.grade,
        "reason": f"更正：{order.reason}（原定{GRADE_NAMES[before]}）",
        "withdrawal_proposed": twice,
    }
    await unit.connection.execute(update(EVALUATION).where(EVALUATION.c.id == order.evaluation_id).values(**values))
    why = f"更正：{GRADE_NAMES[before]} → {GRADE_NAMES[order.grade]}，{document}，{order.reason}"
    lifecycles.EVALUATION.check(evaluation["state"], "finalised", order.evaluation_id)
    await changes.note(unit, "evaluation", [(order.evaluation_id, "finalised", "finalised")], why)
    carrier = await changes.found(unit.connection, CARRIER, evaluation["carrier_id"], "载体")
    final = event_id(EvaluationFinalised.type_, order.evaluation_id)
    event = EvaluationCorrected(
        evaluation_id=order.evaluation_id,
        correction_id=id_,
        number=number,
        cause_event_id=final,
        round_id=round_["id"],
        year=round_["year"],
        carrier=registers.told(carrier),
        grade=order.grade,
        grade_name=GRADE_NAMES[order.grade],
        grade_before=before,
        grade_before_name=GRADE_NAMES[before],
        date=evaluation["finalised_on"].isoformat(),
        corrected_on=unit.today.isoformat(),
        document_no=document,
        reason=order.reason,
        withdrawal_proposed=twice,
    )
    unit.tell(event, id_, story=order.evaluation_id, cause=final)
    return id_


async def recompute_after_correction(unit: Unit, order: RecomputeAfterCorrection) -> bool:
    """Asks to compute an award again whose limits a corrected grade shares; False if that was asked after this
    correction already."""
    corrections = await hand_grades.corrections(unit.connection, [order.evaluation_id])
    if not corrections:
        raise DomainError("not-corrected", "这一等次没有更正过，不用重新核算", status=409)
    evaluation = await changes.found(unit.connection, EVALUATION, order.evaluation_id, "考评结果", hold=True)
    standing = await round_standing(unit.connection, evaluation["round_id"])
    known = await ground(unit.connection, standing, unit.today)
    touched = await under_same_limits(unit.connection, known, order.evaluation_id)
    if order.cause_event_id not in {row["root"] for row in touched}:
        raise DomainError("no-such-cause", "这一笔不受这一等次的影响，没有要求重新核算", status=404)
    last = corrections[-1]["id"]
    told = event_id(event_id("settlement", order.cause_event_id, last), SettlementRequested.type_)
    query = select(SPINE.outbox.c.event_id).where(SPINE.outbox.c.event_id == told)
    if (await unit.connection.execute(query)).first() is not None:
        return False
    reason = f"{order.evaluation_id} 的等次更正后重新核算"
    await trail.decided(unit, "recompute", order.cause_event_id, reason=reason, correction=last)
    await request(unit, order.cause_event_id, {}, reason, last)
    return True


def correction_problems(grade: str, reason: str, document_no: str) -> dict[str, tuple[str, str]]:
    """By field, what is wrong with a correction."""
    found = grade_problems(grade, reason)
    if not document_no.strip():
        found["document_no"] = ("document-missing", "请写明作出更正决定的文件号")
    return found
