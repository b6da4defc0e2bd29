"""Decide where the text leaves room, supply what was missing: each computes again."""

from typing import Self, TypeVar

from pydantic import BaseModel, Field, model_validator
from sqlalchemy import insert

from shared.core.errors import DomainError
from shared.core.exact import parse_decimal
from shared.ledger.orders import Reason
from shared.ledger.outcomes import DECLINED
from shared.ledger.questions import event_of
from shared.ledger.reversing import request
from shared.ledger.rows import matter_text
from shared.ledger.service import Asked, Ledger
from shared.messaging.unit import Unit
from shared.policy import History, PolicyError, compute
from shared.policy.amounts import Computed, Discretion

Order = TypeVar("Order", bound=BaseModel)


def _with_one_of(order: Order, rate: str | None, amount: str | None) -> Order:
    if (rate is None) == (amount is None):
        raise ValueError("比例和金额写且只写一项")
    return order


class Decide(BaseModel):
    """办公室决定：比例（上限以内）或金额（“最高”以内），写明理由。"""

    about: str
    """所决定事项的编号，或所核算事件的编号。"""
    rate: str | None = None
    amount: str | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        return _with_one_of(self, self.rate, self.amount)


class DecideMany(BaseModel):
    """对多笔补助作同一个决定：同一比例或同一金额，写明理由。"""

    abouts: list[str] = Field(min_length=1, max_length=1000)
    """所决定事项的编号，或所核算事件的编号。"""
    rate: str | None = None
    amount: str | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        return _with_one_of(self, self.rate, self.amount)


class SupplyFacts(BaseModel):
    """补充缺少的事实，重新核算。"""

    cause_event_id: str
    facts: dict[str, str] = Field(default_factory=dict)
    reason: Reason


async def decide(ledger: Ledger, unit: Unit, order: Decide) -> list[str]:
    """Records a decision; what was computed already is computed again. The ids of the requests."""
    for value in (order.rate, order.amount):
        number = parse_decimal(value) if value is not None else None
        if value is not None and (number is None or number.is_signed()):
            raise DomainError("bad-number", f"“{value}”不是不小于 0 的数字")
    await ledger.rows.lock(unit.connection, [matter_text(order.about)])
    roots = await ledger.causes.about(unit.connection, order.about)
    await _is_read(ledger, unit, order, roots)
    row = order.model_dump() | {"by": unit.by, "on_date": unit.today}
    await unit.connection.execute(insert(ledger.tables.decision), [row])
    await ledger.trailing.record(unit, ledger.recorded.decisions, "decision", [row])
    await ledger.changes.note(unit, "decision", [(order.about, None, "decided")], order.reason)
    return [await request(ledger, unit, root, {}, order.reason) for root in roots]


async def decide_many(ledger: Ledger, unit: Unit, order: DecideMany) -> int:
    """The same decision of each, or of none; how many requests to compute again followed."""
    abouts = sorted(set(order.abouts))
    await ledger.rows.lock(unit.connection, map(matter_text, abouts))
    one = order.model_dump(exclude={"abouts"})
    return sum([len(await decide(ledger, unit, Decide(about=about, **one))) for about in abouts])


async def _is_read(ledger: Ledger, unit: Unit, order: Decide, roots: list[str]) -> None:
    """A rate is read where the text has a rate, an amount where it has a range; the other would be passed over."""
    entered = await ledger.rows.of_roots(unit.connection, roots)
    named = {row["rule"] for rows in entered.values() for row in rows if row["outcome"] != DECLINED}
    found = await ledger.causes.named(unit.connection, roots)
    asked = {root: ledger.hearing.read(event_of(cause)) for root, cause in found.items()}
    policies = {each.policy.name: each.policy for each in asked.values()}
    rules = [rule for policy in policies.values() for rule in policy.rules if rule.id in named]
    by_rate = [isinstance(rule.amount, Computed) and rule.amount.formula.takes_rate for rule in rules]
    by_amount = [isinstance(rule.amount, Discretion) for rule in rules]
    if rules and order.amount is not None and all(by_rate):
        raise DomainError("decision-not-read", f"这项{ledger.noun}按比例计算，请决定比例，不写金额")
    if rules and order.amount is not None and not any(by_amount):
        raise DomainError("decision-not-read", f"这项{ledger.noun}由条文算出，没有可以决定的金额")
    if rules and order.rate is not None and not any(by_rate):
        raise DomainError("decision-not-read", f"这项{ledger.noun}没有可以决定的比例")
    for root, each in asked.items():
        _is_allowed(order, root, each)


def _is_allowed(order: Decide, root: str, asked: Asked) -> None:
    """Whether the text allows it, asked of the engine itself; what else is wrong with the event is no matter here."""
    given = {name: value for name, value in (("rate", order.rate), ("amount", order.amount)) if value is not None}
    try:
        compute(asked.policy, dict(asked.subject), {**asked.body, "id": root}, History(), given)
    except PolicyError as error:
        if "decision" in error.code:
            raise DomainError(error.code, error.message) from None


async def supply_facts(ledger: Ledger, unit: Unit, order: SupplyFacts) -> str:
    """Asks to compute an event again with facts the office answers for."""
    cause = (await ledger.causes.named(unit.connection, [order.cause_event_id])).get(order.cause_event_id)
    if cause is None:
        raise DomainError("no-such-cause", f"没有核算过事件 {order.cause_event_id}", status=404)
    first = (await ledger.causes.named(unit.connection, [cause["root"]]))[cause["root"]]
    facts = ledger.hearing.read(event_of(first)).policy.facts
    for name, value in order.facts.items():
        if name not in facts:
            raise DomainError("no-such-fact", f"没有事实“{name}”；可用：{'、'.join(facts)}")
        try:
            facts[name].read(value)
        except PolicyError as error:
            raise DomainError(error.code, error.message) from None
    await ledger.trailing.decided(unit, "facts", order.cause_event_id, facts=order.facts, reason=order.reason)
    return await request(ledger, unit, order.cause_event_id, order.facts, order.reason)
