"""Due dates follow from the contract's first day, and each conclusion has its effect on money."""

from datetime import date

import pytest

from shared.programme.eligibility import Barred, Known, Running, eligibility, exclusions
from shared.programme.load import load_programme
from shared.programme.timetable import assessments_due, effect_on_money

NOBODY: frozenset[int] = frozenset()


def test_the_mid_term_comes_before_the_second_instalment_and_the_last_year_is_the_final_one_s() -> None:
    due = assessments_due(load_programme("outstanding-youth-2018"), date(2018, 8, 31))
    assert [(each.id, each.on.isoformat(), [part.number for part in each.releases]) for each in due] == [
        ("yearly-1", "2019-08-31", []),
        ("midterm", "2020-02-29", [2]),
        ("yearly-2", "2020-08-31", []),
        ("final", "2021-08-31", []),
    ]


def test_interest_is_looked_at_once_for_each_year_it_is_paid() -> None:
    due = assessments_due(load_programme("founder-2022"), date(2022, 12, 1))
    assert [each.id for each in due] == ["yearly-1", "yearly-2", "yearly-3"]


@pytest.mark.parametrize(
    ("kind", "conclusion", "paid", "effect"),
    [
        ("midterm", "passed", {1}, ("released", (2,), False)),
        ("midterm", "rectify", {1}, ("held", (2,), False)),
        ("midterm", "failed", {1}, ("stopped", (2, 3), True)),
        ("midterm", "failed", set(), ("stopped", (1, 2, 3), False)),
        ("final", "passed", {1, 2}, ("released", (3,), False)),
        ("final", "failed", {1, 2, 3}, ("stopped", (), True)),
        ("yearly", "passed", {1}, ("nothing", (), False)),
        ("yearly", "failed", {1}, ("held", (2, 3), False)),
    ],
)
def test_each_conclusion_has_its_effect_on_money(
    kind: str, conclusion: str, paid: set[int], effect: tuple[str, tuple[int, ...], bool]
) -> None:
    found = effect_on_money(load_programme("innovation-team-2018"), kind, conclusion, frozenset(paid))
    assert found == effect


def test_an_applicant_is_told_at_once_what_is_met_what_is_not_and_what_is_unknown() -> None:
    figures = {"born_on": "1977-12-31", "degree": "master", "rank": "associate", "led_city": 0}
    found = {each.condition.id: each for each in eligibility(load_programme("outstanding-youth-2018"), figures)}
    assert {name: each.state for name, each in found.items()} == {
        "age": "not_met", "rank": "met", "led": "not_met", "here": "unknown",
    }  # fmt: skip
    assert found["age"].finding.sentence == "出生日期 1977-12-31，至 2018-01-01 为 40 周岁，要求 1978-01-01 及以后出生"
    assert found["led"].finding.sentence.endswith("要求不少于 1 项，还差 1 项")


def test_only_what_the_programme_names_excludes_and_only_while_it_lasts() -> None:
    on = date(2018, 3, 15)
    known = Known(
        running=(Running("P-1", "旧项目", date(2018, 3, 14)), Running("P-2", "新项目", None)),
        of_company=("样例申报",),
        bars=(Barred("样例文〔2016〕1号", date(2016, 3, 16), date(2018, 3, 15)),),
        same_content=("P-7",),
    )
    found = exclusions(load_programme("outstanding-youth-2018"), known, on)
    assert [each.code for each in found] == ["running_project", "dishonesty", "same_content"]
    assert "新项目" in found[0].found
    assert [each.code for each in exclusions(load_programme("founder-2022"), known, on)] == [
        "one_per_company", "dishonesty", "same_content",
    ]  # fmt: skip
    assert [
        each.code for each in exclusions(load_programme("founder-2022"), Known(bars=known.bars), date(2018, 3, 16))
    ] == []
