"""The number to select against totals: ties are not broken by the order of a list, and what an objection moves is told."""

from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shared.programme.selection import Scored, bands, selection, what_moves

TOTALS = st.lists(st.one_of(st.none(), st.integers(40, 100).map(Decimal)), max_size=40)
LEAST = Decimal(60)


def scored(totals: list[Decimal | None]) -> list[Scored]:
    return [Scored(f"a{place:02}", total) for place, total in enumerate(totals)]


@given(totals=TOTALS, number=st.integers(1, 20))
def test_nobody_below_the_least_is_in_and_nobody_passes_a_better_one(totals: list[Decimal | None], number: int) -> None:
    found = selection(scored(totals), number, LEAST)
    inside = found.of("in")
    assert len(inside) + found.room <= number
    assert all(each.total >= LEAST for each in found.of("in", "tied", "next"))
    outside = [each.total for each in found.of("tied", "next", "below")]
    assert all(each.total > other for each in inside for other in outside)
    tied = found.of("tied")
    assert len({each.total for each in tied}) <= 1
    assert len(tied) > found.room or not tied
    eligible = sum(total is not None and total >= LEAST for total in totals)
    assert len(inside) + (found.room if tied else 0) == min(number, eligible)
    assert len(found.placed) + len(found.unscored) == len(totals)


@given(totals=TOTALS, number=st.integers(1, 20))
def test_the_order_of_the_list_changes_nothing(totals: list[Decimal | None], number: int) -> None:
    one = selection(scored(totals), number, LEAST)
    other = selection(scored(totals)[::-1], number, LEAST)
    assert one.placed == other.placed
    assert one.room == other.room


def test_those_who_tie_at_the_edge_wait_for_a_decision() -> None:
    found = selection(scored([Decimal(90), Decimal(80), Decimal(80), Decimal(80), Decimal(59)]), 3, LEAST)
    assert [(each.rank, each.place) for each in found.placed] == [
        (1, "in"), (2, "tied"), (2, "tied"), (2, "tied"), (5, "below"),
    ]  # fmt: skip
    assert found.room == 2


def test_an_upheld_objection_shows_whom_it_moves_out_and_who_stays() -> None:
    call = scored([Decimal(90), Decimal(80), Decimal(70), Decimal(50)])
    before, after = (
        bands(dict.fromkeys(map(Decimal, totals), 1), 2, LEAST) for totals in ((90, 80, 70, 50), (90, 85, 80, 50))
    )
    moved = what_moves(call, before, after, {"a02": Decimal(85)})
    told = {each.id: (each.before and each.before.place, each.after and each.after.place) for each in moved}
    assert told == {"a01": ("in", "next"), "a02": ("next", "in")}


@given(totals=TOTALS, number=st.integers(1, 20))
def test_some_of_a_ranking_stand_where_they_stand_in_the_whole_of_it(totals: list[Decimal | None], number: int) -> None:
    whole = scored(totals)
    counted = bands(Counter(total for total in totals if total is not None), number, LEAST)
    found = selection(whole, number, LEAST)
    assert counted.among(whole[::3]).placed == tuple(each for each in found.placed if int(each.id[1:]) % 3 == 0)
    assert (counted.names("in"), counted.names("tied"), counted.names()) == (
        len(found.of("in")), len(found.of("tied")), len(found.placed),
    )  # fmt: skip
