"""Conditions of a rule. Each looks at one thing and says what it found, what was required and whether it was met."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from shared.core.canonical import written
from shared.core.dates import add_days, add_months, add_years
from shared.core.exact import plain
from shared.policy.facts import FactType, Value
from shared.policy.parameters import Parameter
from shared.policy.situation import FROM_EVENT, FROM_SUBJECT, Situation
from shared.policy.steps import Seen, looked_at


class Condition(Protocol):
    """`reason` is the code of the refusal when it is not met."""

    @property
    def reason(self) -> str: ...

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...

    def look(self, situation: Situation) -> Seen:
        """What was found; missing-fact if nobody gave what the condition reads."""

    def text(self, on: date) -> str:
        """The condition as an official reads it, with the values that hold on `on`."""


def either(names: Sequence[str]) -> str:
    """市级、省级或国家级."""
    return "或".join(filter(None, ("、".join(names[:-1]), names[-1])))


class OneOf:
    """Kind, level or grade is one of those the rule names. Level and grade must be given."""

    parameters: tuple[Parameter, ...] = ()

    def __init__(self, what: str, label: str, words: tuple[str, ...], names: Mapping[str, str]) -> None:
        self.what = what
        self.label = label
        self.words = words
        self.reason = f"{what}-not-eligible"
        self._required = either([names[word] for word in words])
        sources = (FROM_EVENT, FROM_SUBJECT)
        self._seen = {
            (word, source): Seen(
                written(looked_at(what, label, name, None, source, self._required, word in words)),
                word in words,
                f"{label}为{name}，须为{self._required}",
            )
            for word, name in names.items()
            for source in sources
        }

    def look(self, situation: Situation) -> Seen:
        match self.what:
            case "kind":
                return self._seen[situation.kind, FROM_SUBJECT]
            case "level":
                return self._seen[situation.needed_level(), situation.level_from]
            case _:
                return self._seen[situation.needed_grade(), FROM_EVENT]

    def text(self, on: date) -> str:  # noqa: ARG002 - words do not change with the date
        return f"{self.label}为{self._required}"


class BooleanIs:
    """A fact or a trait is true, or is false, as the rule asks."""

    reason = "fact-not-eligible"
    parameters: tuple[Parameter, ...] = ()

    def __init__(self, name: str, label: str, *, wanted: bool) -> None:
        self.name = name
        self.label = label
        self.wanted = wanted
        self._required = "true" if wanted else "false"

    def look(self, situation: Situation) -> Seen:
        value = situation.fact(self.name)
        met = value is self.wanted
        source = situation.source_of(self.name) if self.name in situation.facts else FROM_SUBJECT
        shown = "true" if value else "false"
        why_not = f"须满足“{self.label}：{'是' if self.wanted else '否'}”"
        return Seen(looked_at(self.name, self.label, shown, None, source, self._required, met), met, why_not)

    def text(self, on: date) -> str:  # noqa: ARG002 - a yes does not change with the date
        return f"{self.label}：{'是' if self.wanted else '否'}"


class _Comparison(NamedTuple):
    words: str
    holds: Callable[[Decimal, Decimal], bool]


COMPARISONS = {
    "at_least": _Comparison("不低于", lambda value, bound: value >= bound),
    "at_most": _Comparison("不超过", lambda value, bound: value <= bound),
    "above": _Comparison("高于", lambda value, bound: value > bound),
    "below": _Comparison("低于", lambda value, bound: value < bound),
}


class Threshold(NamedTuple):
    """An amount or a count compared with a parameter."""

    fact: FactType
    comparison: str
    bound: Parameter
    reason: str = "threshold-not-met"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.bound,)

    def look(self, situation: Situation) -> Seen:
        value = situation.fact(self.fact.name)
        bound = self.bound.at(situation.on)
        words, holds = COMPARISONS[self.comparison]
        if not isinstance(value, Decimal):  # `build` lets only amounts and counts be compared
            raise TypeError(f"{self.fact.name} is not a number")
        shown = plain(bound) if self.fact.type == "money" else str(bound)
        met = holds(value, bound)
        why_not = f"{self.fact.label}为 {self.fact.text(value)}，须{words} {self.bound.text(situation.on)}"
        return _seen(self.fact, value, situation, f"{words} {shown}", why_not, met=met)

    def text(self, on: date) -> str:
        return f"{self.fact.label}{COMPARISONS[self.comparison].words} {self.bound.text(on)}"


LATER = {"year": add_years, "month": add_months, "day": add_days}


class Period(NamedTuple):
    """The event comes within so long after a date, that day included; or only after so long, from the next day on.

    Years and months end on the corresponding day, or the last of that month (民法典 art. 202).
    """

    fact: FactType
    waits: bool
    length: Parameter
    if_given: bool

    @property
    def reason(self) -> str:
        return "too-early" if self.waits else "too-late"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.length,)

    def look(self, situation: Situation) -> Seen:
        if self.if_given and self.fact.name not in situation.facts:
            return _not_given(self.fact, situation)
        start = situation.fact(self.fact.name)
        if not isinstance(start, date):  # `build` lets only dates be measured from
            raise TypeError(f"{self.fact.name} is not a date")
        last = LATER[self.length.unit](start, int(self.length.at(situation.on)))
        met = situation.on > last if self.waits else situation.on <= last
        required = f"事件在 {last} 之后" if self.waits else f"事件不晚于 {last}"
        length = self.length.text(situation.on)
        if self.waits:
            why_not = f"自{self.fact.label} {start} 起须满 {length}，{last} 之后才符合"
        else:
            why_not = f"自{self.fact.label} {start} 起的 {length}止于 {last}，已经超过"
        return _seen(self.fact, start, situation, required, why_not, met=met)

    def text(self, on: date) -> str:
        length = self.length.text(on)
        words = (
            f"自{self.fact.label}起已满 {length}（次日起算）" if self.waits else f"自{self.fact.label}起 {length}以内"
        )
        return f"{words}；没有{self.fact.label}的视为符合" if self.if_given else words


class NotAfterEvent(NamedTuple):
    """A date is not later than the event."""

    fact: FactType
    if_given: bool
    reason: str = "too-late"
    parameters: tuple[Parameter, ...] = ()

    def look(self, situation: Situation) -> Seen:
        if self.if_given and self.fact.name not in situation.facts:
            return _not_given(self.fact, situation)
        found = situation.fact(self.fact.name)
        if not isinstance(found, date):  # `build` lets only dates be compared with the event's
            raise TypeError(f"{self.fact.name} is not a date")
        met = found <= situation.on
        required = f"不晚于 {situation.on}"
        return _seen(self.fact, found, situation, required, f"{self.fact.label}为 {found}，须{required}", met=met)

    def text(self, on: date) -> str:  # noqa: ARG002 - the event's day is not the reader's
        return f"{self.fact.label}不晚于事件日期"


def _seen(fact: FactType, value: Value, situation: Situation, required: str, why_not: str, *, met: bool) -> Seen:
    return Seen(fact.seen(value, situation.source_of(fact.name), required, met), met, why_not)


def _not_given(fact: FactType, situation: Situation) -> Seen:
    source = situation.source_of(fact.name)
    return Seen(looked_at(fact.name, fact.label, "无", None, source, "没有则视为符合", met=True), met=True, why_not="")
