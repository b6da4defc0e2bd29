"""An interest subsidy: a share of what a loan costs at a reference rate with a date, such as the one-year LPR."""

from datetime import date
from decimal import Decimal

from shared.core.exact import CENT, DOWN, EXACT
from shared.core.money import percent_text, yuan_text
from shared.policy.errors import no_reference_rate
from shared.policy.facts import FactType
from shared.policy.formulas import Decided, Worked, number
from shared.policy.parameters import Parameter
from shared.policy.situation import Situation

DAYS_OF_A_YEAR = Decimal(360)
"""As banks count a loan's interest: the yearly rate divided by 360, times the days (银发〔2005〕129号)."""


class Interest:
    """principal × reference rate on the first day × days ÷ 360 × share; a part of a fen is not paid.

    The first day counts and the last does not, as the bank counts them.
    """

    of_levels: tuple[Parameter, ...] = ()
    takes_rate = False

    def __init__(
        self, principal: FactType, start: FactType, end: FactType, reference: Parameter, share: Parameter
    ) -> None:
        self.principal, self.start, self.end = principal, start, end
        self.reference, self.share = reference, share
        self.needs = (principal.name, start.name, end.name)
        self.parameters = (reference, share)

    def work(self, situation: Situation, rate: Decided | None = None) -> Worked:  # noqa: ARG002 - no rate to decide
        base = number(situation, self.principal)
        start, end = _day(situation, self.start), _day(situation, self.end)
        days = max((end - start).days, 0)
        if self.reference.repealed(start):
            raise no_reference_rate(self.reference.label, start.isoformat())
        reference, share = self.reference.at(start), self.share.at(situation.on)
        of_a_year = EXACT.multiply(EXACT.multiply(base, reference), EXACT.multiply(Decimal(days), share))
        value = DOWN.quantize(DOWN.divide(of_a_year, DAYS_OF_A_YEAR), CENT)
        formula = (
            f"{self.principal.text(base)} × {percent_text(reference)} × {days} 天 ÷ {DAYS_OF_A_YEAR} 天 × "
            f"{percent_text(share)} = {yuan_text(value)}（不足一分的部分不计）"
        )
        inputs = (
            self.principal.seen(base, situation.source_of(self.principal.name)),
            self.start.seen(start, situation.source_of(self.start.name)),
            self.end.seen(end, situation.source_of(self.end.name)),
            self.reference.seen(start),
            self.share.seen(situation.on),
        )
        return Worked(value, self.share.article, self.text(situation.on), inputs, formula)

    def text(self, on: date) -> str:
        of = f"{self.principal.label}按{self.reference.label}（{self.start.label}当日的利率）计息"
        return f"{of}的 {self.share.text(on)}"


def _day(situation: Situation, fact: FactType) -> date:
    value = situation.fact(fact.name)
    if not isinstance(value, date):  # `rules` lets interest run between dates alone
        raise TypeError(f"{fact.name} is not a date")
    return value
