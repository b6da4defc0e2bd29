"""A subsidy as its own unit follows it: the entry, the account it goes to, what became of the money."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import bank_accounts
from services.incubator.store.subsidy_files import SubsidyFile, subsidy_file
from services.incubator.store.tables import RECOVERY, SHORTAGE, SHORTAGE_LINE
from shared.core.errors import DomainError


class OwnSubsidy(NamedTuple):
    """`account`: the one that holds now; `cuts`: what a short budget did to the payment, oldest first; `recovery`: what
    is to be given back of what was paid."""

    file: SubsidyFile
    account: RowMapping | None
    cuts: Sequence[RowMapping]
    recovery: RowMapping | None


async def own_subsidy(connection: AsyncConnection, id_: str, own: Collection[str]) -> OwnSubsidy:
    """A subsidy of one of these organisations; somebody else's is as good as none."""
    file = await subsidy_file(connection, id_)
    organisation = file.entry["organisation_id"]
    if organisation not in own:
        raise DomainError("no-such-subsidy", f"台账里没有“{id_}”", status=404)
    cuts = (
        select(SHORTAGE_LINE, SHORTAGE.c.budget_year, SHORTAGE.c.way, SHORTAGE.c.reason, SHORTAGE.c.document_no)
        .join(SHORTAGE, SHORTAGE.c.id == SHORTAGE_LINE.c.shortage_id)
        .where(SHORTAGE_LINE.c.subsidy_id == id_)
        .order_by(SHORTAGE.c.at)
    )
    recovery = await _first(connection, select(RECOVERY).where(RECOVERY.c.subsidy_id == id_))
    family = [each for each in file.family if each["organisation_id"] in own]
    return OwnSubsidy(
        file._replace(family=family),
        (await bank_accounts.latest(connection, [organisation])).get(organisation),
        (await connection.execute(cuts)).mappings().all(),
        recovery,
    )


async def _first(connection: AsyncConnection, query: Select[Any]) -> RowMapping | None:
    found: RowMapping | None = (await connection.execute(query)).mappings().first()
    return found
