"""A policy in memory: its words, its rules, and which of them an event asks. Made by `build`, never by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from shared.core.canonical import Fragment, written
from shared.policy.amounts import Amount, Computed
from shared.policy.conditions import Condition, OneOf
from shared.policy.daily import Daily
from shared.policy.facts import FactType, Trait
from shared.policy.formulas import ByLevel, Formula
from shared.policy.limits import AmountLimit, OncePer, YearsLimit
from shared.policy.parameters import Parameter
from shared.policy.situation import FROM_EVENT
from shared.policy.steps import Said, looked_at, step


@dataclass(frozen=True, slots=True)
class Period:
    """From a legal date until and with another; without an end if `until` is None."""

    start: date
    until: date | None

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.until is None or on <= self.until)

    def __str__(self) -> str:
        return f"{self.start} 至 {self.until}" if self.until else f"{self.start} 起"


@dataclass(frozen=True, slots=True)
class Rounding:
    """To which unit (yuan) and how an amount is rounded, once, at the end: half_up or down."""

    unit: Decimal
    mode: str
    text: str


@dataclass(frozen=True, slots=True)
class Instalment:
    share: Parameter
    when: str


@dataclass(frozen=True, slots=True)
class EventType:
    label: str
    carries: tuple[str, ...]


class Looked(NamedTuple):
    """What a rule's conditions saw: the step, the code of the one that is not met, if any, and why not in words."""

    said: Said
    unmet: str | None
    why_not: str


@dataclass(frozen=True)
class Rule:
    """One rule: to whom and when it pays, how much, and what holds it back."""

    id: str
    article: str
    says: str
    interpretation: str | None
    in_force: Period | None
    event: str
    kinds: tuple[str, ...]
    conditions: tuple[Condition, ...]
    amount: Amount
    once: tuple[OncePer | YearsLimit, ...]
    limits: tuple[AmountLimit, ...]
    instalments: tuple[Instalment, ...]
    parameters: tuple[Parameter, ...]

    @cached_property
    def stated(self) -> str:
        """What the rule says and, where the text is silent, what it chooses: every explanation repeats both."""
        return f"{self.says}。执行口径：{self.interpretation}" if self.interpretation else self.says

    @cached_property
    def words_alone(self) -> bool:
        """Whether the conditions read nothing but kind, level and grade."""
        return all(isinstance(condition, OneOf) for condition in self.conditions)

    @cached_property
    def looked(self) -> dict[tuple[str | None, ...], Looked]:
        """What the conditions saw in words they have met before; only speed depends on it."""
        return {}

    @cached_property
    def repealed(self) -> Daily[bool]:
        """Whether the rule is known not to hold on a day: its own period is over, or a value it uses is repealed.

        A repealed cap stops its rule as well: an amount without its cap is a new rule, to be written as one.
        """

        def on(day: date) -> bool:
            if self.in_force is not None and not self.in_force.holds(day):
                return True
            return any(parameter.repealed(day) for parameter in self.always)

        return Daily(on)

    @cached_property
    def always(self) -> tuple[Parameter, ...]:
        """The values every use of the rule reads; an amount of one level is read for that level alone."""
        levels = {id(parameter) for formula in self.formulas for parameter in formula.of_levels}
        return tuple(parameter for parameter in self.parameters if id(parameter) not in levels)

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        own = (self.amount.formula,) if isinstance(self.amount, Computed) else ()
        return (*own, *(cap.formula for cap in self.amount.caps))

    @cached_property
    def by_level(self) -> tuple[ByLevel, ...]:
        return tuple(formula for formula in self.formulas if isinstance(formula, ByLevel))

    def gone(self, day: date, level: str | None) -> str | None:
        """Why the rule does not hold on a day (for this level), in words; None if it does."""
        if self.repealed.on(day):
            if self.in_force is not None and not self.in_force.holds(day):
                return f"这一规定的有效期为 {self.in_force}"
            return _gone(next(parameter for parameter in self.always if parameter.repealed(day)), day)
        for formula in self.by_level:
            parameter = formula.by_level.get(level or "")
            if parameter is not None and parameter.repealed(day):
                return _gone(parameter, day)
        return None


def _gone(parameter: Parameter, day: date) -> str:
    return f"“{parameter.label}”在 {day} 尚未生效或已经废止"


@dataclass(frozen=True)
class Policy:
    """A published version of a written policy. `digest` is the SHA-256 of everything it says."""

    id: str
    version: int
    title: str
    document: str
    pays: str
    """What its money is called, as in 应补助."""
    in_force: Period
    in_force_article: str
    in_force_says: str
    rounding: Rounding
    kinds: Mapping[str, str]
    levels: Mapping[str, str]
    grades: Mapping[str, str]
    traits: Mapping[str, Trait]
    events: Mapping[str, EventType]
    facts: Mapping[str, FactType]
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    asked: Mapping[tuple[str, str], tuple[Rule, ...]]
    digest: str

    @cached_property
    def name(self) -> str:
        """What an explanation is hashed with: dalian-2017-52/v1."""
        return f"{self.id}/v{self.version}"

    def rules_for(self, event: str, kind: str) -> tuple[Rule, ...]:
        """The rules that an event of this type asks for a subject of this kind, in the order of the text."""
        return self.asked.get((event, kind), ())

    @cached_property
    def ordered_facts(self) -> tuple[tuple[str, str], ...]:
        """Dates that may not be before others: (later, earlier)."""
        return tuple((fact.name, fact.not_before) for fact in self.facts.values() if fact.not_before)

    @cached_property
    def force(self) -> Daily[Fragment]:
        """The step that says whether the policy is in force on a day."""

        def on(day: date) -> Fragment:
            required, met = str(self.in_force), self.in_force.holds(day)
            seen = looked_at("date", "事件日期", day.isoformat(), None, FROM_EVENT, required, met)
            return written(step("in_force", self.in_force_article, self.in_force_says, (seen,)))

        return Daily(on)
