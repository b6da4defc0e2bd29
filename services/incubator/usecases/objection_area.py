"""What this service says of its objections: an evaluation is objected to, and corrected by its figures or its grade."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.decided_grade import proposes_withdrawal
from services.incubator.domain.reporting import problems_of
from services.incubator.store import changes, objections, registers, rounds, trail
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTIONS, REPORT, REPORT_VERSION, ROUND
from services.incubator.usecases.grading import evaluate, outcome
from shared.contracts.incubator import ObjectionDecided, ObjectionFiled
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.evaluation.scheme import GRADE_NAMES
from shared.messaging.unit import Unit
from shared.objections.area import Area, Correction, Decided, Filed, Subject, Words


@dataclass(frozen=True)
class Corrected:
    """The figures that are corrected, by which the round is scored again; or the grade itself."""

    figures: Mapping[str, Any] = field(default_factory=dict)
    grade: str | None = None


async def _subject(connection: AsyncConnection, id_: str, *, hold: bool = False) -> Subject:
    """The evaluation, public as long as its round is; `hold` holds the round."""
    evaluation = await changes.found(connection, EVALUATION, id_, "考评结果")
    round_ = await changes.found(connection, ROUND, evaluation["round_id"], "考评批次", hold=hold)
    if hold:  # it may have moved before the round was held
        evaluation = await changes.found(connection, EVALUATION, id_, "考评结果")
    carrier = await changes.found(connection, CARRIER, evaluation["carrier_id"], "载体")
    return Subject(
        evaluation,
        evaluation["state"] == "publicised",
        round_["public_from"],
        round_["public_until"],
        round_["decide_within"],
        tuple(each for each in (carrier["organisation_id"],) if each is not None),
    )


async def _correct(unit: Unit, subject: Subject, corrected: Corrected, reason: str) -> Correction:
    """Scores the round again with corrected figures and takes this unit's result alone; or takes the grade given, even
    beyond a quota."""
    evaluation = subject.row
    if corrected.grade is None:
        values = await _rescored(unit, evaluation, corrected.figures, reason)
    else:
        values = await _given(unit, evaluation, corrected.grade, reason)
    why = f"异议成立：{GRADE_NAMES.get(evaluation['grade'], '')} → {GRADE_NAMES.get(values['grade'], '')}"
    return Correction(values, why)


async def _given(unit: Unit, evaluation: RowMapping, grade: str, reason: str) -> dict[str, Any]:
    if grade not in GRADE_NAMES:
        raise DomainError("no-such-grade", f"没有等次“{grade}”；可用：{'、'.join(GRADE_NAMES)}")
    round_ = await changes.found(unit.connection, ROUND, evaluation["round_id"], "考评批次")
    prior = (await rounds.units(unit.connection, round_["id"], {}))[evaluation["id"]].prior
    return {
        "grade": grade,
        "reason": f"异议成立：{reason}",
        "withdrawal_proposed": proposes_withdrawal(load_scheme(round_["scheme"]), prior, grade),
    }


async def _rescored(unit: Unit, evaluation: RowMapping, corrected: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """Keeps the corrected report as a version of its own, and answers what it comes to."""
    round_ = await changes.found(unit.connection, ROUND, evaluation["round_id"], "考评批次")
    report = await changes.found(unit.connection, REPORT, evaluation["id"], "填报")
    figures = {**(report["figures"] or {}), **corrected}
    problems = problems_of(load_scheme(round_["scheme"]), figures, explained=True)
    if problems:
        raise DomainError("report-has-problems", "更正后的数字有以下问题：" + "；".join(problems))
    version = report["version"] + 1
    kept = {
        "report_id": report["id"],
        "version": version,
        "figures": figures,
        "explanation": f"异议成立后的更正：{reason}",
        "by": unit.by,
        "at": unit.now,
    }
    await unit.connection.execute(insert(REPORT_VERSION), [kept])
    await trail.record(unit, trail.SUBMITTED, "report:corrected", [kept])
    change = (
        update(REPORT).where(REPORT.c.id == report["id"]).values(figures=figures, version=version, state=rounds.COUNTED)
    )
    await unit.connection.execute(change)
    if report["state"] != rounds.COUNTED:
        await changes.note(unit, "report", [(report["id"], report["state"], rounds.COUNTED)], kept["explanation"])
    units = await rounds.units(unit.connection, evaluation["round_id"], {evaluation["id"]: figures})
    result, given = evaluate(round_["scheme"], units)[evaluation["id"]]
    if given.grade is None:
        raise DomainError("without-grade", f"更正后仍不能定等次：{given.reason}")
    return outcome(result, given)


async def _filed(unit: Unit, filed: Filed) -> ObjectionFiled:
    carrier = await changes.found(unit.connection, CARRIER, filed.subject.row["carrier_id"], "载体")
    return ObjectionFiled(
        objection_id=filed.id,
        objector_id=filed.objector_id,
        evaluation_id=filed.subject.id,
        carrier=registers.told(carrier),
        decide_by=filed.decide_by.isoformat(),
    )


async def _decided(unit: Unit, decided: Decided) -> ObjectionDecided:
    carrier = await changes.found(unit.connection, CARRIER, decided.subject.row["carrier_id"], "载体")
    return ObjectionDecided.model_validate(
        {
            "objection_id": decided.id,
            "objector_id": decided.objector_id,
            "evaluation_id": decided.subject.id,
            "carrier": registers.told(carrier),
            "outcome": decided.outcome,
            "reason": decided.reason,
        }
    )


AREA = Area(
    tables=OBJECTIONS,
    table=EVALUATION,
    changes=changes.CHANGES,
    words=Words("evaluation", "考评结果", "数字或等次", "已经确定而确有错误的，请另行作出更正决定"),
    subject=_subject,
    calendar=registers.calendar,
    correct=_correct,
    filed=_filed,
    decided=_decided,
    called=objections.organisation_called,
)
