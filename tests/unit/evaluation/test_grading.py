"""Lines, quotas and what last year carries over; where the edges lie and who is near."""

from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.evaluation import Unit, grade, ranking, score
from shared.evaluation.grade import grade_round
from tests.unit.evaluation.schemes import points

QUOTA = {"lines": {"excellent": "80", "good": "60", "qualified": "40"}, "quota": {"excellent": "0.2", "good": "0.4"}}
CARRY = {"national_excellent_counts": True, "national_failure_bars": True, "second_failure_withdraws": True}
ORDER = ["excellent", "good", "qualified", "unqualified"]


def grades(totals: list[Any], **more: Any) -> list[str | None]:
    scheme = points(**more)
    return [given.grade for given in grade(scheme, score(scheme, units(totals)))]


def units(totals: list[Any], priors: dict[int, dict[str, str]] | None = None) -> list[Unit]:
    return [
        Unit(f"u{place}", None if total is None else {"points": total}, None, (priors or {}).get(place, {}))
        for place, total in enumerate(totals)
    ]


def test_lines_alone_grade_without_a_quota() -> None:
    assert grades([80, "79.994", "79.995", 60, 40, "39.99", None]) == [
        "excellent", "good", "excellent", "good", "qualified", "unqualified", "unqualified",
    ]  # fmt: skip


def test_a_unit_with_an_error_counts_in_the_size_of_the_round_and_has_no_grade() -> None:
    found = grades([90, 89, 88, "x", "x", "x", "x", "x", "x", "x"], grades=QUOTA)
    assert found == ["excellent", "excellent", "good", *[None] * 7]  # room for two of ten


def test_a_group_that_does_not_fit_takes_those_above_it_without_a_grade_along() -> None:
    scheme = points(grades=QUOTA, carry=CARRY)
    barred = {0: {"national": "unqualified"}}
    results = score(scheme, units([99, 90, 90, 70, 65], barred))
    assert [given.grade for given in grade(scheme, results)] == ["good", "good", "good", "qualified", "qualified"]


def test_a_barred_unit_does_not_block_the_room_above() -> None:
    scheme = points(grades=QUOTA, carry=CARRY)
    results = score(scheme, units([99, 95, 90, 70, 65], {0: {"national": "unqualified"}}))
    assert [given.grade for given in grade(scheme, results)] == ["good", "excellent", "good", "qualified", "qualified"]


def test_a_national_excellence_uses_no_room_but_not_for_one_who_did_not_report_or_is_vetoed() -> None:
    scheme = points(grades=QUOTA, carry=CARRY)
    national = {place: {"national": "excellent"} for place in (1, 2)}
    results = score(scheme, units([90, 10, None, 85, 70], national))
    assert [given.grade for given in grade(scheme, results)] == [
        "excellent",
        "excellent",
        "unqualified",
        "good",
        "good",
    ]


def test_two_failures_in_a_row_propose_withdrawal_and_an_error_does_not() -> None:
    scheme = points(carry=CARRY)
    failed = {place: {"city": "unqualified"} for place in range(4)}
    found = grade(scheme, score(scheme, units([10, None, "x", 90, 10], failed)))
    assert [given.withdrawal_proposed for given in found] == [True, True, False, False, False]


def test_the_reason_says_what_kept_a_unit_from_the_better_grade() -> None:
    scheme = points(grades=QUOTA, carry=CARRY)
    first, second, *_ = grade(scheme, score(scheme, units([90, 88, 70, 50, 30])))
    assert (first.reason, first.reached) == ("总分达到优秀线 80", None)
    assert second.reached == "excellent"
    assert second.reason.startswith("总分达到优秀线 80，但优秀名额已满")


TOTALS = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=25)


@given(totals=TOTALS)
def test_nobody_is_graded_better_than_somebody_who_scored_more(totals: list[int | None]) -> None:
    found = [
        (total, ORDER.index(str(given)))
        for total, given in zip(totals, grades(totals, grades=QUOTA), strict=True)
        if total is not None
    ]
    for total, place in found:
        for other, other_place in found:
            if total > other:
                assert place <= other_place
            if total == other:
                assert place == other_place


@given(totals=TOTALS)
def test_the_best_grade_never_exceeds_its_room_and_every_grade_reaches_its_line(totals: list[int | None]) -> None:
    found = grades(totals, grades=QUOTA)
    assert Counter(found)["excellent"] <= len(totals) // 5
    for total, given_ in zip(totals, found, strict=True):
        line = {"excellent": 80, "good": 60, "qualified": 40, "unqualified": 0}[str(given_)]
        assert (total or 0) >= line


@given(totals=TOTALS)
def test_the_order_of_the_units_does_not_matter(totals: list[int | None]) -> None:
    there = dict(zip(totals, grades(totals, grades=QUOTA), strict=True))
    back = totals[::-1]
    assert dict(zip(back, grades(back, grades=QUOTA), strict=True)) == there


def test_a_small_round_goes_by_lines() -> None:
    assert grades([90, 90, 90], grades={**QUOTA, "quota_from": 4}) == ["excellent"] * 3


def test_the_ranking_shows_lines_edges_and_who_is_near() -> None:
    scheme = points(grades=QUOTA)
    results = score(scheme, units([92, 81, 79, 79, 61, 59, 41, 12, None, "x"]))
    found = ranking(scheme, results)
    assert [(placed.rank, placed.grade.unit) for placed in found.placed] == [
        (1, "u0"), (2, "u1"), (3, "u2"), (3, "u3"), (5, "u4"), (6, "u5"), (7, "u6"), (8, "u7"),
    ]  # fmt: skip
    line = next(boundary for boundary in found.boundaries if (boundary.grade, boundary.kind) == ("excellent", "line"))
    assert [(near.unit, str(near.distance)) for near in line.near] == [("u1", "1.00"), ("u2", "-1.00"), ("u3", "-1.00")]


def test_an_edge_is_where_the_room_ended() -> None:
    scheme = points(grades=QUOTA)
    results = score(scheme, units([92, 91, 90, 50, 40]))
    edges = grade_round(scheme, results).edges
    assert edges[0] == ("excellent", Decimal(80), 1, 1, Decimal("92.00"), Decimal("91.00"))
    edge = next(boundary for boundary in ranking(scheme, results).boundaries if boundary.kind == "edge")
    assert (edge.grade, edge.total, [near.unit for near in edge.near]) == (
        "excellent",
        Decimal("92.00"),
        ["u0", "u1", "u2"],
    )
