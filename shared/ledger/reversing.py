"""Take back what should not stand, and compute again whom it touches."""

from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from sqlalchemy import insert, select, update

from shared.contracts.talent.spoken import check_impersonal
from shared.core.errors import DomainError
from shared.ledger.entries import COMPUTED_AGAIN, end_payments, reversing, steps_of, told_reversed
from shared.ledger.orders import Reason
from shared.ledger.outcomes import AWARDED, DECLINED, names
from shared.ledger.questions import parties_of
from shared.ledger.service import Ledger
from shared.messaging.outbox import Outgoing, event_id
from shared.messaging.unit import Unit


class ReverseSubsidy(BaseModel):
    """冲销一笔补助，写明理由；受影响的其他补助随即重新核算，或只列出来，等人要求。"""

    subsidy_id: str
    reason: Reason
    recompute: bool = True
    """False：受影响的补助只列出来，由 recompute-touched 重新核算。"""


class RecomputeTouched(BaseModel):
    """重新核算受一笔冲销影响的补助：列出的几笔，或全部。"""

    subsidy_id: str
    """被冲销的补助。"""
    touched: list[str] | None = None
    """受影响的补助；不写即全部。"""
    reason: Reason


async def request(ledger: Ledger, unit: Unit, cause: str, facts: dict[str, str], reason: str, *distinct: str) -> str:
    """Computing again on purpose is a new event, and therefore a new cause."""
    found = (await ledger.causes.named(unit.connection, [cause])).get(cause)
    id_ = event_id("settlement", cause, *(distinct or (unit.now.isoformat(), unit.by, reason)))
    event = ledger.hearing.request.model_validate(
        {"request_id": id_, "cause_event_id": cause, "facts": facts, "by": unit.by, "reason": reason}
    )
    told = event_id(id_, event.type_)
    check_impersonal(event)
    unit.publish(Outgoing(told, event, found["story"] if found else None, cause))
    return told


async def reverse_subsidy(ledger: Ledger, unit: Unit, order: ReverseSubsidy, *, given_anew: bool = False) -> str:
    """Takes an award back by a reversing entry, and with it what a short budget had cut of it; what it used up is free
    again. Whom that limit had refused, or given less, is listed, and computed again now or on request. Answers the id
    of the reversing entry.

    `given_anew`: it is taken back only to be entered once more, for another payee; what the office takes back itself is
    never given again."""
    rows, trailing = ledger.rows, ledger.trailing
    row = await _row(ledger, unit, order.subsidy_id)
    keys = await rows.keys_of(unit.connection, order.subsidy_id)
    await rows.lock(unit.connection, keys)
    row = await _row(ledger, unit, order.subsidy_id)  # as it is now that nobody else can move it
    by_hand = COMPUTED_AGAIN if given_anew else order.reason
    reversal = reversing(row, row["cause_event_id"], by_hand, unit.today)
    cuts = [
        reversing(cut.entry, row["cause_event_id"], by_hand, unit.today)
        for cut in await ledger.shortfalls.cuts(unit.connection, [row["id"]])
    ]
    doubtful = await _doubtful(ledger, unit, keys, row)
    await rows.enter(unit.connection, [each | {"entered_at": unit.now} for each in (reversal, *cuts)], [])
    await trailing.record(unit, ledger.recorded.entries, "subsidy:reversal", [reversal, *cuts])
    await rows.give_back(unit.connection, [row["id"]])
    await end_payments(ledger, unit, [row["id"]])
    await ledger.changes.note(unit, "subsidy", [(row["id"], row["outcome"], "reversed")], order.reason)
    party = (await parties_of(ledger, unit.connection, [row["root"]]))[row["root"]]
    told = told_reversed(ledger, row, reversal, party, order.reason)
    check_impersonal(told)
    unit.publish(Outgoing(event_id(reversal["id"], "told"), told, row["story"], row["root"]))
    listed = [{"reversal_id": reversal["id"], "subsidy_id": other["id"]} for other in doubtful.values()]
    if listed:
        await unit.connection.execute(insert(ledger.tables.touched), listed)
    if order.recompute and listed:
        again = RecomputeTouched(subsidy_id=row["id"], reason=f"{row['ref']} 已冲销，重新核算")
        await recompute_touched(ledger, unit, again)
    return str(reversal["id"])


async def recompute_touched(ledger: Ledger, unit: Unit, order: RecomputeTouched) -> int:
    """Asks to compute again what a reversal touches, each once; how many were asked for.

    nothing-touched if nothing of what is named waits for it.
    """
    touched, subsidy = ledger.tables.touched, ledger.tables.subsidy
    reversal = event_id(order.subsidy_id, "reversed")
    change = update(touched).where(touched.c.reversal_id == reversal, touched.c.requested_at.is_(None))
    if order.touched is not None:
        change = change.where(touched.c.subsidy_id.in_(order.touched))
    change = change.values(requested_by=unit.by, requested_at=unit.now).returning(touched.c.subsidy_id)
    asked_for = sorted((await unit.connection.execute(change)).scalars())
    if not asked_for:
        noun = ledger.noun
        raise DomainError("nothing-touched", f"没有等待重新核算的{noun}：都已要求过，或不受这笔冲销影响", status=409)
    rows = await unit.connection.execute(select(subsidy.c.root).where(subsidy.c.id.in_(asked_for)).distinct())
    roots = sorted(rows.scalars())
    await ledger.trailing.decided(unit, "recompute", order.subsidy_id, touched=asked_for, reason=order.reason)
    for root in roots:
        await request(ledger, unit, root, {}, order.reason, reversal)
    return len(roots)


async def look_again(ledger: Ledger, unit: Unit, keys: list[str], row: Any, reversal: str) -> None:  # noqa: ANN401 - a row
    """Computes again at once whom these limits had refused, or given less because `row` was counted: `row` was no
    decision of the office, its own cause came to something else."""
    for root in await _doubtful(ledger, unit, keys, row):
        await request(ledger, unit, root, {}, f"{row['ref']} 已冲销，重新核算", reversal)


async def _doubtful(ledger: Ledger, unit: Unit, keys: list[str], row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    """By root, whom these limits had refused, or given less because `row` was counted, as its entries stand last."""
    last = {(other["root"], other["rule"]): other for other in await ledger.rows.under(unit.connection, keys)}
    return {
        other["root"]: other
        for other in last.values()
        if other["root"] != row["root"] and (other["outcome"] == DECLINED or _was_cut(other, row["ref"]))
    }


def _was_cut(other: Any, ref: str) -> bool:  # noqa: ANN401 - a row of the ledger
    """Whether a limit that counted `ref` gave this award less; one that took nothing would take nothing again."""
    if ref.encode() not in bytes(other["explanation"]):
        return False
    return any(
        Decimal(step["took"] or 0) and any(past["award"] == ref for past in step["counted"]) for step in steps_of(other)
    )


async def _row(ledger: Ledger, unit: Unit, subsidy_id: str) -> Any:  # noqa: ANN401 - a row of the ledger
    subsidy = ledger.tables.subsidy
    row = (await unit.connection.execute(select(subsidy).where(subsidy.c.id == subsidy_id))).mappings().first()
    if row is None:
        raise DomainError("no-such-subsidy", f"台账里没有“{subsidy_id}”", status=404)
    if row["outcome"] != AWARDED:
        found = names(ledger.noun)[row["outcome"]]
        raise DomainError("not-an-award", f"“{subsidy_id}”是{found}，没有可冲销的金额", status=409)
    reversed_ = select(subsidy.c.id).where(subsidy.c.reverses == subsidy_id)
    if (await unit.connection.execute(reversed_)).first() is not None:
        raise DomainError("already-reversed", f"“{subsidy_id}”已经冲销", status=409)
    return row
