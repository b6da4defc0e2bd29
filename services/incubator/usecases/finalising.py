"""Finalise grades: nothing before publicity has passed, and nothing that somebody objects to."""

from sqlalchemy import RowMapping, select

from services.incubator.domain import lifecycles
from services.incubator.domain.reporting import facts_of
from services.incubator.store import changes, rounds
from services.incubator.store.tables import EVALUATION, REPORT, ROUND
from services.incubator.usecases.grading import carrier_of
from services.incubator.usecases.rounds import RoundNamed, dates_of
from shared.contracts.incubator import EvaluationFinalised, RoundFinalised
from shared.core.clock import end_of
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.evaluation.scheme import GRADE_NAMES
from shared.messaging.unit import Unit


class FinaliseRound(RoundNamed):
    """公示期满后确定等次。"""


async def finalise_round(unit: Unit, order: RoundNamed) -> int:
    """Finalises the evaluations whose publicity has passed without an open objection; how many those are.

    The date of a grade is the day it is finalised, and that date alone decides which rules are in force. The round is
    finalised with its last evaluation.
    """
    row = await changes.found(unit.connection, ROUND, order.round_id, "考评批次", hold=True)
    if row["state"] == "finalised":
        return 0  # somebody else was first
    if row["state"] != "publicised":
        lifecycles.ROUND.check(row["state"], "finalised", order.round_id)
    if unit.now < end_of(row["public_until"]):
        raise DomainError("still-public", f"公示到 {row['public_until']} 24 时为止，公示期满才能确定等次", status=409)
    free = await rounds.evaluations(unit.connection, order.round_id, "publicised", free=True)
    moved = set(
        await changes.claim(
            unit,
            lifecycles.EVALUATION,
            EVALUATION,
            [each["id"] for each in free],
            "finalised",
            "公示期满",
            finalised_on=unit.today,
        )
    )
    await _tell(unit, row, [each for each in free if each["id"] in moved])
    left = select(EVALUATION.c.id).where(EVALUATION.c.round_id == order.round_id, EVALUATION.c.state == "publicised")
    if (await unit.connection.execute(left.limit(1))).first() is None:
        if not await changes.claim(
            unit, lifecycles.ROUND, ROUND, [order.round_id], "finalised", finalised_on=unit.today
        ):
            return len(moved)
        done = await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
        unit.tell(RoundFinalised(round_id=order.round_id, year=done["year"], kind=done["kind"], dates=dates_of(done)))
    return len(moved)


async def _tell(unit: Unit, round_: RowMapping, evaluations: list[RowMapping]) -> None:
    scheme = load_scheme(round_["scheme"])
    query = select(REPORT.c.id, REPORT.c.figures, REPORT.c.version, REPORT.c.state).where(
        REPORT.c.round_id == round_["id"]
    )
    reports = {report.id: report for report in await unit.connection.execute(query)}
    for each in evaluations:
        report = reports[each["id"]]
        figures = report.figures if report.state == rounds.COUNTED else None
        of = f"{round_['year']} 年度填报第 {report.version} 版（数据期 {round_['period']} 年）"
        facts, sources = facts_of(scheme, figures or {}, of)
        event = EvaluationFinalised(
            evaluation_id=each["id"],
            round_id=round_["id"],
            year=round_["year"],
            carrier=carrier_of(each),
            grade=each["grade"],
            grade_name=GRADE_NAMES[each["grade"]],
            total=each["total"],
            date=unit.today.isoformat(),
            document_no=round_["document_no"],
            withdrawal_proposed=each["withdrawal_proposed"],
            facts=facts,
            sources=sources,
        )
        unit.tell(event, story=each["id"])
