"""Score and grade a round, and make its grades public."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from services.incubator.domain import lifecycles
from services.incubator.domain.decided_grade import hand_reason, proposes_withdrawal
from services.incubator.store import changes, hand_grades, registers, rounds
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

MOST_NAMED = 8
"""As many open reviews as a refusal names."""
HOW_TO_OBJECT = "公示期内以书面形式实名提出，附证据和联系方式；异议人身份保密"


class GradeRound(RoundNamed):
    """打分并定等次；还有专家没有评完时要写明不再等待。"""

    without_open_reviews: bool = False


class PubliciseRound(BaseModel):
    """公示等次；公示期按批次设定计算。"""

    round_id: str
    public_from: date | None = None
    """公示首日；不写为今天。"""


class Counted(BaseModel):
    """What a round came to: units by grade."""

    round_id: str
    grades: dict[str, int]
    kept_by_hand: list[str] = Field(default_factory=list)
    """Evaluations whose grade by hand was kept."""


async def grade_round(unit: Work, order: GradeRound) -> Counted:
    """Scores every unit of a closed round and grades it by the scheme; done again, it replaces what is not public yet.

    No report may wait for the office: a submitted one has to be accepted or returned first. Whoever did not report,
    or did not correct in time, counts as failed. While experts have not marked all that was given to them, somebody has
    to say that their marks are not waited for. A grade given by hand stays: to grade again replaces what was computed,
    not what was decided.
    """
    row = await changes.found(unit.connection, ROUND, order.round_id, "考评批次", hold=True)
    waiting = await rounds.waiting_reports(unit.connection, order.round_id)
    if "submitted" in waiting:
        raise DomainError("reports-wait", f"还有 {waiting['submitted']} 份填报等待受理或退回，请先处理", status=409)
    if "returned" in waiting and await _corrections_open(unit, order.round_id):
        raise DomainError("corrections-open", f"还有 {waiting['returned']} 份退回的填报没有过更正期限", status=409)
    await changes.move(unit, lifecycles.ROUND, ROUND, order.round_id, "graded")
    if not order.without_open_reviews:
        await _all_reviewed(unit, order.round_id)
    graded = evaluate(row["scheme"], await rounds.units(unit.connection, order.round_id, {}))
    kept = await hand_grades.by_hand(unit.connection, order.round_id)
    rows = [
        {
            "id": id_,
            "round_id": order.round_id,
            "carrier_id": result.unit.id,
            "state": "graded",
            **outcome(result, given),
            **(decided(row["scheme"], result, given, kept[id_]["grade"], kept[id_]["reason"]) if id_ in kept else {}),
        }
        for id_, (result, given) in graded.items()
    ]
    await registers.enter(unit.connection, EVALUATION, rows)
    await changes.note(unit, "evaluation", [(each["id"], None, "graded") for each in rows])
    counts = {name: sum(each["grade"] == name for each in rows) for name in GRADE_NAMES}
    found = {name: count for name, count in counts.items() if count}
    return Counted(round_id=order.round_id, grades=found, kept_by_hand=sorted(kept))


async def _all_reviewed(unit: Work, round_id: str) -> None:
    open_ = await hand_grades.open_reviews(unit.connection, round_id)
    if open_:
        named = "；".join(f"{each['carrier_name']}（{each['expert_name']}）" for each in open_[:MOST_NAMED])
        more = f" 等 {len(open_)} 份" if len(open_) > MOST_NAMED else ""
        told = f"还有专家没有评完：{named}{more}。请等评完、补抽或解除；确实不再等待的，请确认后再定等次"
        raise DomainError("reviews-open", told, status=409)


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


def decided(scheme_id: str, result: Result, given: Grade, grade: str, reason: str) -> dict[str, Any]:
    """What an evaluation's row says of a grade given by hand; the total and the scores stay as computed."""
    scheme = load_scheme(scheme_id)
    return {
        "grade": grade,
        "reason": hand_reason(reason, given.grade),
        "withdrawal_proposed": proposes_withdrawal(scheme, result.unit.prior, grade),
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
