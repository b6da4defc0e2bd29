"""Everything there is on one carrier's year: its report and versions, marks, objections, grade, entries, changes."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import changes
from services.incubator.store.corrected_reports import corrected_versions
from services.incubator.store.review_tables import EXPERT_MARK
from services.incubator.store.tables import (
    CARRIER,
    CAUSE,
    DECISION,
    EVALUATION,
    MESSAGE_SEEN,
    OBJECTION,
    ORGANISATION,
    REPORT,
    REPORT_VERSION,
    ROUND,
    SUBSIDY,
)
from shared.core.errors import DomainError


class EvaluationFile(NamedTuple):
    """`evaluation` is None until the round is graded; `changes` are those of the report, the grade, its objections."""

    report: RowMapping
    round: RowMapping
    carrier: RowMapping
    organisation: RowMapping | None
    evaluation: RowMapping | None
    versions: Sequence[RowMapping]
    marks: Sequence[RowMapping]
    objections: Sequence[RowMapping]
    decisions: Sequence[RowMapping]
    entries: Sequence[RowMapping]
    letters: Sequence[RowMapping]
    changes: Sequence[RowMapping]
    corrected: frozenset[int]
    """The versions the office corrected by the decision on an objection."""


async def evaluation_file(connection: AsyncConnection, id_: str) -> EvaluationFile:
    report = (await connection.execute(select(REPORT).where(REPORT.c.id == id_))).mappings().first()
    if report is None:
        raise DomainError("no-such-evaluation", f"没有编号为“{id_}”的填报或考评结果", status=404)
    carrier = await changes.found(connection, CARRIER, report["carrier_id"], "载体")
    objections = OBJECTION.select().where(OBJECTION.c.evaluation_id == id_).order_by(OBJECTION.c.filed_on)
    objected = (await connection.execute(objections)).mappings().all()
    roots = select(CAUSE.c.root).where(CAUSE.c.about == id_)
    found = {
        "versions": REPORT_VERSION.select().where(REPORT_VERSION.c.report_id == id_).order_by(REPORT_VERSION.c.version),
        "marks": EXPERT_MARK.select()
        .where(EXPERT_MARK.c.report_id == id_)
        .order_by(EXPERT_MARK.c.indicator, EXPERT_MARK.c.expert),
        "decisions": DECISION.select()
        .where(or_(DECISION.c.about == id_, DECISION.c.about.in_(roots)))
        .order_by(DECISION.c.position),
        "entries": SUBSIDY.select().where(SUBSIDY.c.root.in_(roots)).order_by(SUBSIDY.c.position),
        "letters": MESSAGE_SEEN.select()
        .where(MESSAGE_SEEN.c.story == id_)
        .order_by(MESSAGE_SEEN.c.at, MESSAGE_SEEN.c.message_id),
    }
    rows = {name: (await connection.execute(query)).mappings().all() for name, query in found.items()}
    one = select(EVALUATION).where(EVALUATION.c.id == id_)
    organisation = select(ORGANISATION).where(ORGANISATION.c.id == carrier["organisation_id"])
    return EvaluationFile(
        report=report,
        round=await changes.found(connection, ROUND, report["round_id"], "考评批次"),
        carrier=carrier,
        organisation=(await connection.execute(organisation)).mappings().first(),
        evaluation=(await connection.execute(one)).mappings().first(),
        objections=objected,
        changes=await changes.of(connection, [id_, *(each["id"] for each in objected)]),
        corrected=await corrected_versions(connection, id_),
        **rows,
    )
