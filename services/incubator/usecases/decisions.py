"""Decide where the text leaves room, supply what was missing, take back what should not stand: each computes again."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, model_validator
from sqlalchemy import RowMapping, insert, select

from services.incubator.store import causes, changes, ledger, trail
from services.incubator.store.tables import DECISION, SUBSIDY
from services.incubator.usecases.entries import cancel_payments, reversing, told_reversed
from services.incubator.usecases.questions import asked, carriers_of, event_of
from shared.contracts.incubator import SettlementRequested
from shared.core.errors import DomainError
from shared.core.exact import parse_decimal
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


class SupplyFacts(BaseModel):
    """补充缺少的事实，重新核算。"""

    cause_event_id: str
    facts: dict[str, str] = Field(default_factory=dict)
    reason: Reason


class ReverseSubsidy(BaseModel):
    """冲销一笔补助，写明理由。"""

    subsidy_id: str
    reason: Reason


async def decide(unit: Unit, order: Decide) -> list[str]:
    """Records a decision; what was computed already is computed again. The ids of the requests."""
    for value in (order.rate, order.amount):
        number = parse_decimal(value) if value is not None else None
        if value is not None and (number is None or number.is_signed()):
            raise DomainError("bad-number", f"“{value}”不是不小于 0 的数字")
    await ledger.lock(unit.connection, [ledger.matter_text(order.about)])
    roots = await causes.about(unit.connection, order.about)
    await _is_read(unit, order, roots)
    row = order.model_dump() | {"by": unit.by, "on_date": unit.today}
    await unit.connection.execute(insert(DECISION), [row])
    await trail.record(unit, trail.DECISIONS, "decision", [row])
    await changes.note(unit, "decision", [(order.about, None, "decided")], order.reason)
    return [await request(unit, root, {}, order.reason) for root in roots]


async def _is_read(unit: Unit, order: Decide, roots: list[str]) -> None:
    """A rate is read where the text has a rate, an amount where it has a range; the other would be passed over."""
    entered = await ledger.of_roots(unit.connection, roots)
    named = {row["rule"] for rows in entered.values() for row in rows if row["outcome"] != ledger.DECLINED}
    rules = [rule for rule in POLICY.rules if rule.id in named]
    by_rate = [isinstance(rule.amount, Computed) and rule.amount.formula.takes_rate for rule in rules]
    if rules and order.amount is not None and all(by_rate):
        raise DomainError("decision-not-read", "这项补助按比例计算，请决定比例，不写金额")
    if rules and order.rate is not None and not any(by_rate):
        raise DomainError("decision-not-read", "这项补助没有可以决定的比例")
    found = await causes.named(unit.connection, roots)
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
    if order.cause_event_id not in await causes.named(unit.connection, [order.cause_event_id]):
        raise DomainError("no-such-cause", f"没有核算过事件 {order.cause_event_id}", status=404)
    await trail.decided(unit, "facts", order.cause_event_id, facts=order.facts, reason=order.reason)
    return await request(unit, order.cause_event_id, order.facts, order.reason)


async def request(unit: Unit, cause: str, facts: dict[str, str], reason: str, *distinct: str) -> str:
    """Computing again on purpose is a new event, and therefore a new cause."""
    found = (await causes.named(unit.connection, [cause])).get(cause)
    id_ = event_id("settlement", cause, *(distinct or (unit.now.isoformat(), unit.by, reason)))
    event = SettlementRequested(request_id=id_, cause_event_id=cause, facts=facts, by=unit.by, reason=reason)
    told = event_id(id_, event.type_)
    unit.publish(Outgoing(told, event, found["story"] if found else None, cause))
    return told


async def reverse_subsidy(unit: Unit, order: ReverseSubsidy) -> str:
    """Takes an award back by a reversing entry; what it used up is free again, and whom that limit had refused or
    cut is computed again. Answers the id of the reversing entry."""
    row = await _row(unit, order.subsidy_id)
    keys = await ledger.keys_of(unit.connection, order.subsidy_id)
    await ledger.lock(unit.connection, keys)
    row = await _row(unit, order.subsidy_id)  # as it is now that nobody else can move it
    reversal = reversing(row, row["cause_event_id"], order.reason, unit.today)
    await ledger.enter(unit.connection, [reversal | {"entered_at": unit.now}], [])
    await trail.record(unit, trail.LEDGER, "subsidy:reversal", [reversal])
    await ledger.give_back(unit.connection, [row["id"]])
    await cancel_payments(unit, [row["id"]])
    await changes.note(unit, "subsidy", [(row["id"], row["outcome"], "reversed")], order.reason)
    carrier = (await carriers_of(unit.connection, [row["root"]]))[row["root"]]
    told = event_id(reversal["id"], "told")
    unit.publish(Outgoing(told, told_reversed(row, reversal, carrier, order.reason), row["story"], row["root"]))
    await look_again(unit, keys, row, reversal["id"])
    return str(reversal["id"])


async def look_again(unit: Unit, keys: list[str], row: Any, reversal: str) -> None:  # noqa: ANN401 - a row of the ledger
    """Computes again whom these limits had refused, or cut because `row` was counted."""
    for root in {
        other["root"]: None
        for other in await ledger.under(unit.connection, keys)
        if other["root"] != row["root"] and (other["outcome"] == ledger.DECLINED or _was_cut(other, row["ref"]))
    }:
        await request(unit, root, {}, f"{row['ref']} 已冲销，重新核算", reversal)


def _was_cut(other: Any, ref: str) -> bool:  # noqa: ANN401 - a row of the ledger
    """Whether a limit gave this award less because `ref` was counted."""
    return ref.encode() in bytes(other["explanation"])


async def _row(unit: Unit, subsidy_id: str) -> Any:  # noqa: ANN401 - a row of the ledger
    row = (await unit.connection.execute(select(SUBSIDY).where(SUBSIDY.c.id == subsidy_id))).mappings().first()
    if row is None:
        raise DomainError("no-such-subsidy", f"台账里没有“{subsidy_id}”", status=404)
    if row["outcome"] != ledger.AWARDED:
        raise DomainError(
            "not-an-award", f"“{subsidy_id}”是{ledger.OUTCOMES[row['outcome']]}，没有可冲销的金额", status=409
        )
    reversed_ = select(SUBSIDY.c.id).where(SUBSIDY.c.reverses == subsidy_id)
    if (await unit.connection.execute(reversed_)).first() is not None:
        raise DomainError("already-reversed", f"“{subsidy_id}”已经冲销", status=409)
    return row
