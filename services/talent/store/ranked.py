"""Questions to a ranking that is long: counted where the rows are, and only those rows that somebody looks at."""

from collections.abc import AsyncIterator, Collection, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.moving_places import TAKES_PART, Tally
from services.talent.store.application_tables import APPLICATION
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import APPLICANT
from services.talent.store.tables import UNIT as RECOMMENDS
from shared.core.exact import two_decimals

LISTED = (*TAKES_PART, "declined")
"""States of what the ranking lists: it was ranked and was not withdrawn since."""
BY_RANK = (RESULT.c.rank.asc().nulls_last(), RESULT.c.application_id)
NARROW = (RESULT.c.application_id, RESULT.c.total, RESULT.c.computed, RESULT.c.rank, APPLICATION.c.state)
"""What places one, without what it is about."""
AT_ONCE = 1_000


def ranked(programme_id: str, *columns: ColumnElement[Any], states: Collection[str] = LISTED) -> Select[Any]:
    """Columns of what is ranked in a call."""
    return (
        select(*columns)
        .select_from(RESULT)
        .join(APPLICATION, APPLICATION.c.id == RESULT.c.application_id)
        .where(
            RESULT.c.programme_id == programme_id, APPLICATION.c.programme_id == programme_id,
            APPLICATION.c.state.in_(states),
        )
    )  # fmt: skip


async def tally(connection: AsyncConnection, programme_id: str) -> Tally:
    columns = (APPLICATION.c.state, RESULT.c.total)
    query = ranked(programme_id, *columns, func.count().label("names")).group_by(*columns)
    rows = await connection.execute(query)
    return Tally({(row.state, None if row.total is None else Decimal(row.total)): row.names for row in rows})


async def lines(connection: AsyncConnection, programme_id: str, skip: int, most: int) -> Sequence[RowMapping]:
    """The lines of a page, by rank, with everything a line holds."""
    keys = ranked(programme_id, RESULT.c.application_id).order_by(*BY_RANK).limit(most).offset(skip)
    return await whole(connection, list((await connection.execute(keys)).scalars()))


async def whole(connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
    """These results, by rank, with who applies, for which unit and with what; what was withdrawn since is not there."""
    rows = await connection.execute(_these(ids, *RESULT.c, APPLICATION.c.state))
    found: Sequence[RowMapping] = rows.mappings().all()
    return found


async def every(connection: AsyncConnection, programme_id: str) -> AsyncIterator[Sequence[RowMapping]]:
    """The whole ranking, by rank, so many lines at once."""
    keys = ranked(programme_id, RESULT.c.application_id).order_by(*BY_RANK)
    ids = list((await connection.execute(keys)).scalars())
    for start in range(0, len(ids), AT_ONCE):
        yield await whole(connection, ids[start : start + AT_ONCE])


async def from_place(connection: AsyncConnection, programme_id: str, skip: int, most: int) -> Sequence[RowMapping]:
    """Those who take part and have a total, by rank: so many after the first `skip`; narrow, with their names."""
    keys = ranked(programme_id, RESULT.c.application_id, states=TAKES_PART).where(RESULT.c.total.is_not(None))
    ids = (await connection.execute(keys.order_by(*BY_RANK).limit(most).offset(skip))).scalars()
    found: Sequence[RowMapping] = (await connection.execute(_these(list(ids), *NARROW))).mappings().all()
    return found


async def people(
    connection: AsyncConnection,
    programme_id: str,
    totals: Collection[Decimal],
    ids: Collection[str] = (),
    states: Collection[str] = LISTED,
) -> Sequence[RowMapping]:
    """Those with one of these totals, and these by id, by rank; narrow, with their names."""
    written = [two_decimals(f"{each:f}") for each in totals]
    wanted = or_(RESULT.c.total.in_(written), RESULT.c.application_id.in_(ids))
    query = named(ranked(programme_id, *NARROW, states=states)).where(wanted)
    found: Sequence[RowMapping] = (await connection.execute(query.order_by(*BY_RANK))).mappings().all()
    return found


def named(query: Select[Any]) -> Select[Any]:
    """The same with the project, who applies and for which unit."""
    return (
        query.add_columns(APPLICATION.c.project, APPLICANT.c.name.label("applicant"), RECOMMENDS.c.name.label("unit"))
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .outerjoin(RECOMMENDS, RECOMMENDS.c.id == APPLICATION.c.unit_id)
    )


def _these(ids: Collection[str], *columns: ColumnElement[Any]) -> Select[Any]:
    joined = select(*columns).select_from(RESULT).join(APPLICATION, APPLICATION.c.id == RESULT.c.application_id)
    return named(joined).where(RESULT.c.application_id.in_(ids), APPLICATION.c.state.in_(LISTED)).order_by(*BY_RANK)
