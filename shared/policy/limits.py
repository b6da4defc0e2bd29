"""What an award may happen once for, and what many awards may come to together."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.core.exact import DOWN, EXACT, ZERO, plain
from shared.core.money import yuan_text
from shared.policy.amounts import Bound, Quantity
from shared.policy.facts import FactType
from shared.policy.history import History, PastAward, Tally
from shared.policy.parameters import Parameter
from shared.policy.situation import FROM_SUBJECT, Situation
from shared.policy.steps import LimitKey, Said, looked_at, step


class Dimension(NamedTuple):
    """Something awards can be counted by, and its value in a situation (missing-fact if nobody gave it)."""

    name: str
    label: str
    value: Callable[[Situation], str]


DIMENSIONS = {
    dimension.name: dimension
    for dimension in (
        Dimension("subject", "对象", lambda situation: situation.subject),
        Dimension("organisation", "单位", lambda situation: situation.organisation),
        Dimension("level", "级别", Situation.needed_level),
        Dimension("year", "年度", lambda situation: str(situation.needed_year())),
        Dimension("calendar_year", "自然年度", lambda situation: str(situation.on.year)),
    )
}


def _source(dimension: str, situation: Situation) -> str:
    """Who somebody is stands in the register; what happened, in the event."""
    if dimension in {"subject", "organisation"}:
        return FROM_SUBJECT
    return situation.level_from if dimension == "level" else situation.source


def counted_by(fact: FactType) -> Dimension:
    """A fact that is an id (a tenant, a deal) as something to count by."""
    return Dimension(fact.name, fact.label, lambda situation: str(situation.fact(fact.name)))


class Counting:
    """The awards that are counted together: those with the same value in each dimension.

    Their key begins with the policy's id: two policies never share a turn or a ceiling by accident of a name. It does
    not hold the version: what an earlier version awarded still counts.
    """

    def __init__(self, policy: str, name: str, per: tuple[Dimension, ...]) -> None:
        self.id = f"{policy}/{name}"
        self.name = name
        self.per = per
        self.same = "、".join(f"同一{dimension.label}" for dimension in per)

    def key(self, situation: Situation) -> LimitKey:
        """missing-fact if a dimension's value was not given."""
        return (self.id, *[dimension.value(situation) for dimension in self.per])

    def inputs(self, key: LimitKey, situation: Situation) -> list[Said]:
        return [
            looked_at(dimension.name, dimension.label, key[place], None, _source(dimension.name, situation))
            for place, dimension in enumerate(self.per, 1)
        ]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counting) and (self.id, self.same) == (other.id, other.same)

    def __hash__(self) -> int:
        return hash((self.id, self.same))


class OncePer:
    """A rule pays once for the same values; `says`: what that is, where the values alone would say more than that."""

    reason = "already-awarded"

    def __init__(self, counting: Counting, article: str, pays: str, says: str | None = None) -> None:
        self.counting = counting
        self.article = article
        self._pays = pays
        self._says = says or f"{counting.same}只{pays}一次"

    def check(self, situation: Situation, history: History) -> tuple[LimitKey, Said, bool]:
        """The key, the step that shows it, and whether the turn is still free."""
        key = self.counting.key(situation)
        earlier = history.tally(key)
        inputs = self.counting.inputs(key, situation)
        said = step("once", self.article, self._says, inputs, counted=counted(earlier))
        return key, said, earlier.newest is None

    def text(self, on: date) -> str:  # noqa: ARG002 - once is once
        return self._says

    def why_not(self, on: date) -> str:
        return f"{self.text(on)}，此前已经{self._pays}"


class YearsLimit(NamedTuple):
    """The awards counted together fall into at most so many different years (年度 where there is one)."""

    counting: Counting
    years: Parameter
    reason: str = "years-used-up"

    @property
    def article(self) -> str:
        return self.years.article

    def check(self, situation: Situation, history: History) -> tuple[LimitKey, Said, bool]:
        key = self.counting.key(situation)
        earlier = history.tally(key)
        used = {_year_of(award) for award in earlier.awards()}
        allowed = self.years.at(situation.on)
        this = situation.on.year if situation.year is None else situation.year
        says = f"{self.counting.same}累计支持 {self.years.text(situation.on)}；此前已支持 {len(used)} 年"
        inputs = [*self.counting.inputs(key, situation), self.years.seen(situation.on)]
        free = this in used or len(used) < allowed
        return key, step("once", self.article, says, inputs, counted=counted(earlier)), free

    def text(self, on: date) -> str:
        return f"{self.counting.same}累计支持 {self.years.text(on)}"

    def why_not(self, on: date) -> str:
        return f"{self.text(on)}，年数已经用完"


class AmountLimit(NamedTuple):
    """The awards counted together come to at most so much; one that is partly used up cuts to what is left."""

    counting: Counting
    at_most: Parameter
    unit: Decimal
    """The smallest unit paid (yuan): a part of it that is left is not paid."""
    reason: str = "limit-used-up"

    @property
    def article(self) -> str:
        return self.at_most.article

    def apply(self, quantity: Quantity, key: LimitKey, situation: Situation, history: History) -> tuple[Quantity, Said]:
        earlier = history.tally(key)
        before = counted(earlier)
        bound = self.at_most.at(situation.on)
        room = max(DOWN.quantize(EXACT.subtract(bound, earlier.total), self.unit), ZERO)
        says = f"{self.counting.same}合计最高 {yuan_text(bound)}"
        ledger = f"{situation.policy.pays}台账 {len(before)} 笔"
        inputs = (
            *self.counting.inputs(key, situation),
            self.at_most.seen(situation.on),
            looked_at("used", "此前已计", plain(earlier.total), "yuan", ledger),
        )
        formula = f"{yuan_text(bound)} - {yuan_text(earlier.total)} = {yuan_text(room)}"
        return Bound(room, "limit", self.article, says, inputs, formula, before).cut(quantity)

    def text(self, on: date) -> str:
        return f"{self.counting.same}合计最高 {self.at_most.text(on)}"


def counted(tally: Tally) -> tuple[Said, ...]:
    """The awards of a tally, oldest first, as a step of an explanation lists them."""
    if tally.newest is None:
        return ()
    return tuple(
        {"award": award.ref, "amount": plain(award.amount), "date": award.on.isoformat()} for award in tally.awards()
    )


def _year_of(award: PastAward) -> int:
    return award.on.year if award.year is None else award.year
