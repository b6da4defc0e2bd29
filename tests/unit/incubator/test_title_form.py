"""The form of an application: what is asked, how it is read, what is lacking before it can be handed in."""

from datetime import date

import pytest

from services.incubator.domain.bars import Barred, last_day_of
from services.incubator.domain.title_form import fill, input_of, read, reported
from shared.accreditation import load_conditions
from shared.evaluation import load_scheme

ON = date(2019, 3, 1)
NATIONAL = load_conditions("incubator", "national", ON)
MAKERSPACE = load_conditions("makerspace", "provincial", date(2018, 10, 8))
FIGURES = {figure.name: figure for figure in NATIONAL.figures}


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("legal_person", "是", True),
        ("legal_person", "没有", False),
        ("running_since", " 2015-03-01 ", date(2015, 3, 1)),
        ("running_since", "2015.03.01", date(2015, 3, 1)),
        ("area", "１２,０００ 平方米", "12000"),
        ("fund", "500万", "5000000.00"),
        ("tenants", "50 家", "50"),
        ("fund_cases", "甲公司\n\n乙公司 \n甲公司", ["甲公司", "乙公司"]),
        ("fund_cases", "3", "3"),
    ],
)
def test_what_people_type_is_read_as_the_conditions_take_it(name: str, typed: str, value: object) -> None:
    assert read(FIGURES[name], typed) == (value, "")


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("legal_person", "maybe", "请填“是”或“否”"),
        ("running_since", "2015-02-30", "不是日期"),
        ("area", "-1", "不能小于 0"),
        ("tenants", "50.5", "应为整数"),
        ("fund", "500 平方米", "单位是元"),
        ("fund_cases", "\n".join(map(str, range(201))), "至多 200 条"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, typed: str, told: str) -> None:
    value, problem = read(FIGURES[name], typed)
    assert value is None
    assert told in problem


def test_nothing_typed_is_nothing_and_never_zero() -> None:
    assert read(FIGURES["tenants"], "  ") == (None, "")
    filled = fill(NATIONAL, {}, ON, None)
    assert {each.state for each in filled.checked} == {"unknown"}
    assert {each.name for each in filled.lacking()} == {figure.name for figure in filled.asked}


def test_each_track_asks_for_its_own_figures_and_keeps_what_was_typed_for_the_other() -> None:
    general, special = fill(NATIONAL, {}, ON, "general"), fill(NATIONAL, {}, ON, "professional")
    only = {figure.name for figure in special.asked} - {figure.name for figure in general.asked}
    assert "industry_platform" in only
    kept = fill(NATIONAL, {"industry_platform": "是", "nonsense": "1"}, ON, "general")
    assert kept.typed == {"industry_platform": "是"}
    assert fill(NATIONAL, {}, ON, "unheard-of").track == "general"


def test_one_alternative_that_is_met_asks_for_no_other() -> None:
    filled = fill(MAKERSPACE, {"new_companies": "5"}, date(2018, 10, 8), None)
    assert "financed_teams" not in {each.name for each in filled.lacking()}
    few = fill(MAKERSPACE, {"new_companies": "4"}, date(2018, 10, 8), None)
    assert "financed_teams" in {each.name for each in few.lacking()}


def test_a_part_that_is_more_than_its_whole_is_told_at_both() -> None:
    filled = fill(MAKERSPACE, {"area": "500", "shared_area": "600"}, date(2018, 10, 8), None)
    lacking = {each.name: each.problem for each in filled.lacking()}
    assert "请核对" in lacking["area"]
    assert "请核对" in lacking["shared_area"]


def test_last_years_report_stands_beside_under_the_same_names() -> None:
    asked = fill(MAKERSPACE, {}, date(2018, 10, 8), None).asked
    figures = {"seats": 1200, "mentors": 9, "financing": "1.00"}
    assert reported(load_scheme("makerspace-100"), figures, asked) == [
        ("工位总数", "1,200 个"),
        ("外聘创业导师", "9 人"),
    ]


def test_every_figure_of_the_library_can_be_typed() -> None:
    kinds = {input_of(figure) for figure in (*NATIONAL.figures, *MAKERSPACE.figures)}
    assert kinds == {"count", "number", "yes_no", "date", "entries"}


# ---------- bars ----------

BAR = Barred("b", "U1", date(2019, 1, 21), date(2021, 1, 20), None, "文 1 号")


def test_two_years_end_with_the_day_before_the_corresponding_one() -> None:
    assert last_day_of(date(2019, 1, 21), 2) == date(2021, 1, 20)
    assert last_day_of(date(2020, 2, 29), 1) == date(2021, 2, 27)


@pytest.mark.parametrize(
    ("event_on", "today", "stops"),
    [
        (date(2019, 1, 20), date(2019, 1, 20), False),
        (date(2019, 1, 20), date(2019, 1, 21), True),
        (date(2019, 1, 20), date(2021, 1, 20), True),
        (date(2019, 1, 20), date(2021, 1, 21), False),
        (date(2019, 1, 21), date(2021, 1, 21), True),
        (date(2021, 1, 20), date(2021, 1, 21), True),
        (date(2021, 1, 21), date(2021, 1, 21), False),
    ],
)
def test_a_bar_stops_what_happens_in_it_and_holds_up_what_happened_before(
    event_on: date, today: date, stops: bool
) -> None:
    assert BAR.stops(event_on, today) is stops


def test_a_bar_lifted_early_holds_until_the_day_before() -> None:
    lifted = BAR._replace(ended_on=date(2019, 3, 1))
    assert lifted.holds(date(2019, 2, 28))
    assert not lifted.holds(date(2019, 3, 1))
    assert "至 2019-02-28" in lifted.says()
