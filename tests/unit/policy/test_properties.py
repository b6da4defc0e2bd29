"""What holds for every input: never negative, never above a cap, the same bytes twice, a reversal undoes one award."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.policy import Award, History, Policy, compute

MONEY = st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False)
RATE = st.decimals(min_value=0, max_value=Decimal("0.70"), places=4)
DAY = st.dates(date(2018, 1, 1), date(2022, 12, 31))
KINDS = st.sampled_from([("incubator", 2_000_000), ("makerspace", 300_000), ("university_park", 2_000_000)])
ENDS = Decimal("500000.00")


def excellent(
    dalian: Policy, kind: str, cost: Decimal, rate: Decimal | None = None, history: History | None = None
) -> Any:
    subject = {"id": "c1", "org": "o1", "kind": kind, "level": "city"}
    event = {
        "id": "e1", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "excellent",
        "facts": {"operating_cost_prev_year": cost},
    }  # fmt: skip
    decisions = {} if rate is None else {"rate": str(rate)}
    return compute(dalian, subject, event, History() if history is None else history, decisions)


@given(kind=KINDS, cost=MONEY, rate=st.none() | RATE)
def test_an_amount_is_the_share_cut_at_the_cap_and_rounded_once(
    dalian: Policy, kind: tuple[str, int], cost: Decimal, rate: Decimal | None
) -> None:
    outcome = excellent(dalian, kind[0], cost, rate)
    share = cost * (Decimal("0.70") if rate is None else rate)
    due = min(share.quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal(kind[1]))
    assert [award.amount for award in outcome.awards] == ([due] if due else [])
    assert len(outcome.declined) == (0 if due else 1)


@given(kind=KINDS, costs=st.tuples(MONEY, MONEY), rate=st.none() | RATE)
def test_a_higher_cost_never_gives_less(
    dalian: Policy, kind: tuple[str, int], costs: tuple[Decimal, Decimal], rate: Decimal | None
) -> None:
    less, more = (
        sum((award.amount for award in excellent(dalian, kind[0], cost, rate).awards), start=Decimal(0))
        for cost in sorted(costs)
    )
    assert Decimal(0) <= less <= more <= kind[1]


@given(kind=KINDS, cost=MONEY, rates=st.tuples(RATE, RATE))
def test_a_higher_rate_never_gives_less(
    dalian: Policy, kind: tuple[str, int], cost: Decimal, rates: tuple[Decimal, Decimal]
) -> None:
    less, more = (
        sum((award.amount for award in excellent(dalian, kind[0], cost, rate).awards), start=Decimal(0))
        for rate in sorted(rates)
    )
    assert less <= more


@given(kind=KINDS, cost=MONEY)
def test_computing_twice_gives_the_same_bytes(dalian: Policy, kind: tuple[str, int], cost: Decimal) -> None:
    assert excellent(dalian, kind[0], cost) == excellent(dalian, kind[0], cost)


class Story:
    """Tenants becoming 高新技术企业 one after another, some awards taken back, in any order."""

    def __init__(self, dalian: Policy) -> None:
        self.dalian = dalian
        self.history = History()
        self.standing: list[Award] = []

    def tenant(self, number: int, tenant: str, organisation: str, on: date) -> None:
        subject = {"id": f"c-{organisation}", "org": organisation, "kind": "incubator", "level": "city"}
        facts = {"tenant": tenant, "entered_on": on - timedelta(days=1)}
        event = {"id": f"e{number}", "type": "tenant_hnte_recognised", "date": on, "facts": facts}
        for award in compute(self.dalian, subject, event, self.history).awards:
            self.history = self.history.with_award(award)
            self.standing.append(award)

    def reverse(self, place: int) -> None:
        if self.standing:
            award = self.standing.pop(place % len(self.standing))
            self.history = self.history.with_reversal(award.ref)


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("tenant"), st.integers(0, 11), st.integers(0, 1), DAY),
        st.tuples(st.just("reverse"), st.integers(0, 20)),
    ),
    max_size=30,
)


@given(events=EVENTS)
def test_a_year_never_exceeds_its_ceiling_in_whatever_order(dalian: Policy, events: list[Any]) -> None:
    story = Story(dalian)
    for number, (what, *given_) in enumerate(events):
        if what == "tenant":
            tenant, organisation, on = given_
            story.tenant(number, f"t{tenant}", f"o{organisation}", on)
        else:
            story.reverse(given_[0])
        years: dict[tuple[str, int], Decimal] = {}
        for award in story.standing:
            key = (award.organisation, award.on.year)
            years[key] = years.get(key, Decimal(0)) + (award.amount or 0)
            assert award.amount is not None
            assert award.amount > 0
        assert all(total <= ENDS for total in years.values())
    tenants = [key for award in story.standing for key in award.keys if key[0] == "dalian-2017-52/carrier-hnte"]
    assert len(tenants) == len(set(tenants))  # once per tenant, whatever was reversed in between
    assert story.history == History(story.standing)


@given(events=EVENTS, place=st.integers(0, 30))
def test_a_reversal_undoes_exactly_one_award(dalian: Policy, events: list[Any], place: int) -> None:
    story = Story(dalian)
    for number, (what, *given_) in enumerate(events):
        if what == "tenant":
            tenant, organisation, on = given_
            story.tenant(number, f"t{tenant}", f"o{organisation}", on)
    if not story.standing:
        return
    taken = story.standing[place % len(story.standing)]
    left = [award for award in story.standing if award is not taken]
    once = story.history.with_reversal(taken.ref)
    assert once == History(left)
    assert once != story.history
    assert once.with_reversal(taken.ref) == once
    assert taken.ref in story.history  # the history before is untouched
