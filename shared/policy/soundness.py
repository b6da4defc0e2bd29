"""Whether a rule can hold at all: contradictions, gaps and overlaps, on every day on which a value of it changes."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from shared.core.exact import EXACT, ZERO
from shared.policy.amounts import Computed, Discretion
from shared.policy.conditions import Threshold
from shared.policy.formulas import Bracket, Brackets, Formula
from shared.policy.model import Period, Rule

Finding = tuple[tuple[str | int, ...], str]


def unsound(rule: Rule, in_force: Period) -> Iterator[Finding]:
    """What is wrong with the rule, each with the place in its file."""
    period = _both(in_force, rule.in_force) if rule.in_force else in_force
    if period.until is not None and period.until < period.start:
        yield ("in_force",), "规则的有效期不在政策有效期内，永远不能适用"
        return
    days = sorted(_days(rule, period))
    if not days:
        yield (), "规则在政策有效期内没有一天可以适用（参数都未生效、已废止或未确认）"
    seen = set()
    for on in days:
        for at, what in _on(rule, on):
            if at not in seen:  # the first day tells enough
                seen.add(at)
                yield at, f"{what}（{on}）"


def _both(one: Period, other: Period) -> Period:
    ends = [end for end in (one.until, other.until) if end is not None]
    return Period(max(one.start, other.start), min(ends) if ends else None)


def _days(rule: Rule, period: Period) -> set[date]:
    """The first day of the period and each day a value changes, as far as the rule holds and is confirmed then."""
    changes = {day for parameter in rule.parameters for day, _ in parameter.history} | {period.start}
    return {
        on
        for on in changes
        if period.holds(on)
        and not rule.repealed.on(on)
        and all(parameter.confirmed_until is None or on <= parameter.confirmed_until for parameter in rule.parameters)
    }


def _on(rule: Rule, on: date) -> Iterator[Finding]:
    yield from _thresholds(rule, on)
    amount = rule.amount
    if isinstance(amount, Discretion) and amount.floor and amount.floor.at(on) > amount.ceiling.at(on):
        yield ("amount", "range"), "下限高于上限"
    formulas: list[tuple[Formula, tuple[str | int, ...]]] = [(cap.formula, ("amount", "cap")) for cap in amount.caps]
    if isinstance(amount, Computed):
        formulas.append((amount.formula, ("amount",)))
    for formula, at in formulas:
        if isinstance(formula, Brackets):
            yield from _brackets(formula.brackets, (*at, "brackets"), on)
    if rule.instalments:
        total = ZERO
        for part in rule.instalments:
            total = EXACT.add(total, part.share.at(on))
        if total != 1:
            yield ("instalments",), f"各期比例之和为 {total}，应为 1"


def _thresholds(rule: Rule, on: date) -> Iterator[Finding]:
    ranges: dict[str, dict[str, Decimal]] = {}
    for condition in rule.conditions:
        if isinstance(condition, Threshold):
            ranges.setdefault(condition.fact.name, {})[condition.comparison] = condition.bound.at(on)
    for fact, bounds in ranges.items():
        low = max((bounds[key] for key in ("at_least", "above") if key in bounds), default=ZERO)
        high = min((bounds[key] for key in ("at_most", "below") if key in bounds), default=None)
        if high is None:
            continue
        open_end = bounds.get("above") == low or bounds.get("below") == high
        if low > high or (low == high and open_end):
            yield ("when", fact), f"{fact} 的上下限互相矛盾，这个条件永远不能成立"


def _brackets(brackets: Sequence[Bracket], at: tuple[str | int, ...], on: date) -> Iterator[Finding]:
    reached: Decimal | None = ZERO
    for place, bracket in enumerate(brackets):
        low = bracket.over.at(on) if bracket.over else ZERO
        if reached is None:
            yield (*at, place), "前一段没有上限（up_to），与这一段重叠"
            return
        if low != reached:
            what = "中间有空档" if low > reached else "两段重叠"
            yield (*at, place), f"前一段到 {reached} 元为止，这一段从 {low} 元开始，{what}"
        reached = bracket.up_to.at(on) if bracket.up_to else None
        if reached is not None and reached <= low:
            yield (*at, place), f"这一段到 {reached} 元为止，不高于它的起点 {low} 元，永远用不到"
    if reached is not None:
        yield (*at, len(brackets) - 1), f"最后一段到 {reached} 元为止，以上有空档"
