"""What a step would touch, found by doing it in a transaction that never commits: units, amounts, letters.

The settlement of what it would publish is rehearsed in the same transaction, so the amounts are those it will come to.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import orjson
from sqlalchemy import RowMapping, func, select

from services.incubator.store import foreseen as rows
from services.incubator.store import ledger
from services.incubator.store.tables import CHANGE, SUBSIDY
from services.incubator.usecases.settle import settle
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.incubator import (
    CarrierRecognised,
    EvaluationCorrected,
    EvaluationFinalised,
    SettlementRequested,
    TenantHnteRecognised,
)
from shared.contracts.letters import letters_for
from shared.messaging.consumer import Received
from shared.messaging.outbox import Outgoing
from shared.messaging.unit import Unit
from shared.policy import load_policy
from shared.running.running import Running

Result = TypeVar("Result")
SETTLED = (CarrierRecognised, TenantHnteRecognised, EvaluationFinalised, EvaluationCorrected, SettlementRequested)
"""What the settlement hears."""

SEEN = ("outcome", "article", "rule", "reason", "amount_fen", "ceiling_fen")
"""What a person sees of an entry."""


class Move(NamedTuple):
    """One thing that moves. `fen`: the amount that moves with it, of a payment."""

    noun: str
    name: str
    before: str | None
    after: str
    fen: int | None


class Amount(NamedTuple):
    """An entry the ledger would get, of whom."""

    carrier: str
    entry: RowMapping

    @property
    def fen(self) -> int:
        return self.entry["amount_fen"] or 0


class Mail(NamedTuple):
    """A letter that would go out. `address`: whether anybody knows where to; `waits`: a person releases it first."""

    letter: str
    title: str
    to: str
    address: bool
    waits: bool


@dataclass(frozen=True)
class Foreseen:
    moves: tuple[Move, ...]
    amounts: tuple[Amount, ...]
    mails: tuple[Mail, ...]

    @property
    def total(self) -> Decimal:
        """What the ledger would gain, in yuan; of payments that move, what they carry."""
        fen = sum(each.fen for each in self.amounts) if self.amounts else sum(each.fen or 0 for each in self.moves)
        return ledger.in_yuan(fen)

    @property
    def digest(self) -> str:
        """The same for the same units, amounts and letters: what a person saw is what is done."""
        amounts = [(each.carrier, *(each.entry[name] for name in SEEN)) for each in self.amounts]
        seen = [sorted(map(repr, each)) for each in (self.moves, amounts, self.mails)]
        return sha256(orjson.dumps(seen)).hexdigest()


async def foresee(running: Running, by: str, work: Callable[[Unit], Awaitable[Any]]) -> Foreseen:
    """Does `work` and the settlement that follows, notes what it touched, and undoes all of it."""
    async with running.rehearse(by) as unit:
        begins = await _last(unit, CHANGE), await _last(unit, SUBSIDY)
        await work(unit)
        await _settled(unit)
        return await _noted(unit, *begins)


async def _settled(unit: Unit) -> None:
    """Settles what was published, and what that asks for again, until nothing more follows."""
    done = 0
    while True:
        new = [each for each in unit.outgoing[done:] if isinstance(each.event, SETTLED)]
        done = len(unit.outgoing)
        if not new:
            return
        await settle([_received(unit, each) for each in new], unit, load_policy("dalian-2017-52"))


def _received(unit: Unit, told: Outgoing) -> Received[Any]:
    envelope = Envelope(
        told.id, "/incubator", unit.now, told.event.about(), told.correlation_id, told.causation_id, told.traceparent
    )
    return Received(told.event, envelope)


def _read(told: Outgoing) -> Event:
    """The event with all its parts, as whoever hears it reads it; the settlement writes its own without checking."""
    return told.event if told.body is None else type(told.event).model_validate_json(told.body)


async def _last(unit: Unit, table: Any) -> int:  # noqa: ANN401 - a table with positions
    return (await unit.connection.execute(select(func.max(table.c.position)))).scalar() or 0


async def _noted(unit: Unit, changes_after: int, entries_after: int) -> Foreseen:
    moved = (
        await unit.connection.execute(
            select(CHANGE)
            .where(CHANGE.c.position > changes_after, CHANGE.c.at == unit.now, CHANGE.c.by == unit.by)
            .order_by(CHANGE.c.position)
        )
    ).mappings()
    moves = [row for row in moved if row["before"] != row["after"]]
    entered = (
        await unit.connection.execute(
            select(SUBSIDY)
            .where(SUBSIDY.c.position > entries_after, SUBSIDY.c.entered_at == unit.now)
            .order_by(SUBSIDY.c.position)
        )
    ).mappings()
    entries = list(entered)
    named = await rows.named(unit.connection, [(row["noun"], row["of"]) for row in moves])
    carriers = await rows.carriers_named(unit.connection, {row["carrier_id"] for row in entries})
    told = map(_read, unit.outgoing)
    mails = [(letter, to) for event in told for letter in letters_for(event) for to in letter.receivers(event)]
    receivers = await rows.receivers(unit.connection, {to for _, to in mails})
    return Foreseen(
        tuple(
            Move(
                row["noun"],
                named[row["noun"], row["of"]].name,
                row["before"],
                row["after"],
                named[row["noun"], row["of"]].fen,
            )
            for row in moves
        ),
        tuple(Amount(carriers.get(row["carrier_id"], row["carrier_id"]), row) for row in entries),
        tuple(
            Mail(letter.name, letter.title, receivers[to].name, receivers[to].address, letter.waits)
            for letter, to in mails
        ),
    )
