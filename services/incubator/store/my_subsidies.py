"""A subsidy as its own unit follows it: the entry, the account it goes to, what became of the money."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import bank_accounts
from shared.core.errors import DomainError
from shared.ledger.entry_files import EntryFile, entry_file
from shared.ledger.service import Ledger


class OwnSubsidy(NamedTuple):
    """`account`: the one that holds now."""

    file: EntryFile
    account: RowMapping | None


async def own_subsidy(ledger: Ledger, connection: AsyncConnection, id_: str, own: Collection[str]) -> OwnSubsidy:
    """A subsidy of one of these organisations; somebody else's is as good as none."""
    file = await entry_file(ledger, connection, id_)
    organisation = file.entry["organisation_id"]
    if organisation not in own:
        raise DomainError("no-such-subsidy", f"台账里没有“{id_}”", status=404)
    family = [each for each in file.family if each["organisation_id"] in own]
    account = (await bank_accounts.latest(connection, [organisation])).get(organisation)
    return OwnSubsidy(file._replace(family=family), account)
