"""The amount of a rule: a formula, or room the office decides in; then the caps of one event."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.core.exact import DOWN, EXACT, plain
from shared.core.money import yuan_text
from shared.policy.daily import Daily
from shared.policy.decisions import Decisions
from shared.policy.errors import decision_above_ceiling, decision_below_floor
from shared.policy.formulas import Fixed, Formula, Worked
from shared.policy.parameters import Parameter
from shared.policy.situation import Situation
from shared.policy.steps import Said, looked_at, step


class Quantity(NamedTuple):
    """What is due (yuan). Undecided: the office may still choose from `floor` (if the text has one) to `ceiling`.

    `text`: the ceiling as steps write it.
    """

    ceiling: Decimal
    text: str
    floor: Decimal | None = None
    decided: bool = True


class Bound(NamedTuple):
    """What a quantity is cut to (yuan), and why."""

    yuan: Decimal
    kind: str
    article: str
    says: str
    inputs: tuple[Said, ...]
    formula: str | None
    counted: tuple[Said, ...] = ()

    def cut(self, quantity: Quantity) -> tuple[Quantity, Said]:
        """`quantity` cut to this, and the step that shows the amount before and after and what the cut took."""
        bound, kind, article, says, inputs, formula, counted = self
        ceiling, before, floor, decided = quantity
        if ceiling <= bound:
            return quantity, step(kind, article, says, inputs, formula, before, before, "0.00", counted)
        took, after = plain(EXACT.subtract(ceiling, bound)), plain(bound)
        left = Quantity(bound, after, None if floor is None else min(floor, bound), decided)
        return left, step(kind, article, says, inputs, formula, before, after, took, counted)


class Cap:
    """One event gets at most what `formula` comes to; a part of the smallest unit paid (yuan) is not paid."""

    def __init__(self, formula: Formula, unit: Decimal) -> None:
        self.formula = formula
        self.unit = unit
        self._fixed = Daily(lambda on: self._bound(formula.worked.on(on))) if isinstance(formula, Fixed) else None

    def apply(self, quantity: Quantity, situation: Situation) -> tuple[Quantity, Said]:
        bound = self._fixed.on(situation.on) if self._fixed else self._bound(self.formula.work(situation))
        return bound.cut(quantity)

    def _bound(self, worked: Worked) -> Bound:
        yuan = DOWN.quantize(worked.value, self.unit)
        return Bound(yuan, "cap", worked.article, f"每次最高 {yuan_text(yuan)}", worked.inputs, worked.formula)


class Computed:
    """The text gives the formula; where it says "at most" of a rate, the office may decide a lower rate."""

    def __init__(self, formula: Formula, caps: tuple[Cap, ...]) -> None:
        self.formula = formula
        self.caps = caps
        self.needs = (*formula.needs, *_needs(caps))
        self.parameters = (*formula.parameters, *_parameters(caps))

    def settle(self, situation: Situation, decisions: Decisions) -> tuple[Quantity, Said]:
        rate = decisions.rate() if self.formula.takes_rate else None
        value, article, says, inputs, formula = self.formula.work(situation, rate)
        shown = plain(value)
        return Quantity(value, shown), step("amount", article, says, inputs, formula, None, shown)

    def text(self, on: date) -> str:
        return self.formula.text(on) + _text(self.caps, on)


class Discretion:
    """The text gives no formula but "up to" a ceiling, or a range: it waits for the office's decision."""

    def __init__(self, floor: Parameter | None, ceiling: Parameter, caps: tuple[Cap, ...]) -> None:
        self.floor = floor
        self.ceiling = ceiling
        self.caps = caps
        self.needs = _needs(caps)
        self.parameters = (*((floor,) if floor else ()), ceiling, *_parameters(caps))

    def settle(self, situation: Situation, decisions: Decisions) -> tuple[Quantity, Said]:
        on = situation.on
        ceiling = self.ceiling.at(on)
        floor = self.floor.at(on) if self.floor else None
        inputs: tuple[Said, ...] = (self.ceiling.seen(on),)
        if self.floor:
            inputs = (self.floor.seen(on), *inputs)
        article, says = self.ceiling.article, self._room(on)
        decided = decisions.amount()
        if decided is None:
            says += "；金额待办公室决定"
            shown = plain(ceiling)
            return Quantity(ceiling, shown, floor, decided=False), step(
                "amount", article, says, inputs, None, None, shown
            )
        value = decided.value
        if value > ceiling:
            raise decision_above_ceiling("amount", plain(value), plain(ceiling))
        if floor is not None and value < floor:
            raise decision_below_floor("amount", plain(value), plain(floor))
        shown = plain(value)
        inputs += (looked_at("amount", "决定的金额", shown, "yuan", decided.source),)
        says += f"；{decided.source}，定为 {yuan_text(value)}"
        return Quantity(value, shown), step("amount", article, says, inputs, None, None, shown)

    def _room(self, on: date) -> str:
        if self.floor is None:
            return f"最高 {self.ceiling.text(on)}，条文没有算法"
        return f"{self.floor.text(on)}至 {self.ceiling.text(on)}之间，条文没有算法"

    def text(self, on: date) -> str:
        return f"{self._room(on)}，由办公室决定" + _text(self.caps, on)


Amount = Computed | Discretion


def _needs(caps: tuple[Cap, ...]) -> tuple[str, ...]:
    return tuple(name for cap in caps for name in cap.formula.needs)


def _parameters(caps: tuple[Cap, ...]) -> tuple[Parameter, ...]:
    return tuple(parameter for cap in caps for parameter in cap.formula.parameters)


def _text(caps: tuple[Cap, ...], on: date) -> str:
    return "".join(f"，每次最高 {cap.formula.text(on)}" for cap in caps)
