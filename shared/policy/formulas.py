"""Formulas that give an amount without anybody's decision. An amount, a cap and a sliding cap are made of the same."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from shared.core.exact import EXACT, ZERO
from shared.core.money import percent_text, yuan_text
from shared.policy.daily import Daily
from shared.policy.errors import decision_above_ceiling
from shared.policy.facts import FactType
from shared.policy.parameters import Parameter
from shared.policy.situation import Situation
from shared.policy.steps import Said, looked_at


class Decided(NamedTuple):
    """A number the office decided, with the words that say who decided it, when and why."""

    value: Decimal
    source: str


class Worked(NamedTuple):
    """What a formula comes to (yuan, every digit), and how: what it says, what it looked at, with which numbers."""

    value: Decimal
    article: str
    says: str
    inputs: tuple[Said, ...]
    formula: str | None


class Formula(Protocol):
    @property
    def needs(self) -> tuple[str, ...]:
        """The facts it reads; "level" for the level."""

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...

    @property
    def of_levels(self) -> tuple[Parameter, ...]:
        """The parameters that are read for one level alone."""

    @property
    def takes_rate(self) -> bool:
        """Whether the office may decide a lower rate."""

    def work(self, situation: Situation, rate: Decided | None = None) -> Worked: ...

    def text(self, on: date) -> str:
        """The formula as an official reads it, with the values that hold on `on`."""


class Fixed:
    """A fixed amount."""

    of_levels: tuple[Parameter, ...] = ()
    needs: tuple[str, ...] = ()
    takes_rate = False

    def __init__(self, amount: Parameter) -> None:
        self.amount = amount
        self.parameters = (amount,)
        self.worked = Daily(self._work)

    def _work(self, on: date) -> Worked:
        value = self.amount.at(on)
        inputs = (self.amount.seen(on),)
        return Worked(value, self.amount.article, f"{self.amount.label} {yuan_text(value)}", inputs, None)

    def work(self, situation: Situation, rate: Decided | None = None) -> Worked:  # noqa: ARG002 - no rate to decide
        return self.worked.on(situation.on)

    def text(self, on: date) -> str:
        return self.amount.text(on)


class ByLevel:
    """A fixed amount for each level; `rules` sees to it that the rule admits just these levels."""

    needs = ("level",)
    takes_rate = False

    def __init__(self, amounts: Mapping[str, Parameter], names: Mapping[str, str]) -> None:
        self.by_level = amounts
        self.of_levels = tuple(amounts.values())
        self.amounts = {level: Fixed(amount) for level, amount in amounts.items()}
        self.names = names
        self.parameters = tuple(amounts.values())

    def work(self, situation: Situation, rate: Decided | None = None) -> Worked:  # noqa: ARG002 - no rate to decide
        level = situation.needed_level()
        worked = self.amounts[level].work(situation)
        seen = looked_at("level", "级别", self.names[level], None, situation.level_from)
        return worked._replace(inputs=(seen, *worked.inputs))

    def text(self, on: date) -> str:
        return "，".join(
            f"{self.names[level]} {'不再适用' if amount.repealed(on) else amount.text(on)}"
            for level, amount in self.by_level.items()
        )


class _RateOn(NamedTuple):
    share: Decimal
    seen: Said
    says: str
    share_text: str


class Rate:
    """A share of a fact. With `takes_rate` the text says "at most": the office may decide a lower rate."""

    of_levels: tuple[Parameter, ...] = ()

    def __init__(self, rate: Parameter, of: FactType, *, takes_rate: bool) -> None:
        self.rate = rate
        self.of = of
        self.takes_rate = takes_rate
        self.needs = (of.name,)
        self.parameters = (rate,)
        self._on = Daily(self._say)

    def _say(self, on: date) -> _RateOn:
        share = self.rate.at(on)
        return _RateOn(share, self.rate.seen(on), self.text(on), percent_text(share))

    def work(self, situation: Situation, rate: Decided | None = None) -> Worked:
        base = number(situation, self.of)
        share, seen, says, share_text = self._on.on(situation.on)
        inputs: tuple[Said, ...] = (self.of.seen(base, situation.source_of(self.of.name)), seen)
        if rate is not None:
            if rate.value > share:
                raise decision_above_ceiling("rate", str(rate.value), str(share))
            share, share_text = rate.value, percent_text(rate.value)
            says = f"{says}；{rate.source}，按 {share_text} 计"
            inputs += (looked_at("rate", "决定的比例", str(share), "share", rate.source),)
        elif self.takes_rate:
            says = f"{says}；办公室没有另定比例，按上限计"
        value = EXACT.multiply(base, share)
        formula = f"{self.of.text(base)} × {share_text} = {yuan_text(value)}"
        return Worked(value, self.rate.article, says, inputs, formula)

    def text(self, on: date) -> str:
        return f"{'不超过' if self.takes_rate else ''}{self.of.label}的 {self.rate.text(on)}"


class Each:
    """So much for each of a counted number."""

    of_levels: tuple[Parameter, ...] = ()
    takes_rate = False

    def __init__(self, each: Parameter, of: FactType) -> None:
        self.each = each
        self.of = of
        self.needs = (of.name,)
        self.parameters = (each,)

    def work(self, situation: Situation, rate: Decided | None = None) -> Worked:  # noqa: ARG002 - no rate to decide
        count = number(situation, self.of)
        each = self.each.at(situation.on)
        value = EXACT.multiply(count, each)
        formula = f"{self.of.text(count)} × {yuan_text(each)} = {yuan_text(value)}"
        inputs = (self.of.seen(count, situation.source_of(self.of.name)), self.each.seen(situation.on))
        return Worked(value, self.each.article, self.text(situation.on), inputs, formula)

    def text(self, on: date) -> str:
        return f"每项 {self.each.text(on)}，按{self.of.label}计"


class Bracket(NamedTuple):
    """The part of a value above `over` (none: from zero) up to and with `up_to` (none: without end)."""

    over: Parameter | None
    up_to: Parameter | None
    rate: Parameter

    def part_of(self, value: Decimal, on: date) -> Decimal:
        low = self.over.at(on) if self.over else ZERO
        high = min(value, self.up_to.at(on)) if self.up_to else value
        return EXACT.subtract(high, low) if high > low else ZERO

    def text(self, on: date) -> str:
        low = f"超过 {self.over.text(on)}" if self.over else ""
        high = f"不超过 {self.up_to.text(on)}" if self.up_to else ""
        return f"{low}{high}的部分 {self.rate.text(on)}"


class Brackets:
    """Marginal brackets: each bracket's rate on its own part of the fact (as 大政发〔2017〕52号, art. 47)."""

    of_levels: tuple[Parameter, ...] = ()
    takes_rate = False

    def __init__(self, brackets: tuple[Bracket, ...], of: FactType) -> None:
        self.brackets = brackets
        self.of = of
        self.needs = (of.name,)
        used = [parameter for bracket in brackets for parameter in bracket if parameter is not None]
        self.parameters = tuple({parameter.name: parameter for parameter in used}.values())

    def work(self, situation: Situation, rate: Decided | None = None) -> Worked:  # noqa: ARG002 - no rate to decide
        base, on = number(situation, self.of), situation.on
        value = ZERO
        terms = []
        inputs: list[Said] = [self.of.seen(base, situation.source_of(self.of.name))]
        for bracket in self.brackets:
            part = bracket.part_of(base, on)
            if part:
                share = bracket.rate.at(on)
                value = EXACT.add(value, EXACT.multiply(part, share))
                terms.append(f"{self.of.text(part)} × {percent_text(share)}")
                inputs.append(bracket.rate.seen(on))
        formula = f"{' + '.join(terms) or yuan_text(ZERO)} = {yuan_text(value)}"
        says = self.text(on)
        return Worked(value, self.brackets[0].rate.article, says, tuple(inputs), formula)

    def text(self, on: date) -> str:
        return f"{self.of.label}分段计算：{'，'.join(bracket.text(on) for bracket in self.brackets)}"


def number(situation: Situation, fact: FactType) -> Decimal:
    """A needed amount or count."""
    value = situation.fact(fact.name)
    if not isinstance(value, Decimal):  # `rules` lets formulas read only amounts and counts
        raise TypeError(f"{fact.name} is not a number")
    return value
