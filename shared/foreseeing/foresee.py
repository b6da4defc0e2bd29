"""What a step would touch, found by doing it in a transaction that never commits: units, amounts, letters.

What follows from what it would publish is rehearsed in the same transaction, so the amounts are those it will come to.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import RowMapping, Table, func, select

from shared.contracts.event import Event
from shared.contracts.letters import letters_for
from shared.core.exact import EXACT
from shared.foreseeing.foresight import Foresight, Ledger
from shared.messaging.outbox import Outgoing
from shared.messaging.unit import Unit
from shared.running.running import Running

FEN = Decimal("0.01")


class Move(NamedTuple):
    """One thing that moves. `fen`: the amount that moves with it, of a payment."""

    noun: str
    name: str
    before: str | None
    after: str
    fen: int | None


class Amount(NamedTuple):
    """An entry the ledger would get, of whom; `seen`: what a person sees of it."""

    whose: str
    entry: RowMapping
    seen: tuple[object, ...]

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
        return EXACT.multiply(Decimal(fen), FEN)

    @property
    def digest(self) -> str:
        """The same for the same units, amounts and letters: what a person saw is what is done."""
        amounts = [(each.whose, *each.seen) for each in self.amounts]
        seen = [sorted(map(repr, each)) for each in (self.moves, amounts, self.mails)]
        return sha256(orjson.dumps(seen)).hexdigest()


async def foresee(running: Running, by: str, work: Callable[[Unit], Awaitable[Any]], foresight: Foresight) -> Foreseen:
    """Does `work` and what follows from it, notes what it touched, and undoes all of it. What was there before is
    called as it was: a step may take its name away."""
    async with running.rehearse(by) as unit:
        changes_after = await _last(unit, foresight.changes)
        entries_after = 0 if foresight.ledger is None else await _last(unit, foresight.ledger.table)
        await work(unit)
        await foresight.follows(unit)
        amounts = await _entered(unit, foresight.ledger, entries_after)
        moves, foreseen = await _noted(unit, foresight, changes_after, amounts)
    async with running.look() as connection:
        before = await foresight.named(connection, moves)
    names = [before[of].name if before[of].name != of[1] else None for of in moves]
    return replace(
        foreseen,
        moves=tuple(move._replace(name=name or move.name) for move, name in zip(foreseen.moves, names, strict=True)),
    )


def _read(told: Outgoing) -> Event:
    """The event with all its parts, as whoever hears it reads it; a settlement writes its own without checking."""
    return told.event if told.body is None else type(told.event).model_validate_json(told.body)


async def _last(unit: Unit, table: Table) -> int:
    return (await unit.connection.execute(select(func.max(table.c.position)))).scalar() or 0


async def _entered(unit: Unit, ledger: Ledger | None, after: int) -> tuple[Amount, ...]:
    """What the ledger got since."""
    if ledger is None:
        return ()
    entry = ledger.table
    entered = select(entry).where(entry.c.position > after, entry.c.entered_at == unit.now)
    entries = list((await unit.connection.execute(entered.order_by(entry.c.position))).mappings())
    whose: Mapping[str, str] = await ledger.names(unit.connection, {row[ledger.whose] for row in entries})
    return tuple(
        Amount(whose.get(row[ledger.whose], row[ledger.whose]), row, tuple(row[name] for name in ledger.seen))
        for row in entries
    )


async def _noted(
    unit: Unit, foresight: Foresight, changes_after: int, amounts: tuple[Amount, ...]
) -> tuple[list[tuple[str, str]], Foreseen]:
    """What was touched: noun and id of each move, and all of it as people read it."""
    change = foresight.changes
    moved = select(change).where(change.c.position > changes_after, change.c.at == unit.now, change.c.by == unit.by)
    rows = (await unit.connection.execute(moved.order_by(change.c.position))).mappings()
    moves = [row for row in rows if row["before"] != row["after"]]
    of = [(row["noun"], row["of"]) for row in moves]
    named = await foresight.named(unit.connection, of)
    told = map(_read, unit.outgoing)
    mails = [(letter, to) for event in told for letter in letters_for(event) for to in letter.receivers(event)]
    receivers = await foresight.receivers(unit.connection, {to for _, to in mails})
    return of, Foreseen(
        tuple(
            Move(row["noun"], known.name, row["before"], row["after"], known.fen)
            for row in moves
            for known in (named[row["noun"], row["of"]],)
        ),
        amounts,
        tuple(
            Mail(letter.name, letter.title, receivers[to].name, receivers[to].address, letter.waits)
            for letter, to in mails
        ),
    )
