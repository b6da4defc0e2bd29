"""Makes one rule of what its file says, and finds what is wrong with it."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from shared.policy import schema
from shared.policy.amounts import Amount, Cap, Computed, Discretion
from shared.policy.conditions import BooleanIs, Condition, NotAfterEvent, OneOf, Threshold
from shared.policy.conditions import Period as PeriodCondition
from shared.policy.facts import FactType
from shared.policy.formulas import Bracket, Brackets, ByLevel, Each, Fixed, Formula, Rate
from shared.policy.interest import Interest
from shared.policy.limits import DIMENSIONS, AmountLimit, Counting, OncePer, YearsLimit, counted_by
from shared.policy.model import Instalment, Period, Rule
from shared.policy.parameters import Parameter
from shared.policy.soundness import unsound

if TYPE_CHECKING:
    from shared.policy.build import _Builder

At = tuple[str | int, ...]
PERIODS = ("year", "month", "day")


class _Unusable(Exception):
    """A part cannot be made; why has been found."""


class RuleBuilder:
    def __init__(self, policy: "_Builder", path: Path, node: object, number: int) -> None:
        self.policy = policy
        self.head = policy.head
        self.path = path
        self.node = node
        self.at: At = ("rules", number)

    def find(self, at: Iterable[str | int], what: str) -> None:
        self.policy.findings.add(self.path, self.node, (*self.at, *at), what)

    def fail(self, at: Iterable[str | int], what: str) -> _Unusable:
        self.find(at, what)
        return _Unusable()

    def rule(self, given: schema.Rule) -> Rule | None:
        """The rule, or None if something in it cannot be used (each such thing has been found)."""
        try:
            return self._rule(given)
        except _Unusable:
            return None

    def _rule(self, given: schema.Rule) -> Rule:
        event = self._event(given)
        kinds = self._words(given, "kind", self.head.kinds)
        conditions = tuple(self._conditions(given, event))
        amount = self._amount(given)
        once: list[OncePer | YearsLimit] = []
        if given.once_says and not given.once_per:
            self.find(("once_says",), "写了 once_says（什么只给一次），就要写明按什么计（once_per）")
        if given.once_per:
            counting = self._counting(given.id, given.once_per, ("once_per",), event)
            once.append(OncePer(counting, given.article, self.head.pays, given.once_says))
        limits: list[AmountLimit] = []
        for place, limit in enumerate(given.limits):
            counting = self._counting(limit.id, limit.per, ("limits", place, "per"), event)
            if isinstance(limit, schema.YearsLimit):
                once.append(YearsLimit(counting, self._parameter(limit.years, ("limits", place, "years"), "year")))
            else:
                bound = self._parameter(limit.at_most, ("limits", place, "at_most"), "yuan")
                limits.append(AmountLimit(counting, bound, Decimal(self.head.rounding.to)))
        instalments = tuple(
            Instalment(self._parameter(part.share, ("instalments", place, "share"), "share"), part.when)
            for place, part in enumerate(given.instalments)
        )
        used: dict[str, Parameter] = {}
        for parameter in (
            *(parameter for condition in conditions for parameter in condition.parameters),
            *amount.parameters,
            *(limit.years for limit in once if isinstance(limit, YearsLimit)),
            *(limit.at_most for limit in limits),
            *(part.share for part in instalments),
        ):
            used[parameter.name] = parameter
        rule = Rule(
            id=given.id,
            article=given.article,
            says=given.says,
            interpretation=given.interpretation,
            in_force=Period(given.in_force.from_, given.in_force.until) if given.in_force else None,
            event=event,
            kinds=kinds,
            conditions=conditions,
            amount=amount,
            once=tuple(once),
            limits=tuple(limits),
            instalments=instalments,
            parameters=tuple(used.values()),
        )
        for where, what in unsound(rule, self.policy.in_force):
            self.find(where, what)
        return rule

    def _event(self, given: schema.Rule) -> str:
        named = given.when.get("event")
        if not isinstance(named, list) or len(named) != 1:
            raise self.fail(("when",), "when 须写明一种事件（event）")
        if named[0] not in self.head.events:
            raise self.fail(("when", "event"), f"policy.yaml 没有事件 {named[0]}，这个条件永远不能成立")
        return named[0]

    def _words(self, given: schema.Rule, what: str, known: dict[str, str]) -> tuple[str, ...]:
        words = given.when.get(what)
        if not isinstance(words, list):
            raise self.fail(("when",), f"when 须写明 {what}")
        if len(set(words)) < len(words):
            raise self.fail(("when", what), f"{what} 里有重复的词")
        for word in words:
            if word not in known:
                raise self.fail(("when", what), f"policy.yaml 没有 {what} {word}，这个条件永远不能成立")
        return tuple(words)

    def _conditions(self, given: schema.Rule, event: str) -> Iterable[Condition]:
        words = {
            "kind": ("类型", self.head.kinds),
            "level": ("级别", self.head.levels),
            "grade": ("等次", self.head.grades),
        }
        for name, test in given.when.items():
            if name == "event":
                continue
            if name in words:
                label, known = words[name]
                if name == "grade" and "grade" not in self.policy.events[event].carries:
                    raise self.fail(("when", name), f"事件 {event} 不带等次，这个条件永远不能成立")
                yield OneOf(name, label, self._words(given, name, known), known)
            elif isinstance(test, bool):
                yield self._boolean(name, wanted=test)
            elif isinstance(test, schema.FactCondition):
                yield from self._tests(name, test)
            else:
                raise self.fail(("when", name), f"{name} 的条件应为 true、false，或 at_least、within 等")

    def _boolean(self, name: str, *, wanted: bool) -> Condition:
        fact = self.policy.facts.get(name)
        trait = self.policy.traits.get(name)
        if fact is not None and fact.type == "boolean":
            return BooleanIs(name, fact.label, wanted=wanted)
        if trait is not None:
            return BooleanIs(name, trait.label, wanted=wanted)
        raise self.fail(("when", name), f"policy.yaml 没有是非类的事实或属性 {name}")

    def _tests(self, name: str, test: schema.FactCondition) -> Iterable[Condition]:
        at = ("when", name)
        bounds = [key for key in ("at_least", "at_most", "above", "below") if getattr(test, key)]
        lengths = [key for key in ("within", "after") if getattr(test, key)]
        if not bounds and not lengths and not test.not_after_event:
            raise self.fail(at, f"{name} 没有写明条件")
        if bounds:
            fact = self._fact(name, at, "money", "count")
            unit = "yuan" if fact.type == "money" else "count"
            if test.if_given:
                raise self.fail(at, "if_given 只用于日期；金额和数量必须给出")
            for key in bounds:
                yield Threshold(fact, key, self._parameter(getattr(test, key), (*at, key), unit))
        if lengths or test.not_after_event:
            fact = self._fact(name, at, "date")
            if test.not_after_event:
                yield NotAfterEvent(fact, test.if_given)
            for key in lengths:
                length = self._parameter(getattr(test, key), (*at, key), *PERIODS)
                yield PeriodCondition(fact, key == "after", length, test.if_given)

    def _amount(self, given: schema.Rule) -> Amount:
        amount = given.amount
        unit = Decimal(self.head.rounding.to)
        caps = tuple(Cap(self._formula(given, cap, ("amount", "cap")), unit) for cap in amount.cap)
        match amount:
            case schema.UpToAmount():
                return Discretion(None, self._parameter(amount.up_to, ("amount", "up_to"), "yuan"), caps)
            case schema.RangeAmount():
                floor = self._parameter(amount.range.floor, ("amount", "range", "floor"), "yuan")
                ceiling = self._parameter(amount.range.ceiling, ("amount", "range", "ceiling"), "yuan")
                return Discretion(floor, ceiling, caps)
            case schema.FixedAmount():
                return Computed(Fixed(self._parameter(amount.fixed, ("amount", "fixed"), "yuan")), caps)
            case _:
                return Computed(self._formula(given, amount, ("amount",)), caps)

    def _formula(self, given: schema.Rule, formula: schema.Formula | schema.Capped, at: At) -> Formula:
        match formula:
            case str():
                return Fixed(self._parameter(formula, at, "yuan"))
            case schema.ByLevel():
                return self._by_level(given, formula, (*at, "by_level"))
            case schema.Rate():
                ceiling = isinstance(formula.rate, schema.AtMost)
                name = formula.rate.at_most if isinstance(formula.rate, schema.AtMost) else formula.rate
                rate = self._parameter(name, (*at, "rate"), "share")
                return Rate(rate, self._fact(formula.of, (*at, "of"), "money"), takes_rate=ceiling)
            case schema.Each():
                each = self._parameter(formula.each, (*at, "each"), "yuan")
                return Each(each, self._fact(formula.of, (*at, "of"), "count"))
            case schema.Brackets():
                fact = self._fact(formula.of, (*at, "of"), "money")
                return Brackets(tuple(self._brackets(formula, (*at, "brackets"))), fact)
            case schema.Interest():
                start, end = (
                    self._fact(formula.from_, (*at, "from"), "date"),
                    self._fact(formula.until, (*at, "until"), "date"),
                )
                principal = self._fact(formula.interest_on, (*at, "interest_on"), "money")
                reference = self._parameter(formula.reference, (*at, "reference"), "share")
                return Interest(
                    principal, start, end, reference, self._parameter(formula.share, (*at, "share"), "share")
                )
            case _:
                raise TypeError(formula)

    def _by_level(self, given: schema.Rule, formula: schema.ByLevel, at: At) -> ByLevel:
        admitted = given.when.get("level")
        for level in formula.by_level:
            if not isinstance(admitted, list) or level not in admitted:
                raise self.fail((*at, level), f"规则的 level 条件没有 {level}，这一金额永远用不到")
        for level in admitted if isinstance(admitted, list) else ():
            if level not in formula.by_level:
                raise self.fail(at, f"没有写明 {level} 的金额")
        amounts = {level: self._parameter(name, (*at, level), "yuan") for level, name in formula.by_level.items()}
        return ByLevel(amounts, self.head.levels)

    def _brackets(self, given: schema.Brackets, at: At) -> Iterable[Bracket]:
        made: list[Bracket] = []
        for place, bracket in enumerate(given.brackets):
            here = (*at, place)
            over = self._parameter(bracket.over, (*here, "over"), "yuan") if bracket.over else None
            up_to = self._parameter(bracket.up_to, (*here, "up_to"), "yuan") if bracket.up_to else None
            made.append(Bracket(over, up_to, self._parameter(bracket.rate, (*here, "rate"), "share")))
        return made

    def _counting(self, name: str, per: list[str], at: At, event: str) -> Counting:
        dimensions = []
        for place, dimension in enumerate(per):
            fact = self.policy.facts.get(dimension)
            found = DIMENSIONS.get(dimension) or (counted_by(fact) if fact and fact.type == "id" else None)
            if found is None:
                known = "、".join([*DIMENSIONS, *(f.name for f in self.policy.facts.values() if f.type == "id")])
                raise self.fail((*at, place), f"不能按 {dimension} 计次；可用：{known}")
            if dimension == "year" and "year" not in self.policy.events[event].carries:
                raise self.fail((*at, place), f"事件 {event} 不带年度，请用 calendar_year")
            dimensions.append(found)
        return Counting(self.head.policy, name, tuple(dimensions))

    def _fact(self, name: str, at: At, *types: str) -> FactType:
        fact = self.policy.facts.get(name)
        if fact is None:
            raise self.fail(at, f"policy.yaml 没有事实 {name}")
        if fact.type not in types:
            raise self.fail(at, f"事实 {name} 的类型是 {fact.type}，这里应为 {'或'.join(types)}")
        return fact

    def _parameter(self, name: str, at: At, *units: str) -> Parameter:
        parameter = self.policy.parameters.get(name)
        if parameter is None:
            raise self.fail(at, f"没有参数 {name}")
        if parameter.unit not in units:
            raise self.fail(at, f"参数 {name} 的单位是 {parameter.unit}，这里应为 {'或'.join(units)}")
        return parameter
