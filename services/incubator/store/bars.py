"""Bars for dishonesty: which hold, and which events they keep from being settled."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import RowMapping, Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.bars import Barred
from services.incubator.store.title_tables import BAR, BAR_HOLD
from shared.core.errors import DomainError

ANNULLED = "annulled"


def _of(row: RowMapping) -> Barred:
    return Barred(row["id"], row["organisation_id"], row["from_on"], row["until"], row["ended_on"], row["document_no"])


async def of(
    connection: AsyncConnection, organisations: Collection[str], *, hold: bool = False
) -> dict[str, list[Barred]]:
    """Every bar of these organisations that was not annulled, by organisation, the latest first.

    `hold`: none of them ends before this transaction does, so that what they stop is seen by whoever ends them.
    """
    query: Select[tuple[object, ...]] = (
        select(BAR)
        .where(BAR.c.organisation_id.in_(organisations), BAR.c.state != ANNULLED)
        .order_by(BAR.c.from_on.desc(), BAR.c.id)
    )
    if hold:
        query = query.with_for_update(read=True)
    found: dict[str, list[Barred]] = {}
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["organisation_id"], []).append(_of(row))
    return found


async def holding(connection: AsyncConnection, organisation_id: str, on: date) -> Barred | None:
    """The bar that holds on this day, if one does."""
    rows = (await of(connection, [organisation_id])).get(organisation_id, [])
    return next((each for each in rows if each.holds(on)), None)


async def check_free(connection: AsyncConnection, organisation_id: str, on: date) -> None:
    """Raises for an organisation that is barred on this day: it may not apply, and no title is given to it."""
    bar = await holding(connection, organisation_id, on)
    if bar is not None:
        told = f"运营单位在{bar.says()}内，不能申请或取得资格；{bar.last_day} 以后可以申请"
        raise DomainError("organisation-barred", told, status=409)


async def listed(connection: AsyncConnection, organisation_id: str) -> Sequence[RowMapping]:
    """Every bar there was, the latest first."""
    query = select(BAR).where(BAR.c.organisation_id == organisation_id).order_by(BAR.c.from_on.desc(), BAR.c.id)
    return (await connection.execute(query)).mappings().all()


async def over(connection: AsyncConnection, today: date) -> list[str]:
    """Bars whose last day has passed and that nobody has ended yet."""
    query = select(BAR.c.id).where(BAR.c.state == "in_force", BAR.c.until < today).order_by(BAR.c.until)
    return list((await connection.execute(query)).scalars())


async def note_hold(connection: AsyncConnection, holds: Collection[tuple[str, str, date]]) -> None:
    """Notes what bars stopped: bar, event, the event's day. What is noted already stays as it is."""
    wanted = {(bar, root): on for bar, root, on in holds}
    if not wanted:
        return
    query = select(BAR_HOLD.c.bar_id, BAR_HOLD.c.root).where(BAR_HOLD.c.bar_id.in_({bar for bar, _ in wanted}))
    known = {(row.bar_id, row.root) for row in await connection.execute(query)}
    rows = [
        {"bar_id": bar, "root": root, "on_date": on} for (bar, root), on in wanted.items() if (bar, root) not in known
    ]
    if rows:
        await connection.execute(insert(BAR_HOLD), rows)


async def held(connection: AsyncConnection, bar_id: str) -> Sequence[RowMapping]:
    """What a bar stopped, oldest first."""
    query = select(BAR_HOLD).where(BAR_HOLD.c.bar_id == bar_id).order_by(BAR_HOLD.c.position)
    return (await connection.execute(query)).mappings().all()
