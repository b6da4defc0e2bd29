"""Everything there is on one entry of the ledger: its cause, its payment, what reverses it, what else came of it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import changes
from services.incubator.store.tables import CARRIER, CAUSE, DECISION, MESSAGE_SEEN, ORGANISATION, PAYMENT, SUBSIDY
from shared.core.errors import DomainError

MOST = 50
"""How many letters the page of one entry names."""


class SubsidyFile(NamedTuple):
    """`family`: every entry of the same event, computed once or again; `letters`: those about its entries."""

    entry: RowMapping
    cause: RowMapping | None
    root: RowMapping | None
    carrier: RowMapping | None
    organisation: RowMapping | None
    payment: RowMapping | None
    reversed_by: str | None
    family: Sequence[RowMapping]
    decisions: Sequence[RowMapping]
    letters: Sequence[RowMapping]
    changes: Sequence[RowMapping]


async def subsidy_file(connection: AsyncConnection, id_: str) -> SubsidyFile:
    async def one(query: Select[Any]) -> RowMapping | None:
        found: RowMapping | None = (await connection.execute(query)).mappings().first()
        return found

    entry = await one(select(SUBSIDY).where(SUBSIDY.c.id == id_))
    if entry is None:
        raise DomainError("no-such-subsidy", f"台账里没有“{id_}”", status=404)
    root = await one(select(CAUSE).where(CAUSE.c.event_id == entry["root"]))
    matters = [entry["root"], *([root["about"]] if root else [])]
    reversal = await one(select(SUBSIDY.c.id).where(SUBSIDY.c.reverses == id_))
    family = select(SUBSIDY).where(SUBSIDY.c.root == entry["root"]).order_by(SUBSIDY.c.position)
    decisions = select(DECISION).where(DECISION.c.about.in_(matters)).order_by(DECISION.c.position)
    letters = (
        select(MESSAGE_SEEN)
        .where(MESSAGE_SEEN.c.story == entry["story"], MESSAGE_SEEN.c.letter.like("subsidy-%"))
        .order_by(MESSAGE_SEEN.c.at, MESSAGE_SEEN.c.message_id)
        .limit(MOST)
    )
    return SubsidyFile(
        entry=entry,
        cause=await one(select(CAUSE).where(CAUSE.c.event_id == entry["cause_event_id"])),
        root=root,
        carrier=await one(select(CARRIER).where(CARRIER.c.id == entry["carrier_id"])),
        organisation=await one(select(ORGANISATION).where(ORGANISATION.c.id == entry["organisation_id"])),
        payment=await one(select(PAYMENT).where(PAYMENT.c.subsidy_id == id_)),
        reversed_by=reversal["id"] if reversal else None,
        family=(await connection.execute(family)).mappings().all(),
        decisions=(await connection.execute(decisions)).mappings().all(),
        letters=(await connection.execute(letters)).mappings().all(),
        changes=await changes.of(connection, [id_]),
    )
