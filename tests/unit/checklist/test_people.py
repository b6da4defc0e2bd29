"""What is asked of people: age on a day, a degree, a company not too old. Whoever is named as the first is taken."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.checklist.figures import Figure
from shared.checklist.numbers import AtMost
from shared.checklist.requirements import find, told
from shared.checklist.times import AgeAtMost, MonthsAtMost
from shared.checklist.words import OneOf
from shared.core.dates import add_months, parse_date

BORN = Figure("born_on", "出生日期", "date", "", "", "")
SEX = Figure("sex", "性别", "choice", "", "", "", (("female", "女"), ("male", "男")))
DEGREE = Figure("degree", "学位", "choice", "", "", "", (("doctor", "博士"), ("master", "硕士")))
FOUNDED = Figure("founded_on", "企业成立", "date", "", "", "")
RUNNING = Figure("running", "在研项目", "count", "项", "", "")
DAYS = st.dates(date(1930, 1, 1), date(2030, 12, 31))


@given(born=DAYS, on=DAYS, years=st.integers(18, 65), full_years=st.booleans())
def test_the_first_birthday_that_is_named_is_taken_and_the_day_before_is_not(
    born: date,
    on: date,
    years: int,
    full_years: bool,
) -> None:
    if born > on:
        return
    requirement = AgeAtMost(BORN, years, full_years)
    found = find(requirement, {"born_on": born}, on)
    first = parse_date(re.findall(r"要求 (\S+) 及以后出生", found.sentence)[0])
    assert first is not None
    assert (found.state == "met") == (born >= first)
    assert find(requirement, {"born_on": first}, on).state == "met"
    assert find(requirement, {"born_on": first - timedelta(days=1)}, on).state == "not_met"


@pytest.mark.parametrize(
    ("born", "full_years", "state"),
    [
        ("1978-01-01", False, "met"),
        ("1977-12-31", False, "not_met"),
        ("1977-12-31", True, "met"),
        ("1977-01-02", True, "met"),
        ("1977-01-01", True, "not_met"),
        ("2019-01-01", True, "unknown"),
        ("1978-02-30", True, "unknown"),
    ],
)
def test_forty_is_counted_to_the_birthday_or_in_full_years(born: str, full_years: bool, state: str) -> None:
    assert find(AgeAtMost(BORN, 40, full_years), {"born_on": born}, date(2018, 1, 1)).state == state


def test_women_are_allowed_so_many_years_more_and_the_sentence_says_so() -> None:
    requirement = AgeAtMost(BORN, 40, False, 2, SEX, "female")
    on = date(2023, 1, 1)
    woman = find(requirement, {"born_on": "1981-06-01", "sex": "female"}, on)
    man = find(requirement, {"born_on": "1981-06-01", "sex": "male"}, on)
    assert woman.sentence == "出生日期 1981-06-01，至 2023-01-01 为 41 周岁，女，要求 1981-01-01 及以后出生，符合"
    assert man.sentence == "出生日期 1981-06-01，至 2023-01-01 为 41 周岁，男，要求 1983-01-01 及以后出生"
    assert find(requirement, {"born_on": "1990-06-01"}, on).missing == (SEX,)
    assert told(requirement) == "出生日期要求不超过 40 岁（女不超过 42 岁）"


def test_a_choice_that_is_not_offered_is_unknown_and_says_what_there_is() -> None:
    requirement = OneOf(DEGREE, ("doctor",))
    assert find(requirement, {"degree": "doctor"}, date.min).sentence == "学位：博士，符合"
    assert find(requirement, {"degree": "master"}, date.min).sentence == "学位：硕士，要求为博士"
    assert (
        find(requirement, {"degree": "phd"}, date.min).sentence == "学位填报的是“phd”，应为博士、硕士之一；要求为博士"
    )


@given(founded=DAYS, on=DAYS, months=st.integers(1, 120))
def test_a_company_is_young_enough_until_the_corresponding_day(founded: date, on: date, months: int) -> None:
    state = find(MonthsAtMost(FOUNDED, months), {"founded_on": founded}, on).state
    assert state == ("unknown" if founded > on else "met" if add_months(founded, months) >= on else "not_met")


def test_no_more_than_so_many_says_by_how_many_it_is_exceeded() -> None:
    requirement = AtMost(RUNNING, Decimal(1))
    assert find(requirement, {"running": 3}, date.min).sentence == "在研项目 3 项，要求不多于 1 项，超出 2 项"
    assert find(requirement, {"running": 1}, date.min).state == "met"
