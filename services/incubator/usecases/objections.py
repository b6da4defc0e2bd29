"""Object to a public grade, and decide the objection. It holds only its own evaluation."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, update

from services.incubator.domain import lifecycles
from services.incubator.domain.decided_grade import proposes_withdrawal
from services.incubator.domain.reporting import problems_of
from services.incubator.store import changes, registers, rounds, trail
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, REPORT, REPORT_VERSION, ROUND
from services.incubator.usecases.grading import evaluate, outcome
from shared.contracts.incubator import ObjectionDecided, ObjectionFiled
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.core.workdays import WORKING, last_day
from shared.evaluation import load_scheme
from shared.evaluation.scheme import GRADE_NAMES
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit


class FileObjection(BaseModel):
    """公示期内对一家单位的等次提出异议。"""

    evaluation_id: str
    objector_id: str = Field(min_length=1)
    grounds: str = Field(min_length=1, max_length=4000)
    received_on: date | None = None
    """书面异议收到的日期；不写为今天。"""


class DecideObjection(BaseModel):
    """处理异议：成立的，写明更正的数字，或直接写明更正的等次。"""

    objection_id: str
    outcome: Literal["upheld", "rejected", "withdrawn"]
    reason: str = Field(min_length=1, max_length=900)
    figures: dict[str, Any] = Field(default_factory=dict)
    grade: str | None = None


async def file_objection(unit: Unit, order: FileObjection) -> str:
    """Takes an objection from the first to the last day of publicity; the grade waits until it is decided.

    One on paper is as old as the day it was received, also if it is entered later, as long as the grade is not final.
    """
    filed_on = order.received_on or unit.today
    if filed_on > unit.today:
        raise DomainError("bad-dates", f"收到日期 {filed_on} 还没有到，请核对")
    evaluation = await changes.found(unit.connection, EVALUATION, order.evaluation_id, "考评结果")
    round_ = await changes.found(unit.connection, ROUND, evaluation["round_id"], "考评批次", hold=True)
    evaluation = await changes.found(unit.connection, EVALUATION, order.evaluation_id, "考评结果")
    if evaluation["state"] != "publicised" or not round_["public_from"] <= filed_on <= round_["public_until"]:
        raise DomainError("not-public", "只能在公示期内提出异议", status=409)
    known = await registers.calendar(unit.connection)
    decide_by = last_day(add_days(filed_on, 1), round_["decide_within"], WORKING, known)
    id_ = event_id("objection", order.evaluation_id, order.objector_id, unit.now.isoformat())
    row = {
        "id": id_,
        **order.model_dump(exclude={"received_on"}),
        "state": "filed",
        "filed_on": filed_on,
        "decide_by": decide_by,
    }
    await unit.connection.execute(insert(OBJECTION), [row])
    await changes.note(unit, "objection", [(id_, None, "filed")], order.grounds)
    carrier = await changes.found(unit.connection, CARRIER, evaluation["carrier_id"], "载体")
    event = ObjectionFiled(
        objection_id=id_,
        objector_id=order.objector_id,
        evaluation_id=order.evaluation_id,
        carrier=registers.told(carrier),
        decide_by=decide_by.isoformat(),
    )
    unit.tell(event, story=order.evaluation_id)
    return id_


async def decide_objection(unit: Unit, order: DecideObjection) -> str | None:
    """Decides an objection; upheld, it changes the objected evaluation alone, even beyond a quota. Its grade then."""
    objection = await changes.move(
        unit, lifecycles.OBJECTION, OBJECTION, order.objection_id, order.outcome, order.reason, reason=order.reason
    )
    evaluation = await changes.found(unit.connection, EVALUATION, objection["evaluation_id"], "考评结果")
    given: str | None = evaluation["grade"]
    if order.outcome == "upheld":
        given = await _correct(unit, evaluation, order)
    elif order.figures or order.grade:
        raise DomainError("nothing-to-correct", "异议不成立或已撤回时，不能更正数字或等次")
    carrier = await changes.found(unit.connection, CARRIER, evaluation["carrier_id"], "载体")
    event = ObjectionDecided(
        objection_id=order.objection_id,
        objector_id=objection["objector_id"],
        evaluation_id=evaluation["id"],
        carrier=registers.told(carrier),
        outcome=order.outcome,
        reason=order.reason,
    )
    unit.tell(event, story=evaluation["id"])
    return given


async def _correct(unit: Unit, evaluation: RowMapping, order: DecideObjection) -> str | None:
    """Scores the round again with corrected figures and takes this unit's result alone; or takes the grade given."""
    if evaluation["state"] != "publicised":
        told = f"考评结果“{evaluation['id']}”不在公示中，异议不能改动它；已经确定而确有错误的，请另行作出更正决定"
        raise DomainError(f"evaluation-is-{evaluation['state']}", told, status=409)
    if order.grade is not None:
        if order.grade not in GRADE_NAMES:
            raise DomainError("no-such-grade", f"没有等次“{order.grade}”；可用：{'、'.join(GRADE_NAMES)}")
        round_ = await changes.found(unit.connection, ROUND, evaluation["round_id"], "考评批次")
        prior = (await rounds.units(unit.connection, round_["id"], {}))[evaluation["id"]].prior
        values: dict[str, Any] = {
            "grade": order.grade,
            "reason": f"异议成立：{order.reason}",
            "withdrawal_proposed": proposes_withdrawal(load_scheme(round_["scheme"]), prior, order.grade),
        }
    elif order.figures:
        values = await _rescore(unit, evaluation, order)
    else:
        raise DomainError("correction-missing", "异议成立时，请写明更正的数字或等次")
    await unit.connection.execute(update(EVALUATION).where(EVALUATION.c.id == evaluation["id"]).values(**values))
    why = f"异议成立：{GRADE_NAMES.get(evaluation['grade'], '')} → {GRADE_NAMES.get(values['grade'], '')}"
    await changes.note(unit, "evaluation", [(evaluation["id"], evaluation["state"], evaluation["state"])], why)
    given: str | None = values["grade"]
    return given


async def _rescore(unit: Unit, evaluation: RowMapping, order: DecideObjection) -> dict[str, Any]:
    round_ = await changes.found(unit.connection, ROUND, evaluation["round_id"], "考评批次")
    report = await changes.found(unit.connection, REPORT, evaluation["id"], "填报")
    figures = {**(report["figures"] or {}), **order.figures}
    problems = problems_of(load_scheme(round_["scheme"]), figures, explained=True)
    if problems:
        raise DomainError("report-has-problems", "更正后的数字有以下问题：" + "；".join(problems))
    version = report["version"] + 1
    kept = {
        "report_id": report["id"],
        "version": version,
        "figures": figures,
        "explanation": f"异议成立后的更正：{order.reason}",
        "by": unit.by,
        "at": unit.now,
    }
    await unit.connection.execute(insert(REPORT_VERSION), [kept])
    await trail.record(unit, trail.SUBMITTED, "report:corrected", [kept])
    corrected = (
        update(REPORT).where(REPORT.c.id == report["id"]).values(figures=figures, version=version, state=rounds.COUNTED)
    )
    await unit.connection.execute(corrected)
    if report["state"] != rounds.COUNTED:
        await changes.note(unit, "report", [(report["id"], report["state"], rounds.COUNTED)], kept["explanation"])
    units = await rounds.units(unit.connection, evaluation["round_id"], {evaluation["id"]: figures})
    result, given = evaluate(round_["scheme"], units)[evaluation["id"]]
    if given.grade is None:
        raise DomainError("without-grade", f"更正后仍不能定等次：{given.reason}")
    return outcome(result, given)
