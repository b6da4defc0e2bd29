"""Score and grade a round, and make its grades public."""

from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy import RowMapping

from services.incubator.domain import lifecycles
from services.incubator.store import changes, registers, rounds
from services.incubator.store.tables import EVALUATION, REPORT, ROUND
from services.incubator.usecases.rounds import RoundNamed, dates_of
from shared.contracts.incubator import Carrier, EvaluationPublicised, RoundPublicised
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.core.exact import plain
from shared.core.workdays import WORKING, last_day
from shared.evaluation import Grade, Result, Unit, grade, load_scheme, score
from shared.evaluation.scheme import GRADE_NAMES
from shared.messaging.unit import Unit as Work

HOW_TO_OBJECT = "公示期内以书面形式实名提出，附证据和联系方式；异议人身份保密"


class GradeRound(RoundNamed):
    """打分并定等次。"""


class PubliciseRound(BaseModel):
    """公示等次；公示期按批次设定计算。"""

    round_id: str
    public_from: date | None = None
    """公示首日；不写为今天。"""


class Counted(BaseModel):
    """What a round came to: units by grade."""

    round_id: str
    grades: dict[str, int]


async def grade_round(unit: Work, order: RoundNamed) -> Counted:
    """Scores every unit of a closed round and grades it by the scheme; done again, it replaces what is not public yet.

    No report may wait for the office: a submitted one has to be accepted or returned first. Whoever did not report,
    or did not correct in time, counts as failed.
    """
    row = await changes.found(unit.connection, ROUND, order.round_id, "考评批次", hold=True)
    waiting = await rounds.waiting_reports(unit.connection, order.round_id)
    if "submitted" in waiting:
        raise DomainError("reports-wait", f"还有 {waiting['submitted']} 份填报等待受理或退回，请先处理", status=409)
    if "returned" in waiting and await _corrections_open(unit, order.round_id):
        raise DomainError("corrections-open", f"还有 {waiting['returned']} 份退回的填报没有过更正期限", status=409)
    await changes.move(unit, lifecycles.ROUND, ROUND, order.round_id, "graded")
    graded = evaluate(row["scheme"], await rounds.units(unit.connection, order.round_id, {}))
    rows = [
        {
            "id": id_,
            "round_id": order.round_id,
            "carrier_id": result.unit.id,
            "state": "graded",
            **outcome(result, given),
        }
        for id_, (result, given) in graded.items()
    ]
    await registers.enter(unit.connection, EVALUATION, rows)
    await changes.note(unit, "evaluation", [(each["id"], None, "graded") for each in rows])
    counts = {name: sum(each["grade"] == name for each in rows) for name in GRADE_NAMES}
    return Counted(round_id=order.round_id, grades={name: count for name, count in counts.items() if count})


async def _corrections_open(unit: Work, round_id: str) -> bool:
    query = REPORT.select().where(
        REPORT.c.round_id == round_id, REPORT.c.state == "returned", REPORT.c.deadline >= unit.today
    )
    return (await unit.connection.execute(query.limit(1))).first() is not None


def evaluate(scheme_id: str, units: dict[str, Unit]) -> dict[str, tuple[Result, Grade]]:
    """Each unit's result and grade, by report id."""
    scheme = load_scheme(scheme_id)
    results = score(scheme, units.values())
    return dict(zip(units, zip(results, grade(scheme, results), strict=True), strict=True))


def outcome(result: Result, given: Grade) -> dict[str, Any]:
    """What an evaluation's row says of a result and its grade."""
    return {
        "total": None if result.total is None else plain(result.total),
        "grade": given.grade,
        "reason": given.reason,
        "withdrawal_proposed": given.withdrawal_proposed,
        "scores": [each.as_json() for each in result.scores],
    }


async def publicise_round(unit: Work, order: PubliciseRound) -> date:
    """Makes the grades of a round public for its period; the inclusive last day of publicity."""
    row = await changes.found(unit.connection, ROUND, order.round_id, "考评批次", hold=True)
    first = order.public_from or unit.today
    if first < unit.today:
        raise DomainError("bad-dates", f"公示首日 {first} 已经过去，请改为今天或以后的日期")
    evaluations = await rounds.evaluations(unit.connection, order.round_id, "graded")
    without = [each["carrier_name"] for each in evaluations if each["grade"] is None]
    if without:
        named = "、".join(without[:5])
        raise DomainError("without-grade", f"{len(without)} 家单位数据有误、没有等次，不能公示：{named}", status=409)
    known = await registers.calendar(unit.connection)
    until = last_day(first, row["publicity_days"], row["publicity_in"], known)
    last_day(add_days(until, 1), row["decide_within"], WORKING, known)  # an objection of the last day has a day too
    await changes.move(
        unit, lifecycles.ROUND, ROUND, order.round_id, "publicised", public_from=first, public_until=until
    )
    row = await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
    event = RoundPublicised(round_id=order.round_id, year=row["year"], kind=row["kind"], dates=dates_of(row))
    cause = unit.tell(event)
    await changes.claim(unit, lifecycles.EVALUATION, EVALUATION, [each["id"] for each in evaluations], "publicised")
    for each in evaluations:
        told = EvaluationPublicised(
            evaluation_id=each["id"],
            carrier=carrier_of(each),
            grade=each["grade"],
            grade_name=GRADE_NAMES[each["grade"]],
            total=each["total"],
            public_from=first.isoformat(),
            public_until=until.isoformat(),
            objection=HOW_TO_OBJECT,
        )
        unit.tell(told, story=each["id"], cause=cause)
    return until


def carrier_of(evaluation: RowMapping) -> Carrier:
    """The carrier of an evaluation that was read with it."""
    return Carrier(
        id=evaluation["carrier_id"],
        org_id=evaluation["carrier_organisation_id"],
        kind=evaluation["carrier_kind"],
        level=evaluation["carrier_level"],
        name=evaluation["carrier_name"],
    )
