"""Who differs from the others and by how much, and what the grade would be without each."""

from fractions import Fraction

from shared.evaluation import Unit, expert_statistics, score, without_each_expert
from tests.unit.evaluation.schemes import scheme

GIVEN = scheme(
    {"code": "plan", "full": 50, "score": {"type": "expert"}},
    {"code": "visit", "full": 50, "score": {"type": "expert"}},
    experts={"outlier_over": "0.2"},
)


def test_spread_and_outliers_are_told_per_indicator() -> None:
    unit = Unit("u", {}, {"plan": ["40", "42", "20"], "visit": ["30", "30.5", "31"]})
    plan, visit = expert_statistics(GIVEN, unit)
    assert (plan.indicator, plan.mean, plan.spread) == ("plan", 34, 22)
    assert [(each.expert, each.others_median, each.difference, each.outlier) for each in plan.experts] == [
        (0, 31, 9, False), (1, 30, 12, True), (2, 41, -21, True),
    ]  # fmt: skip
    assert [each.outlier for each in visit.experts] == [False, False, False]
    assert visit.spread == 1
    assert visit.mean == Fraction("30.5")


def test_an_expert_exactly_at_the_bound_is_no_outlier() -> None:
    (plan,) = expert_statistics(GIVEN, Unit("u", {}, {"plan": ["40", "30"]}))
    assert [(each.difference, each.outlier) for each in plan.experts] == [(10, False), (-10, False)]


def test_one_expert_alone_differs_from_nobody() -> None:
    (plan,) = expert_statistics(GIVEN, Unit("u", {}, {"plan": ["40"]}))
    assert (plan.experts[0].others_median, plan.experts[0].outlier) == (None, False)


def test_the_grade_without_each_expert_is_that_of_the_same_round_without_him() -> None:
    units = [
        Unit("a", {}, {"plan": ["50", "50", "20"], "visit": ["40", "40", "10"]}),
        Unit("b", {}, {"plan": ["10"], "visit": ["10"]}),
    ]
    results = score(GIVEN, units)
    assert str(results[0].total) == "70.00"
    found = without_each_expert(GIVEN, results, "a")
    assert [(each.expert, str(each.result.total), each.grade.grade) for each in found] == [
        (0, "60.00", "good"), (1, "60.00", "good"), (2, "90.00", "excellent"),
    ]  # fmt: skip


def test_without_the_only_expert_there_is_no_score() -> None:
    results = score(GIVEN, [Unit("b", {}, {"plan": ["10"], "visit": ["10"]})])
    (found,) = without_each_expert(GIVEN, results, "b")
    assert found.result.error is not None
    assert (found.result.error.code, found.grade.grade) == ("missing-figure", None)
