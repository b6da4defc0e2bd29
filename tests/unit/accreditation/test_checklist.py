"""What is lacking is enough and no more; what is not given is never read as zero."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accreditation import checklist, summary
from shared.accreditation.load import library, title
from shared.checklist.figures import Figure
from shared.checklist.numbers import AtLeast, ShareAtLeast, SoManyPer
from shared.checklist.requirements import AnyOf, find
from shared.checklist.times import MonthsAtLeast
from shared.core.dates import add_months
from shared.core.errors import DomainError

ON = date(2019, 6, 30)
TITLES = [title for titles in library().values() for title in titles]

TENANTS = Figure("tenants", "在孵企业", "count", "家", "", "")
MENTORS = Figure("mentors", "创业导师", "count", "人", "", "")
AREA = Figure("area", "孵化场地面积", "amount", "平方米", "", "")
PART = Figure("part", "在孵企业使用面积", "amount", "平方米", "", "")
FUND = Figure("fund", "孵化资金", "amount", "yuan", "", "")
CASES = Figure("cases", "资金使用案例", "entries", "个", "", "")
SINCE = Figure("since", "开始运营", "date", "", "", "")

COUNTS = st.integers(0, 10**6)
AMOUNTS = st.decimals(0, 10**6, places=4, allow_nan=False, allow_infinity=False)
SOME = st.integers(1, 10**4).map(Decimal)
DATES = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@given(value=COUNTS, other=COUNTS, least=SOME, per=SOME)
def test_with_so_many_more_for_so_many_it_is_met_and_with_one_less_it_is_not(
    value: int, other: int, least: Decimal, per: Decimal
) -> None:
    requirement = SoManyPer(MENTORS, TENANTS, least, per)
    found = find(requirement, {"mentors": value, "tenants": other}, ON)
    assert (found.state == "met") == (other > 0 and value * per >= least * other)
    if found.shortfall is not None:
        enough = value + int(found.shortfall)
        assert find(requirement, {"mentors": enough, "tenants": other}, ON).state == "met"
        assert find(requirement, {"mentors": enough - 1, "tenants": other}, ON).state == "not_met"


@given(part=AMOUNTS, more=AMOUNTS, share=st.decimals("0.01", 1, places=2))
def test_a_share_is_met_with_what_is_said_to_be_lacking_and_never_shown_as_reached_before(
    part: Decimal, more: Decimal, share: Decimal
) -> None:
    whole = part + more
    requirement = ShareAtLeast(PART, AREA, share)
    found = find(requirement, {"part": part, "area": whole}, ON)
    assert (found.state == "met") == (whole > 0 and part >= share * whole)
    if found.shortfall is not None:
        assert part + found.shortfall >= share * whole
        assert part + found.shortfall - Decimal("0.01") < share * whole
        assert f"的 {(100 * share).normalize():f}%，" not in found.sentence


@given(since=DATES, on=DATES, months=st.integers(1, 60))
def test_months_are_full_on_the_corresponding_day_and_those_gone_and_lacking_are_all_of_them(
    since: date, on: date, months: int
) -> None:
    found = find(MonthsAtLeast(SINCE, months), {"since": since}, on)
    assert (found.state == "met") == (add_months(since, months) <= on)
    if found.shortfall is not None:
        gone = months - int(found.shortfall)
        assert 0 <= gone < months
        assert on < add_months(since, gone + 1)
        assert gone == 0 or add_months(since, gone) <= on


@pytest.mark.parametrize(
    ("since", "on", "state"),
    [
        ("2016-02-29", date(2019, 2, 27), "not_met"),
        ("2016-02-29", date(2019, 2, 28), "met"),
        ("2016-06-30", date(2019, 6, 29), "not_met"),
        ("2016-06-30", date(2019, 6, 30), "met"),
    ],
)
def test_three_years_are_full_on_the_corresponding_day(since: str, on: date, state: str) -> None:
    assert find(MonthsAtLeast(SINCE, 36), {"since": since}, on).state == state


@given(given=st.data())
def test_a_figure_that_is_missing_leaves_its_condition_unknown_and_changes_no_other(given: Any) -> None:
    conditions = given.draw(st.sampled_from([each for each in TITLES if each.in_force.holds(ON)]))
    samples: dict[str, st.SearchStrategy[Any]] = {
        "count": COUNTS, "amount": AMOUNTS, "entries": COUNTS, "date": DATES, "yes": st.booleans(),
    }  # fmt: skip
    figures = {figure.name: given.draw(samples[figure.type]) for figure in conditions.figures}
    gone = given.draw(st.sampled_from(conditions.figures))
    blank: Mapping[str, object] = given.draw(
        st.sampled_from(
            [{name: value for name, value in figures.items() if name != gone.name}, figures | {gone.name: None}]
        )
    )
    whole, partial = checklist(conditions, figures, ON), checklist(conditions, blank, ON)
    for before, after in zip(whole, partial, strict=True):
        requirement = before.condition.requirement
        if gone not in requirement.figures:
            assert after == before
        elif isinstance(requirement, AnyOf) and after.state == "met":
            assert any(each.state == "met" and gone not in each.missing for each in after.finding.alternatives)
        else:
            assert after.state == "unknown"
            assert gone in after.missing
            assert after.shortfall is None


@pytest.mark.parametrize(
    ("figure", "value", "shown"),
    [
        (TENANTS, "3", "3 家"),
        (TENANTS, 1234567, "1,234,567 家"),
        (TENANTS, {"hosted": 3, "joint": "2"}, "5 家"),
        (AREA, "1200.50", "1,200.5 平方米"),
        (FUND, "3000000", "300 万元"),
        (FUND, {"value": 300, "unit": "万元"}, "300 万元"),
        (FUND, {"value": "300.5", "unit": "thousand_yuan"}, "30.05 万元"),
        (CASES, ["甲", "乙", " 甲 "], "2 个"),
        (CASES, [], "0 个"),
        (CASES, 4, "4 个"),
    ],
)
def test_a_figure_is_read_and_shown_in_its_unit(figure: Figure, value: object, shown: str) -> None:
    assert find(AtLeast(figure, Decimal(1)), {figure.name: value}, ON).value == shown


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        (TENANTS, "many"),
        (TENANTS, -1),
        (TENANTS, "2.5"),
        (TENANTS, True),
        (TENANTS, 0.5),
        (TENANTS, {}),
        (TENANTS, {"hosted": 3, "joint": None}),
        (AREA, {"value": 3}),
        (AREA, {"value": 3, "unit": "亩"}),
        (AREA, {"value": 3, "unit": []}),
        (FUND, {"value": 3, "unit": "美元"}),
        (FUND, {"value": -3, "unit": "万元"}),
        (CASES, ["甲", ""]),
        (CASES, ["甲", 3]),
        (CASES, "甲"),
    ],
)
def test_what_cannot_be_read_is_unknown_and_told(figure: Figure, value: object) -> None:
    found = find(AtLeast(figure, Decimal(1)), {figure.name: value}, ON)
    assert (found.state, found.missing, found.shortfall) == ("unknown", (figure,), None)
    assert f"{figure.label}填报的是“" in found.sentence


def test_what_cannot_be_read_is_shown_back_only_in_part() -> None:
    assert len(find(AtLeast(TENANTS, Decimal(1)), {"tenants": "x" * 10_000}, ON).sentence) < 120


def test_conditions_are_not_applied_to_a_day_they_are_not_in_force() -> None:
    with pytest.raises(DomainError) as failed:
        checklist(title("incubator-national-2019"), {}, date(2018, 12, 31))
    assert failed.value.code == "conditions-not-in-force"


def test_an_unknown_track_is_an_error_and_the_first_is_taken_if_none_is_named() -> None:
    conditions = title("incubator-national-2019")
    assert checklist(conditions, {}, ON) == checklist(conditions, {}, ON, "general")
    assert {each.condition.track for each in checklist(conditions, {}, ON, "professional")} == {None, "professional"}
    with pytest.raises(DomainError, match="可用：general、professional"):
        checklist(conditions, {}, ON, "special")


def test_the_summary_counts_what_is_met_lacking_and_unknown() -> None:
    figures = {"leader": True, "members": 9}
    checked = checklist(title("commissioner-team-city-2021"), figures, date(2023, 10, 15))
    assert summary(checked) == "共 4 项条件，符合 1 项，不符合 1 项，缺少数字 2 项"
    assert [each.state_name for each in checked] == ["符合", "不符合", "缺少数字", "缺少数字"]
