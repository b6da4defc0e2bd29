"""Questions to the selection: what counts of the marks, how a call's applications stand, whose publicity is over."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.moving_places import TAKES_PART
from services.talent.store import ranked
from services.talent.store.application_tables import APPLICATION
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.review_tables import REVIEWS
from services.talent.store.selection_tables import PANEL_DECISION, RESULT, SITE_VISIT
from shared.evaluation import Unit
from shared.objections.life import FILED
from shared.programme.selection import Scored


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
        select(func.count())
        .select_from(given)
        .join(APPLICATION, APPLICATION.c.id == REVIEWS.subject(given))
        .where(
            given.c.round_id == programme_id,
            given.c.state.in_(("invited", "accepted")),
            APPLICATION.c.state == "accepted",
        )
    )
    open_: int = (await connection.execute(query)).scalar_one()
    return open_


async def standing(connection: AsyncConnection, programme_id: str) -> Sequence[RowMapping]:
    """What places each application of a call that was ranked and was not withdrawn since, by rank."""
    query = ranked.ranked(programme_id, *ranked.NARROW).order_by(*ranked.BY_RANK)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def waiting(connection: AsyncConnection, programme_id: str) -> Sequence[RowMapping]:
    """The applications of a call that were ranked and are on no list yet, with total and rank, by rank."""
    columns = (*APPLICATION.c, RESULT.c.total, RESULT.c.rank)
    query = ranked.ranked(programme_id, *columns, states=("accepted",)).order_by(*ranked.BY_RANK)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


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
    query = _public(APPLICATION.c.id).where(RESULT.c.public_until < today).order_by(APPLICATION.c.id)
    return list((await connection.execute(query)).scalars())


async def publicity_ahead(connection: AsyncConnection) -> Sequence[RowMapping]:
    """By call and last day of publicity, how many applications are public and nobody objects to."""
    by = (APPLICATION.c.programme_id, RESULT.c.public_until)
    query = _public(*by, func.count().label("count")).group_by(*by)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


def _public(*columns: ColumnElement[Any]) -> Select[Any]:
    """Of applications that are public and not objected to."""
    objected = select(OBJECTIONS.about).where(OBJECTIONS.objection.c.state == FILED)
    return (
        select(*columns)
        .join_from(APPLICATION, RESULT, RESULT.c.application_id == APPLICATION.c.id)
        .where(APPLICATION.c.state == "publicised", APPLICATION.c.id.not_in(objected))
    )


async def every_decision(connection: AsyncConnection, programme_id: str) -> Sequence[RowMapping]:
    """What the panel, or an objection that was upheld, made of totals of a call: by rank, the oldest first."""
    return await _told_of(connection, programme_id, PANEL_DECISION)


async def every_visit(connection: AsyncConnection, programme_id: str) -> Sequence[RowMapping]:
    """What was seen on site of those a call ranks: by rank, the oldest first."""
    return await _told_of(connection, programme_id, SITE_VISIT)


async def _told_of(connection: AsyncConnection, programme_id: str, told: Table) -> Sequence[RowMapping]:
    """The rows of a table about what is ranked in a call, with whom they are about."""
    query = ranked.named(ranked.ranked(programme_id, *told.c)).join(
        told, told.c.application_id == RESULT.c.application_id
    )
    ordered = query.order_by(*ranked.BY_RANK, told.c.position)
    rows: Sequence[RowMapping] = (await connection.execute(ordered)).mappings().all()
    return rows


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
