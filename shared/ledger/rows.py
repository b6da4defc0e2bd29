"""The rows of the ledger: what was awarded, under lock by limit key, and what is entered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, and_, delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.canonical import canonical_json
from shared.core.money import in_yuan
from shared.ledger.outcomes import AWARDED, BLOCKED, CUT, REVERSAL
from shared.ledger.tables import LedgerTables
from shared.policy import History, PastAward
from shared.policy.steps import LimitKey

MOST_KEYS = 5_000
"""As many keys as one question to the database asks for; SQLite and PostgreSQL take some 32,000 values."""


def key_text(key: LimitKey) -> str:
    """A limit key as a row holds it: canonical JSON, so that no id can pretend to be two."""
    return canonical_json(key).decode()


def matter_text(matter: str) -> str:
    """A matter that is decided, as a row to be locked: who decides it and who settles it wait for one another."""
    return f"matter {matter}"


class TakenBack(NamedTuple):
    """What the office took back by hand: the same fact told again, under whatever id, does not bring it back."""

    about: str
    subject_id: str
    on: date
    rule: str


class Sum(NamedTuple):
    """`entries` of the ledger that stand, and what they come to in fen; for what waits, the ceilings."""

    entries: int
    fen: int


@dataclass(frozen=True)
class Rows:
    """The questions a ledger's rows are asked, and how they are entered."""

    tables: LedgerTables

    async def lock(self, connection: AsyncConnection, texts: Iterable[str]) -> None:
        """Nobody else computes under these keys until this transaction ends. Taken in order: two never deadlock.

        On SQLite the transaction holds the only writer's lock already.
        """
        limit_key = self.tables.limit_key
        if connection.dialect.name == "sqlite":
            return
        ordered = sorted(set(texts))
        for start in range(0, len(ordered), MOST_KEYS):
            part = ordered[start : start + MOST_KEYS]
            rows = postgresql.insert(limit_key).values([{"key": text} for text in part]).on_conflict_do_nothing()
            await connection.execute(rows)
            waiting = select(limit_key.c.key).where(limit_key.c.key.in_(part)).order_by(limit_key.c.key)
            await connection.execute(waiting.with_for_update())

    async def history(self, connection: AsyncConnection, keys: Collection[LimitKey]) -> History:
        """What counts under these keys, oldest entry first; each award once, with all its keys."""
        subsidy_key = self.tables.subsidy_key
        subsidy = self.tables.subsidy
        by_text = {key_text(key): key for key in keys}
        found: dict[str, tuple[int, PastAward, list[LimitKey]]] = {}
        texts = sorted(by_text)
        for start in range(0, len(texts), MOST_KEYS):
            query = (
                select(
                    subsidy.c.position,
                    subsidy.c.ref,
                    subsidy.c.on_date,
                    subsidy.c.year,
                    subsidy.c.amount_fen,
                    subsidy_key.c.key,
                )
                .join(subsidy_key, subsidy_key.c.subsidy_id == subsidy.c.id)
                .where(
                    subsidy_key.c.key.in_(texts[start : start + MOST_KEYS]),
                    subsidy_key.c.counts,
                )
            )
            for position, ref, on_date, year, amount_fen, text in await connection.execute(query):
                award = PastAward(ref, on_date, year, in_yuan(amount_fen), ())
                found.setdefault(ref, (position, award, []))[2].append(by_text[text])
        return History(award._replace(keys=tuple(kept)) for _, award, kept in sorted(found.values(), key=itemgetter(0)))

    async def enter(
        self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], keys: Sequence[Mapping[str, Any]]
    ) -> None:
        """Enters rows and the keys they count under (or were refused under), in bulk."""
        if rows:
            await connection.execute(insert(self.tables.subsidy), rows)
        if keys:
            await connection.execute(insert(self.tables.subsidy_key), keys)

    async def give_back(self, connection: AsyncConnection, subsidies: Collection[str]) -> None:
        """What is reversed counts under no limit any more."""
        subsidy_key = self.tables.subsidy_key
        await connection.execute(delete(subsidy_key).where(subsidy_key.c.subsidy_id.in_(subsidies)))

    async def keys_of(self, connection: AsyncConnection, *subsidies: str) -> list[str]:
        subsidy_key = self.tables.subsidy_key
        query = (
            select(subsidy_key.c.key).where(subsidy_key.c.subsidy_id.in_(subsidies), subsidy_key.c.counts).distinct()
        )
        return list((await connection.execute(query)).scalars())

    async def under(self, connection: AsyncConnection, keys: Collection[str]) -> Sequence[RowMapping]:
        """The rows that count, or were refused, under these keys, oldest first."""
        subsidy_key = self.tables.subsidy_key
        subsidy = self.tables.subsidy
        ids = select(subsidy_key.c.subsidy_id).where(subsidy_key.c.key.in_(keys))
        query = select(subsidy).where(subsidy.c.id.in_(ids)).order_by(subsidy.c.position)
        return (await connection.execute(query)).mappings().all()

    async def approved(self, connection: AsyncConnection, year: int) -> int:
        """What is approved or paid out of a year's budget, in fen."""
        payment = self.tables.payment
        query = select(func.coalesce(func.sum(payment.c.amount_fen), 0)).where(
            payment.c.budget_year == year, payment.c.state.in_(("approved", "paid"))
        )
        return int((await connection.execute(query)).scalar_one())

    def standing(self) -> Select[Any]:
        """The rows that say how things stand: not reversed, no reversing entry, and not computed again since.

        A refusal, a ceiling or a block of a cause gives way to what the same cause came to later.
        """
        subsidy = self.tables.subsidy
        cause = self.tables.cause
        later = subsidy.alias("later")
        reversed_ = select(later.c.id).where(later.c.reverses == subsidy.c.id)
        again = select(later.c.id).where(
            later.c.root == subsidy.c.root,
            later.c.position > subsidy.c.position,
            later.c.cause_event_id != subsidy.c.cause_event_id,
            (later.c.rule == subsidy.c.rule) | subsidy.c.rule.is_(None),
        )
        own, since = cause.alias("own"), cause.alias("since")
        asked_since = (
            select(since.c.event_id)
            .join(own, own.c.root == since.c.root)
            .where(own.c.event_id == subsidy.c.cause_event_id, since.c.happened_at > own.c.happened_at)
        )
        return select(subsidy).where(
            subsidy.c.outcome != REVERSAL,
            (subsidy.c.outcome != BLOCKED) | ~asked_since.exists(),
            ~reversed_.exists(),
            subsidy.c.outcome.in_((AWARDED, CUT)) | ~again.exists(),
        )

    def of_year(self, year: int) -> ColumnElement[bool]:
        """An entry belongs to the 年度 it is of; one that is of none, to the calendar year of its date."""
        row = self.tables.subsidy.c
        dated = row.on_date.between(date(year, 1, 1), date(year, 12, 31))
        return or_(row.year == year, and_(row.year.is_(None), dated))

    async def taken_back(self, connection: AsyncConnection, abouts: Collection[str]) -> set[TakenBack]:
        """What was taken back of these matters."""
        subsidy = self.tables.subsidy
        cause = self.tables.cause
        reversal = subsidy.alias("reversal")
        query = (
            select(
                cause.c.about,
                self.tables.subject,
                subsidy.c.on_date,
                subsidy.c.rule,
            )
            .join(cause, cause.c.event_id == subsidy.c.root)
            .join(reversal, reversal.c.reverses == subsidy.c.id)
            .where(
                cause.c.about.in_(abouts),
                subsidy.c.outcome == AWARDED,
                reversal.c.reason.is_not(None),
            )
        )
        return {TakenBack(*row) for row in await connection.execute(query)}

    async def of_roots(self, connection: AsyncConnection, roots: Collection[str]) -> dict[str, list[RowMapping]]:
        """Every row of these causes, oldest first."""
        subsidy = self.tables.subsidy
        query = select(subsidy).where(subsidy.c.root.in_(roots)).order_by(subsidy.c.position)
        found: dict[str, list[RowMapping]] = {}
        for row in (await connection.execute(query)).mappings():
            found.setdefault(row["root"], []).append(row)
        return found
