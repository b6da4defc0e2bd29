"""The ledger: what was awarded, under lock by limit key, and what is entered."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import LIMIT_KEY, SUBSIDY, SUBSIDY_KEY, Subsidy, SubsidyKey
from shared.core.canonical import canonical_json
from shared.core.exact import EXACT
from shared.policy import History, PastAward
from shared.policy.steps import LimitKey

AWARDED, WAITING, DECLINED, BLOCKED = "awarded", "waiting", "declined", "blocked"
FEN = Decimal(100)
MOST_KEYS = 5_000
"""As many keys as one question to the database asks for; SQLite and PostgreSQL take some 32,000 values."""


def key_text(key: LimitKey) -> str:
    """A limit key as a row holds it: canonical JSON, so that no id can pretend to be two."""
    return canonical_json(key).decode()


def in_fen(yuan: Decimal | None) -> int | None:
    """Whole fen; an amount that is not would be a bug, and fails."""
    return None if yuan is None else int(EXACT.to_integral_exact(EXACT.multiply(yuan, FEN)))


def in_yuan(fen: int) -> Decimal:
    return EXACT.divide(Decimal(fen), FEN)


async def lock(connection: AsyncConnection, keys: Collection[LimitKey]) -> None:
    """Nobody else computes under these keys until this transaction ends. Taken in order, so that two never deadlock.

    On SQLite the transaction holds the only writer's lock already; the rows are made all the same.
    """
    texts = sorted(map(key_text, keys))
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    for start in range(0, len(texts), MOST_KEYS):
        part = texts[start : start + MOST_KEYS]
        await connection.execute(
            dialect.insert(LIMIT_KEY).values([{"key": text} for text in part]).on_conflict_do_nothing()
        )
        rows = select(LIMIT_KEY.c.key).where(LIMIT_KEY.c.key.in_(part)).order_by(LIMIT_KEY.c.key)
        await connection.execute(rows.with_for_update())


async def history(connection: AsyncConnection, keys: Collection[LimitKey]) -> History:
    """What counts under these keys, oldest entry first; each award once, with all its keys."""
    by_text = {key_text(key): key for key in keys}
    found: dict[str, tuple[PastAward, list[LimitKey]]] = {}
    texts = sorted(by_text)
    for start in range(0, len(texts), MOST_KEYS):
        query = (
            select(SUBSIDY.c.ref, SUBSIDY.c.on_date, SUBSIDY.c.year, SUBSIDY.c.amount_fen, SUBSIDY_KEY.c.key)
            .join(SUBSIDY_KEY, SUBSIDY_KEY.c.subsidy_id == SUBSIDY.c.id)
            .where(SUBSIDY_KEY.c.key.in_(texts[start : start + MOST_KEYS]))
            .order_by(SUBSIDY.c.entered_at, SUBSIDY.c.id)
        )
        for ref, on_date, year, amount_fen, text in await connection.execute(query):
            award = PastAward(ref, on_date, year, in_yuan(amount_fen), ())
            found.setdefault(ref, (award, []))[1].append(by_text[text])
    return History(award._replace(keys=tuple(kept)) for award, kept in found.values())


async def enter(connection: AsyncConnection, rows: Iterable[Subsidy], keys: Iterable[SubsidyKey]) -> None:
    """Enters rows and the keys they count under, in bulk."""
    subsidies = [row.model_dump() for row in rows]
    if subsidies:
        await connection.execute(insert(SUBSIDY), subsidies)
    counted = [row.model_dump() for row in keys]
    if counted:
        await connection.execute(insert(SUBSIDY_KEY), counted)
