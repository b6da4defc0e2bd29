"""Decide where the text leaves room, supply what was missing, take back what should not stand: each computes again."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, model_validator
from sqlalchemy import RowMapping, insert, select, update

from services.incubator.store import causes, changes, ledger, shortages, trail
from services.incubator.store.tables import DECISION, SUBSIDY, TOUCHED
from services.incubator.usecases.entries import end_payments, reversing, steps_of, told_reversed
from services.incubator.usecases.questions import asked, carriers_of, event_of
from shared.contracts.incubator import SettlementRequested
from shared.core.errors import DomainError
from shared.core.exact import parse_decimal
from shared.ledger import outcomes
from shared.ledger.rows import matter_text
from shared.messaging.outbox import Outgoing, event_id
from shared.messaging.unit import Unit
from shared.policy import History, PolicyError, compute, load_policy
from shared.policy.amounts import Computed

POLICY = load_policy("dalian-2017-52")
"""Its facts are those that can be supplied."""
Reason = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(lambda text: " ".join(text.split()))]
"""One line, as an explanation holds it."""


class Decide(BaseModel):
    """办公室决定：比例（上限以内）或金额（“最高”以内），写明理由。"""

    about: str
    """考评结果编号，或所核算事件的编号。"""
    rate: str | None = None
    amount: str | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_them(self) -> "Decide":
        if (self.rate is None) == (self.amount is None):
            raise ValueError("比例和金额写且只写一项")
        return self


class DecideMany(BaseModel):
    """对多笔补助作同一个决定：同一比例或同一金额，写明理由。"""

    abouts: list[str] = Field(min_length=1, max_length=1000)
    """考评结果编号，或所核算事件的编号。"""
    rate: str | None = None
    amount: str | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_them(self) -> "DecideMany":
        if (self.rate is None) == (self.amount is None):
            raise ValueError("比例和金额写且只写一项")
        return self


class SupplyFacts(BaseModel):
    """补充缺少的事实，重新核算。"""

    cause_event_id: str
    facts: dict[str, str] = Field(default_factory=dict)
    reason: Reason


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


async def decide(unit: Unit, order: Decide) -> list[str]:
    """Records a decision; what was computed already is computed again. The ids of the requests."""
    for value in (order.rate, order.amount):
        number = parse_decimal(value) if value is not None else None
        if value is not None and (number is None or number.is_signed()):
            raise DomainError("bad-number", f"“{value}”不是不小于 0 的数字")
    await ledger.ROWS.lock(unit.connection, [matter_text(order.about)])
    roots = await causes.CAUSES.about(unit.connection, order.about)
    await _is_read(unit, order, roots)
    row = order.model_dump() | {"by": unit.by, "on_date": unit.today}
    await unit.connection.execute(insert(DECISION), [row])
    await trail.record(unit, trail.DECISIONS, "decision", [row])
    await changes.note(unit, "decision", [(order.about, None, "decided")], order.reason)
    return [await request(unit, root, {}, order.reason) for root in roots]


async def decide_many(unit: Unit, order: DecideMany) -> int:
    """The same decision of each, or of none; how many requests to compute again followed."""
    abouts = sorted(set(order.abouts))
    await ledger.ROWS.lock(unit.connection, map(matter_text, abouts))
    one = order.model_dump(exclude={"abouts"})
    return sum([len(await decide(unit, Decide(about=about, **one))) for about in abouts])


async def _is_read(unit: Unit, order: Decide, roots: list[str]) -> None:
    """A rate is read where the text has a rate, an amount where it has a range; the other would be passed over."""
    entered = await ledger.ROWS.of_roots(unit.connection, roots)
    named = {row["rule"] for rows in entered.values() for row in rows if row["outcome"] != outcomes.DECLINED}
    rules = [rule for rule in POLICY.rules if rule.id in named]
    by_rate = [isinstance(rule.amount, Computed) and rule.amount.formula.takes_rate for rule in rules]
    if rules and order.amount is not None and all(by_rate):
        raise DomainError("decision-not-read", "这项补助按比例计算，请决定比例，不写金额")
    if rules and order.rate is not None and not any(by_rate):
        raise DomainError("decision-not-read", "这项补助没有可以决定的比例")
    found = await causes.CAUSES.named(unit.connection, roots)
    for cause in found.values():
        _is_allowed(order, cause)


def _is_allowed(order: Decide, cause: RowMapping) -> None:
    """Whether the text allows it, asked of the engine itself; what else is wrong with the event is no matter here."""
    carrier, body = asked(event_of(cause))
    subject = {"id": carrier.id, "org": carrier.org_id, "kind": carrier.kind, "level": carrier.level}
    given = {name: value for name, value in (("rate", order.rate), ("amount", order.amount)) if value is not None}
    try:
        compute(POLICY, subject, {**body, "id": cause["event_id"]}, History(), given)
    except PolicyError as error:
        if "decision" in error.code:
            raise DomainError(error.code, error.message) from None


async def supply_facts(unit: Unit, order: SupplyFacts) -> str:
    """Asks to compute an event again with facts the office answers for."""
    for name, value in order.facts.items():
        if name not in POLICY.facts:
            raise DomainError("no-such-fact", f"没有事实“{name}”；可用：{'、'.join(POLICY.facts)}")
        try:
            POLICY.facts[name].read(value)
        except PolicyError as error:
            raise DomainError(error.code, error.message) from None
    if order.cause_event_id not in await causes.CAUSES.named(unit.connection, [order.cause_event_id]):
        raise DomainError("no-such-cause", f"没有核算过事件 {order.cause_event_id}", status=404)
    await trail.decided(unit, "facts", order.cause_event_id, facts=order.facts, reason=order.reason)
    return await request(unit, order.cause_event_id, order.facts, order.reason)


async def request(unit: Unit, cause: str, facts: dict[str, str], reason: str, *distinct: str) -> str:
    """Computing again on purpose is a new event, and therefore a new cause."""
    found = (await causes.CAUSES.named(unit.connection, [cause])).get(cause)
    id_ = event_id("settlement", cause, *(distinct or (unit.now.isoformat(), unit.by, reason)))
    event = SettlementRequested(request_id=id_, cause_event_id=cause, facts=facts, by=unit.by, reason=reason)
    told = event_id(id_, event.type_)
    unit.publish(Outgoing(told, event, found["story"] if found else None, cause))
    return told


async def reverse_subsidy(unit: Unit, order: ReverseSubsidy) -> str:
    """Takes an award back by a reversing entry, and with it what a short budget had cut of it; what it used up is free
    again. Whom that limit had refused, or given less, is listed, and computed again now or on request. Answers the id
    of the reversing entry."""
    row = await _row(unit, order.subsidy_id)
    keys = await ledger.ROWS.keys_of(unit.connection, order.subsidy_id)
    await ledger.ROWS.lock(unit.connection, keys)
    row = await _row(unit, order.subsidy_id)  # as it is now that nobody else can move it
    reversal = reversing(row, row["cause_event_id"], order.reason, unit.today)
    cuts = [
        reversing(cut.entry, row["cause_event_id"], order.reason, unit.today)
        for cut in await shortages.cuts(unit.connection, [row["id"]])
    ]
    doubtful = await _doubtful(unit, keys, row)
    await ledger.ROWS.enter(unit.connection, [each | {"entered_at": unit.now} for each in (reversal, *cuts)], [])
    await trail.record(unit, trail.LEDGER, "subsidy:reversal", [reversal, *cuts])
    await ledger.ROWS.give_back(unit.connection, [row["id"]])
    await end_payments(unit, [row["id"]])
    await changes.note(unit, "subsidy", [(row["id"], row["outcome"], "reversed")], order.reason)
    carrier = (await carriers_of(unit.connection, [row["root"]]))[row["root"]]
    told = event_id(reversal["id"], "told")
    unit.publish(Outgoing(told, told_reversed(row, reversal, carrier, order.reason), row["story"], row["root"]))
    listed = [{"reversal_id": reversal["id"], "subsidy_id": other["id"]} for other in doubtful.values()]
    if listed:
        await unit.connection.execute(insert(TOUCHED), listed)
    if order.recompute and listed:
        again = RecomputeTouched(subsidy_id=row["id"], reason=f"{row['ref']} 已冲销，重新核算")
        await recompute_touched(unit, again)
    return str(reversal["id"])


async def recompute_touched(unit: Unit, order: RecomputeTouched) -> int:
    """Asks to compute again what a reversal touches, each once; how many were asked for.

    nothing-touched if nothing of what is named waits for it.
    """
    reversal = event_id(order.subsidy_id, "reversed")
    change = update(TOUCHED).where(TOUCHED.c.reversal_id == reversal, TOUCHED.c.requested_at.is_(None))
    if order.touched is not None:
        change = change.where(TOUCHED.c.subsidy_id.in_(order.touched))
    change = change.values(requested_by=unit.by, requested_at=unit.now).returning(TOUCHED.c.subsidy_id)
    asked_for = sorted((await unit.connection.execute(change)).scalars())
    if not asked_for:
        raise DomainError("nothing-touched", "没有等待重新核算的补助：都已要求过，或不受这笔冲销影响", status=409)
    rows = await unit.connection.execute(select(SUBSIDY.c.root).where(SUBSIDY.c.id.in_(asked_for)).distinct())
    roots = sorted(rows.scalars())
    await trail.decided(unit, "recompute", order.subsidy_id, touched=asked_for, reason=order.reason)
    for root in roots:
        await request(unit, root, {}, order.reason, reversal)
    return len(roots)


async def look_again(unit: Unit, keys: list[str], row: Any, reversal: str) -> None:  # noqa: ANN401 - a row of the ledger
    """Computes again at once whom these limits had refused, or given less because `row` was counted: `row` was no
    decision of the office, its own cause came to something else."""
    for root in await _doubtful(unit, keys, row):
        await request(unit, root, {}, f"{row['ref']} 已冲销，重新核算", reversal)


async def _doubtful(unit: Unit, keys: list[str], row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the ledger
    """By root, whom these limits had refused, or given less because `row` was counted, as its entries stand last."""
    last = {(other["root"], other["rule"]): other for other in await ledger.under(unit.connection, keys)}
    return {
        other["root"]: other
        for other in last.values()
        if other["root"] != row["root"] and (other["outcome"] == outcomes.DECLINED or _was_cut(other, row["ref"]))
    }


def _was_cut(other: Any, ref: str) -> bool:  # noqa: ANN401 - a row of the ledger
    """Whether a limit that counted `ref` gave this award less; one that took nothing would take nothing again."""
    if ref.encode() not in bytes(other["explanation"]):
        return False
    return any(
        Decimal(step["took"] or 0) and any(past["award"] == ref for past in step["counted"]) for step in steps_of(other)
    )


async def _row(unit: Unit, subsidy_id: str) -> Any:  # noqa: ANN401 - a row of the ledger
    row = (await unit.connection.execute(select(SUBSIDY).where(SUBSIDY.c.id == subsidy_id))).mappings().first()
    if row is None:
        raise DomainError("no-such-subsidy", f"台账里没有“{subsidy_id}”", status=404)
    if row["outcome"] != outcomes.AWARDED:
        raise DomainError(
            "not-an-award", f"“{subsidy_id}”是{outcomes.OUTCOMES[row['outcome']]}，没有可冲销的金额", status=409
        )
    reversed_ = select(SUBSIDY.c.id).where(SUBSIDY.c.reverses == subsidy_id)
    if (await unit.connection.execute(reversed_)).first() is not None:
        raise DomainError("already-reversed", f"“{subsidy_id}”已经冲销", status=409)
    return row
