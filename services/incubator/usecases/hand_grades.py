"""Give a grade by hand before it is public, with a reason; or take such a grade back."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import insert, update

from services.incubator.store import changes, hand_grades, rounds, trail
from services.incubator.store.grade_tables import HAND_GRADE
from services.incubator.store.tables import EVALUATION, ROUND
from services.incubator.usecases.grading import decided, evaluate, outcome
from shared.core.errors import DomainError
from shared.evaluation.scheme import GRADE_NAMES
from shared.messaging.unit import Unit

GradeReason = Annotated[str, AfterValidator(lambda text: " ".join(text.split())), Field(max_length=900)]
"""One line; an evaluation's row holds it with what the scheme gave."""
LEAST_REASON = 4
"""Characters a reason has at least."""


class GradeByHand(BaseModel):
    """公示之前人工调整一家单位的等次，写明理由；有文件的写文件号。不写等次：撤销人工调整，恢复按方案定的等次。"""

    evaluation_id: str
    grade: str | None = None
    reason: GradeReason
    document_no: str = Field(default="", max_length=100)


async def grade_by_hand(unit: Unit, order: GradeByHand) -> str | None:
    """Gives one evaluation this grade until its round is public; nobody else's grade moves. The grade it has then.

    It is kept when the round is graded again. Once a grade is public, an objection decides; once it is final, a
    correction.
    """
    problems = grade_problems(order.grade or next(iter(GRADE_NAMES)), order.reason)
    for code, message in problems.values():
        raise DomainError(code, message)
    evaluation = await changes.found(unit.connection, EVALUATION, order.evaluation_id, "考评结果")
    round_ = await changes.found(unit.connection, ROUND, evaluation["round_id"], "考评批次", hold=True)
    evaluation = await changes.found(unit.connection, EVALUATION, order.evaluation_id, "考评结果")
    if round_["state"] != "graded" or evaluation["state"] != "graded":
        told = "只有已定等次、还没有公示的可以人工调整；公示以后请按异议处理，确定以后请作更正决定"
        raise DomainError("not-before-publicity", told, status=409)
    holds = (await hand_grades.by_hand(unit.connection, round_["id"])).get(order.evaluation_id)
    if order.grade is None and holds is None:
        raise DomainError("not-by-hand", "这家单位的等次没有人工调整过", status=409)
    if order.grade is not None and order.grade == evaluation["grade"]:
        raise DomainError("same-grade", f"现在已经是{GRADE_NAMES[order.grade]}，没有可以调整的", status=409)
    units = await rounds.units(unit.connection, round_["id"], {})
    result, given = evaluate(round_["scheme"], units)[order.evaluation_id]
    values = outcome(result, given)
    if order.grade is not None:
        values |= decided(round_["scheme"], result, given, order.grade, order.reason)
    row = order.model_dump() | {"instead_of": evaluation["grade"], "by": unit.by, "at": unit.now}
    await unit.connection.execute(insert(HAND_GRADE), [row])
    await trail.record(unit, trail.HAND_GRADES, "grade:by-hand" if order.grade else "grade:by-scheme", [row])
    await unit.connection.execute(update(EVALUATION).where(EVALUATION.c.id == order.evaluation_id).values(**values))
    before, after = (GRADE_NAMES.get(grade or "", "没有等次") for grade in (evaluation["grade"], values["grade"]))
    what = "人工调整" if order.grade else "撤销人工调整"
    document = f"，{order.document_no}" if order.document_no else ""
    why = f"{what}：{before} → {after}，{order.reason}{document}"
    await changes.note(unit, "evaluation", [(order.evaluation_id, "graded", "graded")], why)
    new: str | None = values["grade"]
    return new


def grade_problems(grade: str, reason: str) -> dict[str, tuple[str, str]]:
    """By field, what is wrong with a grade that is decided: a code, and what to do."""
    found: dict[str, tuple[str, str]] = {}
    if grade not in GRADE_NAMES:
        found["grade"] = ("no-such-grade", f"没有等次“{grade}”；可用：{'、'.join(GRADE_NAMES)}")
    if len("".join(reason.split())) < LEAST_REASON:
        found["reason"] = ("reason-missing", f"请写明理由，至少 {LEAST_REASON} 个字")
    return found
