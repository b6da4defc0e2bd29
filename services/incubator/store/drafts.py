"""Drafts in the database: the newest, the one somebody edited from, the history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.drafts import NOTHING, Content, Kept, changed_back, content_of
from services.incubator.store.draft_tables import REPORT_DRAFT
from services.incubator.store.tables import REPORT, ROUND

NEWEST = REPORT_DRAFT.c.version.desc()


async def latest(connection: AsyncConnection, report_id: str) -> RowMapping | None:
    query = select(REPORT_DRAFT).where(REPORT_DRAFT.c.report_id == report_id).order_by(NEWEST).limit(1)
    return (await connection.execute(query)).mappings().first()


async def since(connection: AsyncConnection, report_id: str, version: int) -> list[RowMapping]:
    """The rows from the one that holds `version` on, oldest first; if that one was let go, from the one before it."""
    mine = REPORT_DRAFT.c.report_id == report_id
    query = select(REPORT_DRAFT).where(mine, REPORT_DRAFT.c.version >= version).order_by(REPORT_DRAFT.c.version)
    rows = list((await connection.execute(query)).mappings())
    if rows and holds(rows[0], version):
        return rows
    before = select(REPORT_DRAFT).where(mine, REPORT_DRAFT.c.version < version).order_by(NEWEST).limit(1)
    return [*(await connection.execute(before)).mappings(), *rows]


def holds(row: RowMapping, version: int) -> bool:
    return row["version"] == version or str(version) in row["earlier"]


def content(row: RowMapping | None, version: int | None = None) -> Content:
    """What a row's last version holds, or an earlier one of the same minute."""
    if row is None:
        return NOTHING
    now = Content(row["typed"], row["explanations"])
    if version is None or str(version) not in row["earlier"]:
        return now
    return content_of(changed_back(now.flat(), row["earlier"][str(version)]))


async def add(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    await connection.execute(insert(REPORT_DRAFT), [dict(row)])


async def replace(connection: AsyncConnection, report_id: str, which: int, **values: object) -> None:
    """Changes one row; its version, too, if a further one of the same minute takes its place."""
    this = (REPORT_DRAFT.c.report_id == report_id) & (REPORT_DRAFT.c.version == which)
    await connection.execute(update(REPORT_DRAFT).where(this).values(**values))


async def kept(connection: AsyncConnection, report_id: str) -> list[Kept]:
    """Every row of a report's history, without what is in it but for whether it overrode somebody."""
    table = REPORT_DRAFT.c
    query = select(table.version, table.by, table.began_at, table.submitted_as, table.both)
    rows = await connection.execute(query.where(table.report_id == report_id))
    return [Kept(row.version, row.by, row.began_at, row.submitted_as is not None or bool(row.both)) for row in rows]


async def let_go(connection: AsyncConnection, report_id: str, versions: Collection[int]) -> None:
    if versions:
        these = (REPORT_DRAFT.c.report_id == report_id) & REPORT_DRAFT.c.version.in_(versions)
        await connection.execute(delete(REPORT_DRAFT).where(these))


async def versions(connection: AsyncConnection, report_id: str) -> Sequence[RowMapping]:
    """The whole history, the newest first."""
    query = select(REPORT_DRAFT).where(REPORT_DRAFT.c.report_id == report_id).order_by(NEWEST)
    return (await connection.execute(query)).mappings().all()


async def handed_in(connection: AsyncConnection, report_id: str, version: int) -> RowMapping | None:
    """The draft that became this version of the report; None if it was handed in another way."""
    query = select(REPORT_DRAFT).where(REPORT_DRAFT.c.report_id == report_id, REPORT_DRAFT.c.submitted_as == version)
    return (await connection.execute(query)).mappings().first()


async def last_year(connection: AsyncConnection, carrier_id: str, round_: RowMapping) -> dict[str, Any] | None:
    """What the carrier reported in the round of the year before; None if it did not."""
    query = (
        select(REPORT.c.figures)
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
        .where(
            REPORT.c.carrier_id == carrier_id,
            ROUND.c.year == round_["year"] - 1,
            ROUND.c.kind == round_["kind"],
            REPORT.c.state.in_(("submitted", "accepted")),
        )
    )
    figures: dict[str, Any] | None = (await connection.execute(query)).scalar()
    return figures


def row_of(
    report_id: str, version: int, what: Content, *, base: int, after: int, by: str, at: datetime
) -> dict[str, Any]:
    """A new row of one version."""
    return {
        "report_id": report_id,
        "version": version,
        "typed": dict(what.typed),
        "explanations": dict(what.explanations),
        "earlier": {},
        "both": [],
        "base": base,
        "after": after,
        "submitted_as": None,
        "signed_by": None,
        "by": by,
        "began_at": at,
        "at": at,
    }
