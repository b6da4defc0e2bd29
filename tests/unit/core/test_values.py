"""Exact numbers, legal dates, units and canonical JSON."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.core.canonical import canonical_json
from shared.core.dates import add_months, add_years, parse_date
from shared.core.exact import parse_decimal, plain, shortest
from shared.core.money import percent_text, wan_text, yuan_text
from shared.core.units import YUAN_PER_UNIT, convert_money

DECIMALS = st.decimals(min_value=-(10**14), max_value=10**14, places=6, allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=126, min_codepoint=32), max_size=6), children, max_size=4)
    ),
)


@given(value=JSON)
def test_our_canonical_json_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(value=DECIMALS)
def test_a_number_written_is_the_number_read(value: Decimal) -> None:
    for written in (plain(value), shortest(value)):
        assert parse_decimal(written) == value
    assert Decimal(yuan_text(value).removesuffix(" 元").replace(",", "")) == value
    assert len(plain(value).partition(".")[2]) >= 2


@pytest.mark.parametrize(
    "found", [1.0, True, "1e3", "", " 1", "1,000", "+1", "١", ".5", "5.", "1" * 16, "0.1234567", None, b"1"]
)
def test_what_is_no_exact_number_is_not_read(found: Any) -> None:
    assert parse_decimal(found) is None


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2018, 1, 31), 1, date(2018, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2018, 12, 15), 2, date(2019, 2, 15)),
        (date(2018, 8, 31), 6, date(2019, 2, 28)),
    ],
)
def test_a_month_later_is_the_corresponding_day_or_the_last(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


@given(start=st.dates(date(1990, 1, 1), date(2100, 1, 1)), years=st.integers(0, 30))
def test_years_later_is_the_same_day_or_28_february(start: date, years: int) -> None:
    later = add_years(start, years)
    assert later.year == start.year + years
    same = (later.month, later.day) == (start.month, start.day)
    assert same or (start.month, start.day, later.month, later.day) == (2, 29, 2, 28)


@pytest.mark.parametrize("found", ["2018-2-3", "20180203", "2018-02-30", datetime(2018, 2, 3), 20180203, None])  # noqa: DTZ001
def test_what_is_no_legal_date_is_not_read(found: Any) -> None:
    assert parse_date(found) is None


@given(value=st.decimals(min_value=0, max_value=10**9, places=2), unit=st.sampled_from(sorted(YUAN_PER_UNIT)))
def test_money_converted_there_and_back_is_the_same(value: Decimal, unit: str) -> None:
    assert convert_money(convert_money(value, unit, "yuan"), "yuan", unit) == value


def test_amounts_read_as_people_write_them() -> None:
    assert yuan_text(Decimal("1234567.5")) == "1,234,567.50 元"
    assert yuan_text(Decimal("864197.565")) == "864,197.565 元"
    assert wan_text(Decimal("300000.00")) == "30 万元"
    assert wan_text(Decimal("1086221.19")) == "108.622119 万元"
    assert percent_text(Decimal("0.015")) == "1.5%"
