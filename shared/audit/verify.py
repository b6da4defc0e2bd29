"""Proving a trail: every seal computed again, the chain followed, the rows compared with what was recorded of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.audit import rows
from shared.audit.chain import Entry, Fault, Seal, faults_of, reach_of
from shared.audit.matching import Matching
from shared.audit.trail import Recorded, Trail
from shared.db.transaction import reading

ONE_LOOK = text("set transaction isolation level repeatable read")
PAGE = 1_000


@dataclass
class Verdict:
    """What was looked at, the newest seal, and everything that does not hold."""

    sealed: int = 0
    unsealed: int = 0
    seals: int = 0
    rows: int = 0
    last: Seal | None = None
    faults: list[Fault] = field(default_factory=list)


async def verify(engine: AsyncEngine, trail: Trail, heads: Mapping[int, str] | None = None) -> Verdict:
    """Looks at all of it as it stands at one moment. `heads`: hashes of seals noted elsewhere that must still hold."""
    async with reading(engine) as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(ONE_LOOK)
        return await prove(connection, trail, heads or {})


async def prove(connection: AsyncConnection, trail: Trail, heads: Mapping[int, str]) -> Verdict:
    """As this transaction sees it."""
    verdict = Verdict()
    expected = {each.table.name: Matching(each.table.name, each.latest, each.complete) for each in trail.records}
    await _chain(connection, trail, verdict, expected, dict(heads))
    for recorded in trail.records:
        await _rows(connection, recorded, expected[recorded.table.name], verdict)
    return verdict


async def _chain(
    connection: AsyncConnection, trail: Trail, verdict: Verdict, expected: Mapping[str, Matching], heads: dict[int, str]
) -> None:
    while (seal := await rows.seal_after(connection, trail.tables, verdict.last and verdict.last.number)) is not None:
        after, until = reach_of(seal, verdict.last)
        if after is not None:  # of a seal that is missing, the entries are still those of their rows
            lost = await rows.entries(connection, trail.tables, verdict.last and verdict.last.last, after)
            _note(lost, verdict, expected)
            verdict.unsealed += len(lost)
        batch = await rows.entries(connection, trail.tables, after, until)
        verdict.faults += faults_of(seal, verdict.last, batch)
        if heads.pop(seal.number, seal.hash) != seal.hash:
            verdict.faults.append(Fault("head-differs", f"第 {seal.number} 封不是当时抄录的那一封", seal=seal.number))
        _note(batch, verdict, expected)
        verdict.sealed += len(batch)
        verdict.seals += 1
        verdict.last = seal
    verdict.faults += [Fault("head-missing", f"抄录过的第 {number} 封不见了", seal=number) for number in heads]
    after = verdict.last and verdict.last.last
    while batch := await rows.entries(connection, trail.tables, after, most=PAGE):
        _note(batch, verdict, expected)
        verdict.unsealed += len(batch)
        after = batch[-1].position


def _note(batch: Sequence[Entry], verdict: Verdict, expected: Mapping[str, Matching]) -> None:
    for entry in batch:
        if entry.record is None:
            continue
        if entry.record in expected:
            expected[entry.record].expect(entry)
            continue
        message = f"第 {entry.position} 条审计记录所指的 {entry.record} 表，本程序不认识"
        verdict.faults.append(Fault("record-unknown", message, position=entry.position, table=entry.record))


async def _rows(connection: AsyncConnection, recorded: Recorded, matching: Matching, verdict: Verdict) -> None:
    table = recorded.table
    keys = [column.name for column in table.primary_key.columns]
    wanted = dict.fromkeys([*keys, recorded.of, *recorded.columns])
    found = await connection.stream(select(*(table.c[name] for name in wanted)).order_by(*table.primary_key.columns))
    async for part in found.mappings().partitions(PAGE):
        for row in part:
            of = str(row[recorded.of])
            if matching.asks_for(of):
                matching.meet(of, "/".join(str(row[key]) for key in keys), recorded.digest(row))
        if recorded.complete:
            verdict.rows += len(part)
    verdict.faults += matching.left()
