"""Numbers that name somebody: taken however they are typed, refused without being repeated."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from shared.core.errors import DomainError
from shared.reading.identifiers import born_on, email, id_number, is_female, masked, phone

BODIES = st.builds(
    lambda day, order: f"210202{day:%Y%m%d}{order:03}",
    st.dates(date(1930, 1, 1), date(2005, 12, 31)),
    st.integers(0, 999),
)


@given(BODIES)
def test_an_id_number_is_taken_however_it_is_typed_and_says_birth_date_and_sex(body: str) -> None:
    number = body + ric.calc_check_digit(f"{body}0")
    typed = f" {number[:6]} {number[6:14].translate({48 + n: 0xFF10 + n for n in range(10)})}{number[14:].lower()}"
    assert id_number(typed) == number
    assert f"{born_on(number):%Y%m%d}" == body[6:14]
    assert is_female(number) == (int(body[16]) % 2 == 0)
    assert masked(number) == "*" * 14 + number[-4:]


@given(BODIES, st.sampled_from("0123456789X"))
def test_a_wrong_check_character_is_refused_and_the_number_is_not_repeated(body: str, last: str) -> None:
    if last == ric.calc_check_digit(f"{body}0"):
        return
    with pytest.raises(DomainError) as refused:
        id_number(body + last)
    assert body[6:] not in str(refused.value)


@pytest.mark.parametrize("typed", ["", "21020219800230001X", "2102021980010100", "abcdefghijklmnopqr"])
def test_what_is_no_id_number_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="身份证件号码"):
        id_number(typed)


@pytest.mark.parametrize(
    ("typed", "one_form"),
    [("13800000000", "13800000000"), ("+86 138-0000-0000", "13800000000"), ("（0411）8888 8888", "041188888888")],
)
def test_a_phone_number_has_one_form(typed: str, one_form: str) -> None:
    assert phone(typed) == one_form


@pytest.mark.parametrize("typed", ["", "12345", "电话", "23800000000"])
def test_what_is_no_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="不是电话号码"):
        phone(typed)


@pytest.mark.parametrize(
    "typed", ["", "name", "name@here", "a b@example.cn", "名@example.cn", "a@b.c\nd", "x" * 300 + "@a.cn"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(DomainError, match="不是邮箱地址"):
        email(typed)


def test_an_address_is_taken_without_the_blanks_around_it() -> None:
    assert email(" name@example.cn ") == "name@example.cn"
