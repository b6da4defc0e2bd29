"""Questions to the selection: what counts of the marks, how a call's applications stand, whose publicity is over."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.review_tables import REVIEWS
from services.talent.store.selection_tables import PANEL_DECISION, RESULT, SITE_VISIT
from services.talent.store.tables import APPLICANT
from services.talent.store.tables import UNIT as RECOMMENDS
from shared.evaluation import Unit
from shared.objections.life import FILED
from shared.programme.selection import Scored

TAKES_PART = ("accepted", "publicised", "selected")
"""States in which an application has its place in the ranking."""


async def marked(connection: AsyncConnection, programme_id: str) -> list[Unit]:
    """The accepted applications of a call with the marks that count, each indicator's in the order of the experts."""
    accepted = select(APPLICATION.c.id).where(
        APPLICATION.c.programme_id == programme_id, APPLICATION.c.state == "accepted"
    )
    found: dict[str, dict[str, list[str]]] = {
        id_: {} for id_ in (await connection.execute(accepted.order_by(APPLICATION.c.id))).scalars()
    }
    counted, subject = REVIEWS.counted, REVIEWS.subject(REVIEWS.counted)
    marks = (
        select(subject, counted.c.indicator, counted.c.mark)
        .where(subject.in_(accepted))
        .order_by(subject, counted.c.indicator, counted.c.expert)
    )
    for id_, indicator, mark in await connection.execute(marks):
        found[id_].setdefault(indicator, []).append(mark)
    return [Unit(id_, {}, given) for id_, given in found.items()]


async def open_reviews(connection: AsyncConnection, programme_id: str) -> int:
    """How many places of experts in a call are not marked yet, of applications that still take part."""
    given = REVIEWS.review
    query = (
        select(given.c.id)
        .join(APPLICATION, APPLICATION.c.id == REVIEWS.subject(given))
        .where(
            given.c.round_id == programme_id,
            given.c.state.in_(("invited", "accepted")),
            APPLICATION.c.state == "accepted",
        )
    )
    return len((await connection.execute(query)).all())


async def standing(connection: AsyncConnection, programme_id: str) -> Sequence[RowMapping]:
    """The applications of a call that were ranked and were not withdrawn since, by rank, with their results."""
    rows: Sequence[RowMapping] = (await connection.execute(_standing(programme_id))).mappings().all()
    return rows


def _standing(programme_id: str) -> Select[Any]:
    return (
        select(RESULT, APPLICATION.c.state, APPLICATION.c.project, APPLICATION.c.unit_id, APPLICATION.c.applicant_id)
        .join(APPLICATION, APPLICATION.c.id == RESULT.c.application_id)
        .where(RESULT.c.programme_id == programme_id, APPLICATION.c.state.in_((*TAKES_PART, "declined")))
        .order_by(RESULT.c.rank.is_(None), RESULT.c.rank, RESULT.c.application_id)
    )


async def named(connection: AsyncConnection, programme_id: str) -> Sequence[RowMapping]:
    """The same with the names of who applies and of his unit."""
    query = (
        _standing(programme_id)
        .add_columns(APPLICANT.c.name.label("applicant"), RECOMMENDS.c.name.label("unit"))
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .outerjoin(RECOMMENDS, RECOMMENDS.c.id == APPLICATION.c.unit_id)
    )
    return (await connection.execute(query)).mappings().all()


def scored(rows: Sequence[RowMapping]) -> list[Scored]:
    """Results as the selection takes them; what was declined meanwhile takes no part."""
    return [
        Scored(row["application_id"], None if row["total"] is None else Decimal(row["total"]))
        for row in rows
        if row["state"] in TAKES_PART
    ]


async def result_of(connection: AsyncConnection, application_id: str) -> RowMapping | None:
    query = select(RESULT).where(RESULT.c.application_id == application_id)
    return (await connection.execute(query)).mappings().first()


async def publicity_over(connection: AsyncConnection, today: date) -> list[str]:
    """Applications whose publicity has ended and that nobody objects to any more."""
    objected = select(OBJECTIONS.about).where(OBJECTIONS.objection.c.state == FILED)
    query = (
        select(APPLICATION.c.id)
        .join(RESULT, RESULT.c.application_id == APPLICATION.c.id)
        .where(APPLICATION.c.state == "publicised", RESULT.c.public_until < today, APPLICATION.c.id.not_in(objected))
        .order_by(APPLICATION.c.id)
    )
    return list((await connection.execute(query)).scalars())


async def every_decision(connection: AsyncConnection, programme_id: str) -> dict[str, list[RowMapping]]:
    """What the panel, or an objection that was upheld, made of totals of a call, by application, the oldest first."""
    query = (
        select(PANEL_DECISION)
        .join(RESULT, RESULT.c.application_id == PANEL_DECISION.c.application_id)
        .where(RESULT.c.programme_id == programme_id)
        .order_by(PANEL_DECISION.c.position)
    )
    found: dict[str, list[RowMapping]] = {}
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["application_id"], []).append(row)
    return found


async def panel_decisions(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    query = select(PANEL_DECISION).where(PANEL_DECISION.c.application_id == application_id)
    return (await connection.execute(query.order_by(PANEL_DECISION.c.position))).mappings().all()


async def visits(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    query = select(SITE_VISIT).where(SITE_VISIT.c.application_id == application_id)
    return (await connection.execute(query.order_by(SITE_VISIT.c.position))).mappings().all()


async def visits_of(connection: AsyncConnection, ids: Collection[str]) -> dict[str, list[RowMapping]]:
    """What was seen on site, by application."""
    query = select(SITE_VISIT).where(SITE_VISIT.c.application_id.in_(ids)).order_by(SITE_VISIT.c.position)
    found: dict[str, list[RowMapping]] = {}
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["application_id"], []).append(row)
    return found
