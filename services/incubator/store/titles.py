"""Titles: applications, what was decided, what is to be rectified, and what waits for somebody."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CARRIER, EVALUATION, ORGANISATION, REPORT, ROUND
from services.incubator.store.title_tables import (
    RECTIFICATION,
    TITLE_APPLICATION,
    TITLE_DECISION,
    TITLE_SUBMISSION,
)

OPEN = ("draft", "submitted", "returned", "recommended")
"""The states in which nobody else may apply for the same title for the same carrier."""


def applications() -> Select[Any]:
    """Applications that were handed in, each with its organisation's name: what the office lists."""
    return (
        select(TITLE_APPLICATION, ORGANISATION.c.name.label("organisation"), CARRIER.c.level.label("level_now"))
        .join(ORGANISATION, ORGANISATION.c.id == TITLE_APPLICATION.c.organisation_id)
        .outerjoin(CARRIER, CARRIER.c.id == TITLE_APPLICATION.c.carrier_id)
        .where(TITLE_APPLICATION.c.submitted > 0)
    )


def own(organisations: Collection[str]) -> Select[Any]:
    """An operator's own applications, whatever their state."""
    return (
        select(TITLE_APPLICATION, ORGANISATION.c.name.label("organisation"))
        .join(ORGANISATION, ORGANISATION.c.id == TITLE_APPLICATION.c.organisation_id)
        .where(TITLE_APPLICATION.c.organisation_id.in_(organisations))
    )


async def counted(connection: AsyncConnection, organisation_id: str) -> int:
    """How many applications an organisation has begun, whatever became of them."""
    query = select(func.count()).where(TITLE_APPLICATION.c.organisation_id == organisation_id)
    return int((await connection.execute(query)).scalar_one())


async def districts(connection: AsyncConnection) -> list[str]:
    """The districts the register knows."""
    query = select(CARRIER.c.district).where(CARRIER.c.district != "").distinct().order_by(CARRIER.c.district)
    return list((await connection.execute(query)).scalars())


async def under_way(
    connection: AsyncConnection, organisation_id: str, carrier_id: str | None, kind: str, level: str
) -> RowMapping | None:
    """An application for the same title that is not decided yet."""
    query = select(TITLE_APPLICATION).where(
        TITLE_APPLICATION.c.organisation_id == organisation_id,
        TITLE_APPLICATION.c.kind == kind,
        TITLE_APPLICATION.c.level == level,
        TITLE_APPLICATION.c.state.in_(OPEN),
        TITLE_APPLICATION.c.carrier_id.is_(None)
        if carrier_id is None
        else TITLE_APPLICATION.c.carrier_id == carrier_id,
    )
    return (await connection.execute(query)).mappings().first()


async def submissions(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    """What was handed in, the latest first."""
    query = (
        select(TITLE_SUBMISSION)
        .where(TITLE_SUBMISSION.c.application_id == application_id)
        .order_by(TITLE_SUBMISSION.c.number.desc())
    )
    return (await connection.execute(query)).mappings().all()


async def decisions_of(connection: AsyncConnection, **about: str) -> Sequence[RowMapping]:
    """Decisions about a carrier, an application or an organisation, the latest first."""
    conditions = [TITLE_DECISION.c[name] == value for name, value in about.items()]
    query = select(TITLE_DECISION).where(*conditions).order_by(TITLE_DECISION.c.position.desc())
    return (await connection.execute(query)).mappings().all()


async def decision(connection: AsyncConnection, id_: str) -> RowMapping | None:
    return (await connection.execute(select(TITLE_DECISION).where(TITLE_DECISION.c.id == id_))).mappings().first()


async def concerned(connection: AsyncConnection, decision: RowMapping) -> RowMapping | None:
    """What a decision is about: the carrier, or the application of somebody not in the register."""
    table = CARRIER if decision["carrier_id"] is not None else TITLE_APPLICATION
    id_ = decision["carrier_id"] or decision["application_id"]
    return (await connection.execute(select(table).where(table.c.id == id_))).mappings().first()


async def rectifications_of(connection: AsyncConnection, carrier_id: str) -> Sequence[RowMapping]:
    query = (
        select(RECTIFICATION)
        .where(RECTIFICATION.c.carrier_id == carrier_id)
        .order_by(RECTIFICATION.c.until.desc(), RECTIFICATION.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def last_figures(connection: AsyncConnection, carrier_id: str) -> RowMapping | None:
    """The figures of the last year that was reported and accepted, with its year and scheme."""
    query = (
        select(REPORT.c.figures, REPORT.c.version, ROUND.c.year, ROUND.c.period, ROUND.c.scheme)
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
        .where(REPORT.c.carrier_id == carrier_id, REPORT.c.figures.is_not(None), REPORT.c.state == "accepted")
        .order_by(ROUND.c.year.desc())
    )
    return (await connection.execute(query.limit(1))).mappings().first()


async def carriers_of(connection: AsyncConnection, organisation_id: str) -> Sequence[RowMapping]:
    query = select(CARRIER).where(CARRIER.c.organisation_id == organisation_id).order_by(CARRIER.c.id)
    return (await connection.execute(query)).mappings().all()


async def ids_like(connection: AsyncConnection, kind: str) -> list[str]:
    """The ids of a kind's carriers: the next one is proposed from them."""
    return list((await connection.execute(select(CARRIER.c.id).where(CARRIER.c.kind == kind))).scalars())


# ---------- what is proposed and what waits ----------


def _proposed() -> ColumnElement[bool]:
    """A second failure in a row, final, of a carrier that still has its title, that nobody has answered."""
    answered = exists().where(TITLE_DECISION.c.evaluation_id == EVALUATION.c.id)
    return and_(
        EVALUATION.c.withdrawal_proposed, EVALUATION.c.state == "finalised", CARRIER.c.state == "active", ~answered
    )


def proposed() -> Select[Any]:
    """Carriers whose withdrawal the system proposes: 国科发区〔2018〕300号 art. 14."""
    return (
        select(
            EVALUATION.c.id, EVALUATION.c.grade, EVALUATION.c.total, EVALUATION.c.reason, EVALUATION.c.finalised_on,
            EVALUATION.c.carrier_id, ROUND.c.year, ROUND.c.document_no, CARRIER.c.name.label("carrier"),
            CARRIER.c.kind, CARRIER.c.level, CARRIER.c.district, CARRIER.c.prior,
        )
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .where(_proposed())
        .order_by(EVALUATION.c.finalised_on, EVALUATION.c.id)
    )  # fmt: skip


async def grade_of_year(connection: AsyncConnection, carrier_id: str, year: int) -> RowMapping | None:
    """The final grade of a year, with the document it stands in."""
    query = (
        select(EVALUATION.c.id, EVALUATION.c.grade, EVALUATION.c.total, ROUND.c.year, ROUND.c.document_no)
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
        .where(EVALUATION.c.carrier_id == carrier_id, ROUND.c.year == year, EVALUATION.c.state == "finalised")
    )
    return (await connection.execute(query)).mappings().first()


class Waits(NamedTuple):
    """How many of a kind wait for somebody, and since when the oldest does (or when the first is due)."""

    what: str
    total: int
    oldest: date | None


async def waiting(connection: AsyncConnection, districts: Collection[str] | None = None) -> list[Waits]:
    """What waits about titles; of some `districts` alone, or of all.

    submitted: applications the district has not looked at; recommended: those the office has to decide; proposed:
    withdrawals; rectifications: orders without a conclusion (`oldest`: the day the first is due).
    """
    found = []
    for what in ("submitted", "recommended"):
        query = select(func.count(), func.min(TITLE_APPLICATION.c.submitted_on)).where(
            TITLE_APPLICATION.c.state == what
        )
        if districts is not None:
            query = query.where(TITLE_APPLICATION.c.district.in_(districts))
        total, oldest = (await connection.execute(query)).one()
        found.append(Waits(what, total, oldest))
    near = [] if districts is None else [CARRIER.c.district.in_(districts)]
    ordered = (
        select(func.count(), func.min(RECTIFICATION.c.until))
        .join(CARRIER, CARRIER.c.id == RECTIFICATION.c.carrier_id)
        .where(RECTIFICATION.c.state == "ordered", *near)
    )
    total, oldest = (await connection.execute(ordered)).one()
    found.append(Waits("rectifications", total, oldest))
    counted = proposed().where(*near).order_by(None)
    total, oldest = (
        await connection.execute(
            counted.with_only_columns(func.count(), func.min(EVALUATION.c.finalised_on), maintain_column_froms=True)
        )
    ).one()
    found.append(Waits("proposed", total, oldest))
    return found
