"""Every form of scoring, exact to the end, each score with its value and what cut it."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.evaluation import Scheme, Unit, score
from shared.evaluation.figures import Figure, read_number, rounded, text, total_of
from tests.unit.evaluation.schemes import scheme

DECIMALS = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False, allow_infinity=False)


def total(given: Scheme, figures: dict[str, Any], experts: Any = None) -> Decimal | str | None:
    """The unit's total, or the code of its error."""
    (result,) = score(given, [Unit("u", figures, experts)])
    return result.total if result.error is None else result.error.code


def one(score_: dict[str, Any], full: int = 10, **more: Any) -> Scheme:
    return scheme({"code": "x", "full": full, "score": score_, **more})


STEP = {"type": "step", "from": 50, "base": 5, "per": 2, "add": "0.3"}


@pytest.mark.parametrize(
    ("form", "value", "points"),
    [
        ({"type": "per_unit", "each": "0.25"}, 7, "1.75"),
        ({"type": "per_unit", "each": "0.25"}, "7.5", "1.88"),  # 1.875, half up once
        (STEP, "49.9999", "0.00"),
        (STEP, 50, "5.00"),
        (STEP, "51.99", "5.00"),
        (STEP, 52, "5.30"),
        (STEP, 10_000, "10.00"),
        ({"type": "per_amount", "amount": 300_000, "each": 1}, "299999.99", "0.00"),
        ({"type": "per_amount", "amount": 300_000, "each": 1}, "600000", "2.00"),
        ({"type": "weighted", "each": {"a": 2, "b": "0.5"}}, {"a": 1, "b": 3}, "3.50"),
        ({"type": "weighted", "each": {"a": 2, "b": "0.5"}}, {}, "0.00"),
        ({"type": "weighted", "each": {"a": 2, "b": "0.5"}}, {"b": "1.5", "a": None}, "0.75"),
    ],
)
def test_a_form_scores_a_figure(form: dict[str, Any], value: Any, points: str) -> None:
    assert total(one(form), {"x": value}) == Decimal(points)


RATIO = {
    "type": "ratio",
    "part": "used",
    "whole": "seats",
    "then": {"type": "step", "from": 60, "base": 6, "per": 1, "add": "0.1"},
}


@pytest.mark.parametrize(
    ("used", "seats", "found"),
    [
        (50, 62, "8.00"),  # 80.645 %: 20 whole steps
        (3, 5, "6.00"),
        (2, 3, "6.60"),
        (0, 5, "0.00"),
        ("0.5", "0.5", "10.00"),
        (0, 0, "division-by-zero"),
        (6, 5, "invalid-figure"),
        (None, 5, "missing-figure"),
    ],
)
def test_a_ratio_is_exact_before_it_is_scored(used: Any, seats: Any, found: str) -> None:
    got = total(one(RATIO), {"used": used, "seats": seats})
    assert str(got) == found


@pytest.mark.parametrize(
    ("experts", "found"),
    [
        (["1", "2", "3", "10"], "4.00"),
        (["1", "2", "3", "4", "10"], "3.00"),  # five: one highest and one lowest are left out
        (["10", "10", "10", "10", "0"], "10.00"),
        (["3.33", "3.34"], "3.34"),  # 3.335, half up
        ({"x": ["4"]}, "4.00"),
        ({"y": ["4"]}, "missing-figure"),
        ([], "missing-figure"),
        (None, "missing-figure"),
        (["-1"], "invalid-figure"),
        (["10.01"], "invalid-figure"),
        (["gut"], "invalid-figure"),
        ("9", "invalid-figure"),
        ([9.5], "invalid-figure"),  # a binary float is no score
    ],
)
def test_experts_are_averaged(experts: Any, found: str) -> None:
    assert str(total(one({"type": "expert"}), {}, experts)) == found


def test_a_bare_list_needs_a_scheme_with_one_expert_indicator() -> None:
    two = scheme(*({"code": code, "full": 10, "score": {"type": "expert"}} for code in ("x", "y")))
    assert total(two, {}, ["5"]) == "invalid-figure"
    assert total(two, {}, {"x": ["5"], "y": ["6"]}) == Decimal("11.00")


def test_the_best_of_the_round_counts_even_if_its_unit_has_an_error_or_a_veto() -> None:
    given = scheme(
        {"code": "x", "full": 10, "score": {"type": "relative"}},
        {"code": "y", "full": 10, "score": {"type": "per_unit", "each": 1}, "veto": {"min": 2}},
    )
    units = [
        Unit("error", {"x": 40}),
        Unit("vetoed", {"x": 20, "y": 1}),
        Unit("fine", {"x": 10, "y": 2}),
        Unit("away", None),
    ]
    results = score(given, units)
    assert [result.error.code if result.error else result.total for result in results] == [
        "missing-figure", Decimal("6.00"), Decimal("4.50"), None,
    ]  # fmt: skip
    assert [result.vetoed for result in results] == [False, True, False, False]


def test_a_round_whose_best_is_zero_scores_zero() -> None:
    assert total(one({"type": "relative"}), {"x": 0}) == Decimal("0.00")


def test_bonus_counts_on_top_and_its_cap_says_what_it_took() -> None:
    given = scheme(
        {"code": "x", "full": 10, "score": {"type": "per_unit", "each": 1}},
        {"code": "b", "full": 4, "bonus": True, "score": {"type": "per_unit", "each": 1}},
        {"code": "c", "full": 4, "bonus": True, "score": {"type": "per_unit", "each": 1}},
        bonus_cap=5,
    )
    (result,) = score(given, [Unit("u", {"x": 20, "b": 9, "c": 3})])
    assert (result.total, result.bonus_cut) == (Decimal("15.00"), 2)
    assert [(each.score, each.cut) for each in result.scores] == [(10, True), (4, True), (3, False)]
    assert result.scores[0].as_json() == {
        "indicator": "x", "label": "x", "rule": "每个单位得 1 分", "value": "20", "score": "10", "full": "10",
        "cut_at_full": True, "vetoed": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"y": 1}, "missing-figure"),
        ({"x": None, "y": 1}, "missing-figure"),
        ({"x": "-0.01", "y": 1}, "invalid-figure"),
        ({"x": "many", "y": 1}, "invalid-figure"),
        ({"x": 1.5, "y": 1}, "invalid-figure"),
        ({"x": True, "y": 1}, "invalid-figure"),
        ({"x": {"value": 1, "unit": "吨"}, "y": 1}, "invalid-figure"),
        ({"x": -1}, "invalid-figure"),  # the first in the order of the indicators counts
    ],
)
def test_a_figure_that_cannot_be_read_stops_its_unit(figures: dict[str, Any], code: str) -> None:
    given = scheme(*({"code": name, "full": 10, "score": {"type": "per_unit", "each": 1}} for name in ("x", "y")))
    results = score(given, [Unit("bad", figures), Unit("good", {"x": 1, "y": 1})])
    assert results[0].error is not None
    assert results[0].error.code == code
    assert results[1].total == Decimal("2.00")


@pytest.mark.parametrize(
    ("given", "yuan"),
    [
        ("1200000", 1_200_000),
        ({"value": "1200", "unit": "thousand_yuan"}, 1_200_000),
        ({"value": "120.5", "unit": "万元"}, 1_205_000),
        ({"value": "0.001", "unit": "千元"}, 1),
        ({"value": "1", "unit": "元"}, 1),
    ],
)
def test_money_is_converted_once(given: Any, yuan: int) -> None:
    assert read_number(Figure("financing", "投融资额", "yuan"), given) == yuan


@given(values=st.lists(DECIMALS, min_size=1, max_size=6), weights=st.lists(DECIMALS, min_size=6, max_size=6))
def test_weighted_sums_are_exact(values: list[Decimal], weights: list[Decimal]) -> None:
    each = {f"k{place}": str(weight) for place, weight in enumerate(weights)}
    form = scheme({"code": "x", "full": 10**14, "score": {"type": "weighted", "each": each}})
    (result,) = score(form, [Unit("u", {"x": {f"k{place}": str(value) for place, value in enumerate(values)}})])
    exact = sum(
        (Fraction(value) * Fraction(weight) for value, weight in zip(values, weights, strict=False)), Fraction(0)
    )
    assert result.scores[0].value == exact


@given(numbers=st.lists(st.fractions(max_denominator=60), max_size=12))
def test_a_total_is_exact_and_rounded_half_up_once(numbers: list[Fraction]) -> None:
    exact = sum(numbers, Fraction(0))
    assert total_of(numbers) == exact
    two = rounded(total_of(numbers))
    assert -Fraction(1, 200) < Fraction(two) - exact <= Fraction(1, 200)


@given(value=DECIMALS)
def test_a_number_is_shown_with_every_digit(value: Decimal) -> None:
    assert Fraction(text(Fraction(value))) == Fraction(value)


@given(figures=st.fixed_dictionaries({"x": st.integers(0, 500), "y": st.integers(0, 500)}), more=st.integers(0, 50))
def test_a_better_figure_never_scores_less(figures: dict[str, int], more: int) -> None:
    given_ = scheme(
        {"code": "x", "full": 10, "score": STEP},
        {"code": "y", "full": 10, "score": {"type": "per_amount", "amount": 7, "each": "0.5"}},
    )
    better = {name: value + more for name, value in figures.items()}
    less, more_ = total(given_, figures), total(given_, better)
    assert isinstance(less, Decimal)
    assert isinstance(more_, Decimal)
    assert less <= more_ <= 20
