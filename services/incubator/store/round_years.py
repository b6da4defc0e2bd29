"""What a year's rounds are set up from: those of the years before, those that are there, how many would report."""

from sqlalchemy import RowMapping, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CARRIER, ROUND


async def last_year(connection: AsyncConnection) -> int | None:
    """The last year some round was set up for."""
    found: int | None = (
        await connection.execute(select(func.max(ROUND.c.year)).where(ROUND.c.state != "cancelled"))
    ).scalar()
    return found


async def before(connection: AsyncConnection, year: int) -> dict[str, RowMapping]:
    """By kind, its latest round before this year that was not given up."""
    query = select(ROUND).where(ROUND.c.year < year, ROUND.c.state != "cancelled").order_by(ROUND.c.year)
    return {row["kind"]: row for row in (await connection.execute(query)).mappings()}


async def states(connection: AsyncConnection, year: int) -> dict[str, str]:
    """By kind, the state of this year's round."""
    query = select(ROUND.c.kind, ROUND.c.state).where(ROUND.c.year == year)
    return {row.kind: row.state for row in await connection.execute(query)}


async def active(connection: AsyncConnection) -> dict[str, int]:
    """By kind, how many carriers would have to report."""
    query = select(CARRIER.c.kind, func.count()).where(CARRIER.c.state == "active").group_by(CARRIER.c.kind)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def plan(connection: AsyncConnection, values: dict[str, object]) -> bool:
    """Enters a planned round; False if there is one of this year and kind, whoever entered it at the same time."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(ROUND).on_conflict_do_nothing().returning(ROUND.c.id)
    return (await connection.execute(statement, [values])).first() is not None
