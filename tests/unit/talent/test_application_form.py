"""An application is read as people type it; what contradicts the identity card is told; nothing typed is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from services.talent.domain.application_form import fill, said
from shared.programme.load import library, load_programme

EVERY = [programme for editions in library().values() for programme in editions]
ID = "21020219800203123" + ric.calc_check_digit("210202198002031230")
WOMAN = "21020219800203124" + ric.calc_check_digit("210202198002031240")
GOOD = {
    "name": "样例 申报人", "id_number": ID, "born_on": "1980.2.3", "sex": "male", "email": "a@example.cn",
    "phone": "138 0000 0000", "degree": "doctor", "rank": "associate", "field": "材料", "employed_on": "2015/7/1",
    "since": "2008-07-01", "full_time": "是", "led_city": "２ 项", "titles": "国家优青 2017", "project": "样例项目",
    "basis": "论文", "goals": "目标", "benefit": "效益", "requested": "100 万元", "self_raised": "50",
}  # fmt: skip
PROGRAMME = load_programme("outstanding-youth-2018")


def test_a_good_application_lacks_nothing_and_is_read_in_one_form() -> None:
    filled = fill(PROGRAMME, GOOD)
    assert filled.lacking() == ()
    assert {each.state for each in filled.checked} == {"met"}
    assert (filled.values["phone"], filled.values["led_city"], filled.values["requested"]) == (
        "13800000000",
        "2",
        "100.00",
    )


def test_birth_date_and_sex_have_to_agree_with_the_identity_card() -> None:
    wrong = fill(load_programme("young-star-2023"), GOOD | {"born_on": "1981-02-03", "id_number": WOMAN})
    assert set(wrong.problems) == {"born_on", "sex"}
    assert [each.name for each in wrong.lacking()] == ["born_on", "sex"]


def test_a_day_that_has_not_come_is_told_at_its_field() -> None:
    today = date(2018, 3, 12)
    nobody = {name: text for name, text in GOOD.items() if name != "id_number"}
    late = fill(PROGRAMME, nobody | {"born_on": "2030-01-01"}, today)
    assert {name: told.partition("；")[0] for name, told in late.problems.items()} == {
        "born_on": "2030-01-01 还没有到，这一项不能晚于今天 2018-03-12"
    }
    assert "born_on" not in late.values
    assert fill(PROGRAMME, nobody | {"born_on": "2018-03-12"}, today).problems == {}


def test_money_is_shown_and_explained_in_the_unit_of_its_field() -> None:
    (field,) = [each for each in PROGRAMME.fields if each.name == "requested"]
    for typed in ("120万", "120", "120.00", "1,200,000 元"):
        assert said(field, {"requested": typed}) == "120"
    assert said(field, {"requested": "很多"}) == "很多"
    assert "例如 120、120.00 或 120万" in fill(PROGRAMME, GOOD | {"requested": "很多"}).problems["requested"]


def test_what_is_missing_is_named_in_the_order_of_the_form_and_optional_fields_may_stay_empty() -> None:
    lacking = fill(PROGRAMME, {}).lacking()
    fields = [field.name for field in PROGRAMME.fields if field.required]
    assert [each.name for each in lacking] == fields
    assert {"adviser", "partners"}.isdisjoint(each.name for each in lacking)


def test_one_of_two_ways_is_enough() -> None:
    programme = load_programme("founder-2022")
    filled = fill(programme, {"founder": "是"})
    assert "share" not in {each.name for each in filled.lacking()}
    assert {"founder", "share"} <= {each.name for each in fill(programme, {}).lacking()}


@pytest.mark.parametrize("programme", EVERY, ids=lambda each: each.id)
@given(typed=st.dictionaries(st.sampled_from([*GOOD, "share", "members", "x"]), st.text(max_size=60)))
def test_whatever_is_typed_is_kept_and_answered_at_its_field(programme: object, typed: dict[str, str]) -> None:
    assert isinstance(programme, type(PROGRAMME))
    filled = fill(programme, typed)
    names = {field.name for field in programme.fields}
    assert filled.typed == {name: text for name, text in typed.items() if name in names}
    assert set(filled.problems) <= names
    for name, text in filled.typed.items():
        if text.strip():
            assert name in filled.values or filled.problems[name]
