"""Where organisations are paid to: each one's last confirmed account, and those before it."""

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.after_grading_tables import BANK_ACCOUNT

MOST_IDS = 5_000


async def latest(connection: AsyncConnection, organisation_ids: Collection[str]) -> dict[str, RowMapping]:
    """The account that holds of each of these organisations, by organisation; one without an account is not there."""
    found: dict[str, RowMapping] = {}
    wanted = sorted(set(organisation_ids))
    for start in range(0, len(wanted), MOST_IDS):
        of_these = BANK_ACCOUNT.c.organisation_id.in_(wanted[start : start + MOST_IDS])
        last = (
            select(BANK_ACCOUNT.c.organisation_id, func.max(BANK_ACCOUNT.c.version).label("version"))
            .where(of_these)
            .group_by(BANK_ACCOUNT.c.organisation_id)
            .subquery()
        )
        query = select(BANK_ACCOUNT).join(
            last,
            (last.c.organisation_id == BANK_ACCOUNT.c.organisation_id) & (last.c.version == BANK_ACCOUNT.c.version),
        )
        found |= {row["organisation_id"]: row for row in (await connection.execute(query)).mappings()}
    return found


async def history(connection: AsyncConnection, organisation_id: str) -> Sequence[RowMapping]:
    """Every account the organisation has confirmed, the newest first."""
    query = (
        select(BANK_ACCOUNT)
        .where(BANK_ACCOUNT.c.organisation_id == organisation_id)
        .order_by(BANK_ACCOUNT.c.version.desc())
    )
    return (await connection.execute(query)).mappings().all()
