"""What the audit trail proves of this service: every change of state, every decision, and the rows they leave."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, select

from services.incubator.store.tables import (
    AUDIT,
    BUDGET,
    CARRIER,
    CHANGE,
    DECISION,
    EVALUATION,
    OBJECTION,
    PAYMENT,
    REPORT_VERSION,
    SUBSIDY,
)
from shared.audit.trail import Recorded, Step, Trail, decision, enter
from shared.messaging.unit import Unit

CHANGES = Recorded(CHANGE, "of", ("noun", "of", "before", "after", "by", "at", "why"))
DECISIONS = Recorded(DECISION, "about", ("about", "rate", "amount", "by", "on_date", "reason"))
SUBMITTED = Recorded(
    REPORT_VERSION, "report_id", ("report_id", "version", "figures", "explanation", "by", "at"), complete=False
)
"""What was submitted; a draft has no entry."""
LEDGER = Recorded(
    SUBSIDY,
    "id",
    (
        "id", "root", "cause_event_id", "ref", "outcome", "carrier_id", "organisation_id", "policy_version", "article",
        "rule", "reason", "on_date", "year", "amount_fen", "reverses", "explanation", "explanation_hash",
    ),
    latest=True,
    complete=False,
)  # fmt: skip
"""What a person decided about: a row that is to be paid, a row taken back. Others prove themselves by their hash."""
BY_NOUN = {
    "carrier": Recorded(CARRIER, "id", ("id", "kind", "level", "state"), latest=True),
    "evaluation": Recorded(
        EVALUATION,
        "id",
        ("id", "carrier_id", "state", "total", "grade", "reason", "withdrawal_proposed", "finalised_on"),
        latest=True,
    ),
    "objection": Recorded(
        OBJECTION,
        "id",
        ("id", "evaluation_id", "objector_id", "grounds", "state", "filed_on", "decide_by", "reason"),
        latest=True,
    ),
    "payment": Recorded(
        PAYMENT,
        "subsidy_id",
        ("subsidy_id", "state", "budget_year", "proposed_by", "approved_by", "paid_on", "document_no"),
        latest=True,
    ),
    "budget": Recorded(BUDGET, "year", ("year", "amount_fen", "document_no"), latest=True),
}
"""Rows that move: each step records how the row stands after it."""
TRAIL = Trail(AUDIT, (CHANGES, DECISIONS, SUBMITTED, LEDGER, *BY_NOUN.values()))
MOST_IDS = 5_000


async def note(unit: Unit, noun: str, changes: Sequence[Mapping[str, Any]]) -> None:
    """Enters what `changes.note` has written, and how the rows that moved stand now."""
    steps = [CHANGES.step(_act(row), row) for row in changes]
    if noun in BY_NOUN:
        acts = {row["of"]: _act(row) for row in changes}
        steps += await _standing(unit, BY_NOUN[noun], acts)
    await enter(unit.connection, AUDIT, unit.by, unit.now, steps)


def _act(change: Mapping[str, Any]) -> str:
    """payment:proposed>approved; nothing stands before the > of a row that is new."""
    return f"{change['noun']}:{change['before'] or ''}>{change['after']}"


async def _standing(unit: Unit, recorded: Recorded, acts: Mapping[str, str]) -> list[Step]:
    key = recorded.table.c[recorded.of]
    columns = [recorded.table.c[name] for name in recorded.columns]
    ids = [int(id_) if isinstance(key.type, Integer) else id_ for id_ in acts]
    steps: list[Step] = []
    for start in range(0, len(ids), MOST_IDS):
        query = select(*columns).where(key.in_(ids[start : start + MOST_IDS])).order_by(key)
        rows = (await unit.connection.execute(query)).mappings()
        steps += [recorded.step(acts[str(row[recorded.of])], row) for row in rows]
    return steps


async def record(unit: Unit, recorded: Recorded, act: str, rows: Iterable[Mapping[Any, Any]]) -> None:
    """Enters rows that were decided about, whole."""
    await enter(unit.connection, AUDIT, unit.by, unit.now, [recorded.step(act, row) for row in rows])


async def decided(unit: Unit, act: str, of: str, **decided: Any) -> None:  # noqa: ANN401 - what was decided
    """Enters a decision that leaves no row behind that could be compared."""
    await enter(unit.connection, AUDIT, unit.by, unit.now, [decision(act, of, **decided)])
