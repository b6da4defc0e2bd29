"""Credit codes, certificate numbers, and the two years after a tenant has left."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from services.incubator.domain.tenants import (
    certificate,
    certificate_findings,
    counts_until,
    tenancy_finding,
)
from shared.core.errors import DomainError
from shared.reading.identifiers import BadCode, credit_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODIES = st.builds(
    "".join,
    st.tuples(st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=9, max_size=9)),
)
DAYS = st.dates(date(2010, 1, 1), date(2035, 12, 31))


@given(BODIES)
def test_a_code_with_its_check_character_is_taken_however_it_is_typed(body: str) -> None:
    code = body + uscc.calc_check_digit(body)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code.lower())
    assert credit_code(f"  {code[:6]} {code[6:]}\u3000") == code
    assert credit_code(wide) == code


@given(BODIES, st.integers(0, 30))
def test_a_code_with_any_other_last_character_is_refused_and_told_the_right_one(body: str, place: int) -> None:
    right = uscc.calc_check_digit(body)
    last = ALPHABET[place]
    if last == right:
        return
    with pytest.raises(BadCode) as wrong:
        credit_code(body + last)
    assert f"应为 {right}" in wrong.value.message


@pytest.mark.parametrize(
    ("typed", "told"), [("", "0 位"), ("9121", "4 位"), ("A1210200MA0QC6WX0M", "字符"), ("91210200MA0OC6WX0M", "字符")]
)
def test_what_cannot_be_a_code_is_told_why(typed: str, told: str) -> None:
    with pytest.raises(BadCode, match=told):
        credit_code(typed)


@pytest.mark.parametrize("typed", ["gr201821000123", "ＧＲ２０１８２１０００１２３", " GR2018 21000123"])
def test_a_certificate_number_is_taken_however_it_is_typed(typed: str) -> None:
    assert certificate(typed) == "GR201821000123"


@pytest.mark.parametrize("typed", ["", "GR20182100012", "GX201821000123", "GR191821000123", "201821000123"])
def test_a_certificate_number_of_another_form_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="GR201821000123"):
        certificate(typed)


@pytest.mark.parametrize(
    ("graduated", "issued", "tone"),
    [
        (None, date(2018, 11, 30), "good"),
        (date(2018, 11, 30), date(2018, 11, 30), "good"),
        (date(2016, 11, 30), date(2018, 11, 30), "good"),
        (date(2016, 11, 29), date(2018, 11, 30), "bad"),
        (date(2016, 2, 29), date(2018, 2, 28), "good"),
        (date(2016, 2, 29), date(2018, 3, 1), "bad"),
    ],
)
def test_a_certificate_counts_inside_and_for_two_years_after(graduated: date | None, issued: date, tone: str) -> None:
    assert tenancy_finding(date(2014, 3, 1), graduated, issued).tone == tone


@given(DAYS, st.integers(0, 3000), st.integers(-1000, 4000))
def test_no_certificate_counts_before_the_tenant_came_or_later_than_two_years_after(
    entered: date, stayed: int, after: int
) -> None:
    graduated, issued = entered + timedelta(days=stayed), entered + timedelta(days=after)
    until = counts_until(graduated)
    assert until is not None
    assert (tenancy_finding(entered, graduated, issued).tone == "good") == (entered <= issued <= until)


def test_a_number_of_another_year_and_a_day_to_come_are_told() -> None:
    number = "GR201821000123"
    tones = [each.tone for each in certificate_findings(number, date(2019, 1, 3), date(2019, 2, 1), renewed=True)]
    assert tones == ["wait", "good", "wait"]
    early = certificate_findings(number, date(2018, 12, 3), date(2018, 11, 1), renewed=False)
    assert [each.tone for each in early] == ["good", "bad"]
