"""Other lines, other quotas: what they bring is what a scheme with such lines would have given."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.incubator.domain.what_if import graded_under, moved
from shared.evaluation import Unit, grade, score
from tests.unit.evaluation.schemes import points

LINES = {"excellent": "80", "good": "60", "qualified": "40"}
TOTALS = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=20)
DESCENDING = st.lists(st.integers(0, 100), min_size=3, max_size=3, unique=True).map(lambda found: sorted(found)[::-1])
SHARES = st.lists(st.none() | st.integers(0, 100), min_size=3, max_size=3)


def units(totals: list[int | None]) -> list[Unit]:
    return [Unit(f"u{place}", None if total is None else {"points": total}, None) for place, total in enumerate(totals)]


def written(lines: list[int], shares: list[int | None]) -> dict[str, Any]:
    """Lines and quotas as a scheme's file has them."""
    quota = {name: str(Decimal(share) / 100) for name, share in zip(LINES, shares, strict=True) if share is not None}
    return {"lines": {name: str(line) for name, line in zip(LINES, lines, strict=True)}, "quota": quota}


@given(totals=TOTALS, lines=DESCENDING, shares=SHARES)
def test_what_if_gives_what_a_scheme_of_such_lines_and_quotas_gives(
    totals: list[int | None], lines: list[int], shares: list[int | None]
) -> None:
    present, wanted = points(grades={"lines": LINES}), points(grades=written(lines, shares))
    asked = moved(
        present,
        {name: str(line) for name, line in zip(LINES, lines, strict=True)},
        {name: None if share is None else str(share) for name, share in zip(LINES, shares, strict=True)},
    )
    assert asked.problems == {}
    results = score(present, units(totals))
    assert graded_under(asked.scheme, results, {}) == grade(wanted, score(wanted, units(totals)))


@given(totals=TOTALS, lines=DESCENDING)
def test_a_decided_grade_stays_and_moves_nobody_else(totals: list[int | None], lines: list[int]) -> None:
    scheme = points(grades=written(lines, [20, 40, None]))
    results = score(scheme, units(totals))
    alone = graded_under(scheme, results, {})
    decided = graded_under(scheme, results, {"u0": "qualified"})
    assert decided[0].grade == "qualified"
    assert decided[1:] == alone[1:]


@given(totals=TOTALS)
def test_moving_nothing_changes_nothing(totals: list[int | None]) -> None:
    scheme = points(grades=written([80, 60, 40], [20, 40, None]))
    same = moved(scheme, LINES, {"excellent": "20", "good": "40"})
    assert same.problems == {}
    assert same.scheme == scheme
    assert moved(scheme, {}, {}).scheme == scheme
    assert graded_under(same.scheme, score(scheme, units(totals)), {}) == grade(scheme, score(scheme, units(totals)))


def test_lines_that_cross_and_what_is_no_number_are_told_at_their_field() -> None:
    scheme = points(grades={"lines": LINES})
    assert set(moved(scheme, {"excellent": "50"}, {}).problems) == {"line_excellent"}
    assert set(moved(scheme, {"good": "80"}, {}).problems) == {"line_good"}
    assert set(moved(scheme, {"good": "=1+1", "qualified": "101"}, {"good": "101", "excellent": "-1"}).problems) == {
        "line_good", "line_qualified", "quota_good", "quota_excellent",
    }  # fmt: skip
    unknown = moved(scheme, {"best": "99"}, {"<b>": "1"})
    assert set(unknown.problems) == {"line_best", "quota_<b>"}
    assert unknown.scheme is scheme, "with a problem nothing is moved"
