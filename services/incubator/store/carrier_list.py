"""The register as a list, and everything there is on one carrier."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import changes
from services.incubator.store.tables import (
    CARRIER,
    EVALUATION,
    MESSAGE_SEEN,
    ORGANISATION,
    REPORT,
    ROUND,
    SUBSIDY,
    TENANCY,
)

MOST = 50
"""How many tenants, entries and letters the page of one carrier names; the counts say how many there are."""


NEWEST = (
    select(EVALUATION.c.id)
    .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
    .where(EVALUATION.c.carrier_id == CARRIER.c.id, EVALUATION.c.grade.is_not(None))
    .order_by(ROUND.c.year.desc())
    .limit(1)
    .correlate(CARRIER)
    .scalar_subquery()
)
WITH_GRADES = (
    select(
        CARRIER,
        ORGANISATION.c.name.label("organisation_name"),
        EVALUATION.c.id.label("evaluation_id"),
        EVALUATION.c.grade,
        ROUND.c.year.label("grade_year"),
    )
    .join(ORGANISATION, ORGANISATION.c.id == CARRIER.c.organisation_id, isouter=True)
    .join(EVALUATION, EVALUATION.c.id == NEWEST, isouter=True)
    .join(ROUND, ROUND.c.id == EVALUATION.c.round_id, isouter=True)
)
"""The register: each carrier with its organisation's name and its newest grade."""


async def districts(connection: AsyncConnection) -> list[str]:
    query = select(CARRIER.c.district).where(CARRIER.c.district != "").distinct().order_by(CARRIER.c.district)
    return list((await connection.execute(query)).scalars())


class Part(NamedTuple):
    """Some rows of many."""

    total: int
    rows: Sequence[RowMapping]


class CarrierFile(NamedTuple):
    """`register` is None for a carrier that only an outside program's events named."""

    register: RowMapping | None
    organisation: RowMapping | None
    titles: Sequence[RowMapping]
    tenancies: Part
    years: Sequence[RowMapping]
    entries: Part
    letters: Part


async def carrier_file(connection: AsyncConnection, id_: str) -> CarrierFile:
    register = (await connection.execute(select(CARRIER).where(CARRIER.c.id == id_))).mappings().first()
    organisation_id = register["organisation_id"] if register else None
    organisation = select(ORGANISATION).where(ORGANISATION.c.id == organisation_id)
    years = (
        select(
            REPORT.c.id,
            REPORT.c.state,
            REPORT.c.version,
            ROUND.c.id.label("round_id"),
            ROUND.c.year,
            ROUND.c.kind,
            EVALUATION.c.total,
            EVALUATION.c.grade,
            EVALUATION.c.state.label("evaluation_state"),
        )
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
        .join(EVALUATION, EVALUATION.c.id == REPORT.c.id, isouter=True)
        .where(REPORT.c.carrier_id == id_)
        .order_by(ROUND.c.year.desc())
    )
    own = select(REPORT.c.id).where(REPORT.c.carrier_id == id_)
    told = or_(
        MESSAGE_SEEN.c.letter.not_like("objection-%"),  # nobody learns here who objected to whom
        (MESSAGE_SEEN.c.letter == "objection-decided") & MESSAGE_SEEN.c.story.in_(own),
    )
    letters = select(MESSAGE_SEEN).where(MESSAGE_SEEN.c.recipient_id == organisation_id, told)
    return CarrierFile(
        register=register,
        organisation=(await connection.execute(organisation)).mappings().first(),
        titles=[row for row in await changes.of(connection, [id_]) if row["noun"] == "carrier"],
        tenancies=await _part(
            connection, select(TENANCY).where(TENANCY.c.carrier_id == id_), TENANCY.c.entered_on, TENANCY.c.tenant_id
        ),
        years=(await connection.execute(years)).mappings().all(),
        entries=await _part(connection, select(SUBSIDY).where(SUBSIDY.c.carrier_id == id_), SUBSIDY.c.position.desc()),
        letters=await _part(connection, letters, MESSAGE_SEEN.c.at.desc(), MESSAGE_SEEN.c.message_id),
    )


async def _part(connection: AsyncConnection, query: Select[Any], *order: ColumnElement[Any]) -> Part:
    count = (await connection.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    return Part(count, (await connection.execute(query.order_by(*order).limit(MOST))).mappings().all())
