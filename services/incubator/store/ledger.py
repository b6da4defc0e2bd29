"""The ledger: what was awarded, under lock by limit key, and what is entered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, delete, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CAUSE, LIMIT_KEY, PAYMENT, SUBSIDY, SUBSIDY_KEY
from shared.core.canonical import canonical_json
from shared.core.exact import EXACT
from shared.policy import History, PastAward
from shared.policy.steps import LimitKey

AWARDED, WAITING, DECLINED, BLOCKED, REVERSAL = "awarded", "waiting", "declined", "blocked", "reversal"
CUT = "cut"
"""What a short budget took of an award: negative, beside the award it explains the payment."""
OUTCOMES = {
    AWARDED: "补助",
    WAITING: "待决定",
    DECLINED: "不予补助",
    BLOCKED: "缺少事实",
    CUT: "预算核减",
    REVERSAL: "冲销",
}
FEN = Decimal(100)
MOST_KEYS = 5_000
"""As many keys as one question to the database asks for; SQLite and PostgreSQL take some 32,000 values."""


def key_text(key: LimitKey) -> str:
    """A limit key as a row holds it: canonical JSON, so that no id can pretend to be two."""
    return canonical_json(key).decode()


def matter_text(matter: str) -> str:
    """A matter that is decided, as a row to be locked: who decides it and who settles it wait for one another."""
    return f"matter {matter}"


def in_fen(yuan: Decimal | None) -> int | None:
    """Whole fen; an amount that is not would be a bug, and fails."""
    return None if yuan is None else int(EXACT.to_integral_exact(EXACT.multiply(yuan, FEN)))


def in_yuan(fen: int) -> Decimal:
    return EXACT.divide(Decimal(fen), FEN)


async def lock(connection: AsyncConnection, texts: Iterable[str]) -> None:
    """Nobody else computes under these keys until this transaction ends. Taken in order, so that two never deadlock.

    On SQLite the transaction holds the only writer's lock already.
    """
    if connection.dialect.name == "sqlite":
        return
    ordered = sorted(set(texts))
    for start in range(0, len(ordered), MOST_KEYS):
        part = ordered[start : start + MOST_KEYS]
        rows = postgresql.insert(LIMIT_KEY).values([{"key": text} for text in part]).on_conflict_do_nothing()
        await connection.execute(rows)
        waiting = select(LIMIT_KEY.c.key).where(LIMIT_KEY.c.key.in_(part)).order_by(LIMIT_KEY.c.key)
        await connection.execute(waiting.with_for_update())


async def history(connection: AsyncConnection, keys: Collection[LimitKey]) -> History:
    """What counts under these keys, oldest entry first; each award once, with all its keys."""
    by_text = {key_text(key): key for key in keys}
    found: dict[str, tuple[int, PastAward, list[LimitKey]]] = {}
    texts = sorted(by_text)
    for start in range(0, len(texts), MOST_KEYS):
        query = (
            select(
                SUBSIDY.c.position,
                SUBSIDY.c.ref,
                SUBSIDY.c.on_date,
                SUBSIDY.c.year,
                SUBSIDY.c.amount_fen,
                SUBSIDY_KEY.c.key,
            )
            .join(SUBSIDY_KEY, SUBSIDY_KEY.c.subsidy_id == SUBSIDY.c.id)
            .where(SUBSIDY_KEY.c.key.in_(texts[start : start + MOST_KEYS]), SUBSIDY_KEY.c.counts)
        )
        for position, ref, on_date, year, amount_fen, text in await connection.execute(query):
            award = PastAward(ref, on_date, year, in_yuan(amount_fen), ())
            found.setdefault(ref, (position, award, []))[2].append(by_text[text])
    return History(award._replace(keys=tuple(kept)) for _, award, kept in sorted(found.values(), key=_by_position))


def _by_position(entry: tuple[int, PastAward, list[LimitKey]]) -> int:
    return entry[0]


async def enter(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], keys: Sequence[Mapping[str, Any]]
) -> None:
    """Enters rows and the keys they count under (or were refused under), in bulk."""
    if rows:
        await connection.execute(insert(SUBSIDY), rows)
    if keys:
        await connection.execute(insert(SUBSIDY_KEY), keys)


async def give_back(connection: AsyncConnection, subsidies: Collection[str]) -> None:
    """What is reversed counts under no limit any more."""
    await connection.execute(delete(SUBSIDY_KEY).where(SUBSIDY_KEY.c.subsidy_id.in_(subsidies)))


async def keys_of(connection: AsyncConnection, *subsidies: str) -> list[str]:
    query = select(SUBSIDY_KEY.c.key).where(SUBSIDY_KEY.c.subsidy_id.in_(subsidies), SUBSIDY_KEY.c.counts).distinct()
    return list((await connection.execute(query)).scalars())


async def under(connection: AsyncConnection, keys: Collection[str]) -> Sequence[RowMapping]:
    """The rows that count, or were refused, under these keys, oldest first."""
    ids = select(SUBSIDY_KEY.c.subsidy_id).where(SUBSIDY_KEY.c.key.in_(keys))
    query = select(SUBSIDY).where(SUBSIDY.c.id.in_(ids)).order_by(SUBSIDY.c.position)
    return (await connection.execute(query)).mappings().all()


async def approved(connection: AsyncConnection, year: int) -> int:
    """What is approved or paid out of a year's budget, in fen."""
    query = select(func.coalesce(func.sum(PAYMENT.c.amount_fen), 0)).where(
        PAYMENT.c.budget_year == year, PAYMENT.c.state.in_(("approved", "paid"))
    )
    return int((await connection.execute(query)).scalar_one())


def standing() -> Select[Any]:
    """The rows that say how things stand: not reversed, no reversing entry, and not computed again since.

    A refusal, a ceiling or a block of a cause gives way to what the same cause came to later.
    """
    later = SUBSIDY.alias("later")
    reversed_ = select(later.c.id).where(later.c.reverses == SUBSIDY.c.id)
    again = select(later.c.id).where(
        later.c.root == SUBSIDY.c.root,
        later.c.position > SUBSIDY.c.position,
        later.c.cause_event_id != SUBSIDY.c.cause_event_id,
        (later.c.rule == SUBSIDY.c.rule) | SUBSIDY.c.rule.is_(None),
    )
    own, since = CAUSE.alias("own"), CAUSE.alias("since")
    asked_since = (
        select(since.c.event_id)
        .join(own, own.c.root == since.c.root)
        .where(own.c.event_id == SUBSIDY.c.cause_event_id, since.c.happened_at > own.c.happened_at)
    )
    return select(SUBSIDY).where(
        SUBSIDY.c.outcome != REVERSAL,
        (SUBSIDY.c.outcome != BLOCKED) | ~asked_since.exists(),
        ~reversed_.exists(),
        SUBSIDY.c.outcome.in_((AWARDED, CUT)) | ~again.exists(),
    )


class TakenBack(NamedTuple):
    """What the office took back by hand: the same fact told again, under whatever id, does not bring it back."""

    about: str
    carrier_id: str
    on: date
    rule: str


async def taken_back(connection: AsyncConnection, abouts: Collection[str]) -> set[TakenBack]:
    """What was taken back of these matters."""
    reversal = SUBSIDY.alias("reversal")
    query = (
        select(CAUSE.c.about, SUBSIDY.c.carrier_id, SUBSIDY.c.on_date, SUBSIDY.c.rule)
        .join(CAUSE, CAUSE.c.event_id == SUBSIDY.c.root)
        .join(reversal, reversal.c.reverses == SUBSIDY.c.id)
        .where(CAUSE.c.about.in_(abouts), SUBSIDY.c.outcome == AWARDED, reversal.c.reason.is_not(None))
    )
    return {TakenBack(*row) for row in await connection.execute(query)}


async def of_roots(connection: AsyncConnection, roots: Collection[str]) -> dict[str, list[RowMapping]]:
    """Every row of these causes, oldest first."""
    query = select(SUBSIDY).where(SUBSIDY.c.root.in_(roots)).order_by(SUBSIDY.c.position)
    found: dict[str, list[RowMapping]] = {}
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["root"], []).append(row)
    return found
