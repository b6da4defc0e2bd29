"""A history is a value: the next one is new, the old one stays; growing and asking stay cheap."""

from datetime import date
from decimal import Decimal

import pytest

from shared.policy import History, PastAward


def past(number: int, *keys: tuple[str, ...], amount: str = "100.00") -> PastAward:
    return PastAward(f"a{number}", date(2018, 1, 1), 2018, Decimal(amount), keys)


def test_the_next_history_leaves_the_one_before_as_it_was() -> None:
    empty = History()
    one = empty.with_award(past(1, ("limit", "o1")))
    two = one.with_award(past(2, ("limit", "o1")))
    branch = one.with_award(past(3, ("limit", "o1"), amount="7.00"))
    assert [len(history) for history in (empty, one, two, branch)] == [0, 1, 2, 2]
    assert [str(history.tally(("limit", "o1")).total) for history in (one, two, branch)] == [
        "100.00",
        "200.00",
        "107.00",
    ]


def test_an_award_counts_under_each_of_its_keys() -> None:
    history = History([past(1, ("year", "o1"), ("tenant", "t1")), past(2, ("year", "o1"), ("tenant", "t2"))])
    assert [award.ref for award in history.tally(("year", "o1")).awards()] == ["a1", "a2"]
    assert [award.ref for award in history.tally(("tenant", "t1")).awards()] == ["a1"]
    assert history.tally(("year", "o2")).awards() == ()


def test_the_same_award_is_not_counted_twice() -> None:
    with pytest.raises(ValueError, match="a1"):
        History([past(1), past(1)])


def test_reversing_what_is_not_there_changes_nothing() -> None:
    history = History([past(1, ("k",))])
    assert history.with_reversal("nobody") is history


def test_a_long_history_under_one_key_is_still_a_value() -> None:
    history = History(past(number, ("limit", "o1")) for number in range(20_000))
    assert history.tally(("limit", "o1")).total == Decimal("2000000.00")
    assert history == History(past(number, ("limit", "o1")) for number in range(20_000))
    assert len(history.with_reversal("a10000").tally(("limit", "o1")).awards()) == 19_999
