"""The report's form: what people type is read the way they mean it, and told at its field where it cannot be."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incubator.domain.filled_form import FilledForm, explanations_from, fill, typed_from
from services.incubator.domain.report_form import ROWS, Box, form_of
from services.incubator.domain.typed_text import read_form, same_as
from shared.core.files import DataFileError
from shared.evaluation import Scheme, load_scheme, read_scheme
from shared.evaluation.figures import Figure
from shared.evaluation.load import LIBRARY, published
from shared.reading.figures import COUNT, NUMBER, YES_NO, Understood, read_text, shown, written_figure

MONEY = Box("tax", "税收", NUMBER, "yuan", 2, Figure("tax", "税收", "yuan"))
THOUSANDS = Box("tax", "税收", NUMBER, "thousand_yuan", 2, Figure("tax", "税收", "thousand_yuan"))
SEATS = Box("seats", "工位", COUNT, "个", 0, Figure("seats", "工位", "个"))
AREA = Box("area", "面积", NUMBER, "平方米", 2, Figure("area", "面积", "平方米"))
ANSWER = Box("own", "自有场地", YES_NO, "是/否", 0, Figure("own", "自有场地", "是/否"))

TYPED = {
    "seats": "１００", "seats_used": "95 个", "mentors": "9", "agencies": "8", "new_teams": "25", "commercialised": "5",
    "activities.hosted": "8", "activities.undertaken": "2", "activities.hosted_jointly": "1",
    "activities.undertaken_jointly": "1", "registered.company": "8", "registered.sole_trader": "1",
    "talent.college": "1", "talent.bachelor": "3", "talent.master": "2", "talent.doctor": "1",
    "financing": "240万", "tax": "240,000.00", "operating_cost": "９００，０００．００ 元",
}  # fmt: skip


def makers(
    explanations: dict[str, str] | None = None, last: dict[str, object] | None = None, **typed: str
) -> FilledForm:
    names = {name.replace("__", "."): text for name, text in typed.items()}
    return fill(form_of(load_scheme("makerspace-100")), TYPED | names, explanations or {}, last)


@pytest.mark.parametrize(
    ("box", "typed", "figure"),
    [
        (MONEY, "1,200,000.00", "1200000.00"), (MONEY, "１，２００，０００．００", "1200000.00"),
        (MONEY, "120万", "1200000.00"), (MONEY, " 120.5 万元 ", "1205000.00"), (MONEY, "1.2亿", "120000000.00"),
        (MONEY, "￥1200元", "1200.00"), (MONEY, "3千元", "3000.00"), (MONEY, "1 200 000", "1200000.00"),
        (MONEY, "1。5", "1.50"), (MONEY, ".5", "0.50"), (MONEY, "5.", "5.00"), (MONEY, "0", "0.00"),
        (THOUSANDS, "120", "120.00"), (THOUSANDS, "120万", "1200.00"), (THOUSANDS, "120万元", "1200.00"),
        (THOUSANDS, "120元", "0.12"),
        (SEATS, "007", "7"), (SEATS, "1.2万个", "12000"), (SEATS, "6.0", "6"), (SEATS, "\u3000６２\u3000个", "62"),
        (AREA, "1,234.5 平方米", "1234.5"), (ANSWER, "是", "1"), (ANSWER, "没有", "0"), (ANSWER, "１", "1"),
    ],
)  # fmt: skip
def test_a_text_is_read_as_it_is_meant(box: Box, typed: str, figure: str) -> None:
    assert read_text(box, typed) == Understood(figure)


@pytest.mark.parametrize("typed", ["", " ", "\u3000", "\t\n", "\u00a0"])
@pytest.mark.parametrize("box", [MONEY, SEATS, ANSWER])
def test_what_is_empty_was_not_given_and_is_no_zero(box: Box, typed: str) -> None:
    assert read_text(box, typed) == Understood(None, "")


@pytest.mark.parametrize(
    ("box", "typed", "told"),
    [
        (MONEY, "一百", "“一百”不是数字；请只写数字"), (MONEY, "-5", "不能小于 0"), (MONEY, "－５", "不能小于 0"),
        (MONEY, "1,20,000", "每三位一个逗号"), (MONEY, "1,5", "每三位一个逗号"), (MONEY, "12 34", "每三位一个逗号"),
        (MONEY, "1.005", "小数至多 2 位"), (SEATS, "1.5", "应为整数"), (SEATS, "1.23456万", "应为整数"),
        (SEATS, "5 家", "单位是个"), (MONEY, "5 美元", "单位是元"), (MONEY, "5²", "单位是元"), (SEATS, "١٢", "不是数字"),
        (MONEY, "9" * 16, "太大"), (MONEY, "9" * 12 + "亿", "太大"), (MONEY, "9" * 5000, "太大"),
        (ANSWER, "也许", "请填“是”或“否”"), (MONEY, "1e5", "不是数字"), (MONEY, "=1+1", "不是数字"),
        (MONEY, "<script>" * 30, "……”不是数字"), (MONEY, "nan", "不是数字"), (SEATS, "1\x002", "“1 2”不是数字"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_what_to_do(box: Box, typed: str, told: str) -> None:
    read = read_text(box, typed)
    assert read.figure is None
    assert told in read.problem
    assert "；" in read.problem
    assert len(read.problem) < 150


@given(st.decimals(min_value=0, max_value=10**14, places=2), st.sampled_from([MONEY, AREA]))
def test_a_figure_shown_and_typed_again_is_the_same_figure(value: Decimal, box: Box) -> None:
    figure = written_figure(box, value)
    assert read_text(box, shown(box, figure)) == Understood(figure)


@given(st.integers(min_value=0, max_value=10**14), st.booleans(), st.sampled_from(["", " ", "\u3000"]))
def test_width_grouping_and_spaces_never_change_a_figure(value: int, wide: bool, space: str) -> None:
    typed = f"{space}{value:,}{space}"
    if wide:
        typed = typed.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789,"})
    assert read_text(SEATS, typed) == Understood(str(value))
    assert read_text(MONEY, typed) == Understood(f"{value}.00")


@given(st.text(max_size=60), st.sampled_from([MONEY, THOUSANDS, SEATS, AREA, ANSWER]))
def test_whatever_is_typed_is_a_figure_nothing_or_a_problem_and_never_two_of_them(typed: str, box: Box) -> None:
    read = read_text(box, typed)
    assert read.figure is None or not read.problem
    if read.figure is not None:
        assert Decimal(read.figure) >= 0


@pytest.mark.parametrize("name", published())
def test_every_figure_of_a_scheme_stands_on_its_form_once(name: str) -> None:
    scheme = load_scheme(name)
    form = form_of(scheme)
    assert sorted(form.fields) == sorted(scheme.figures)
    assert len(form.sections) > 1
    assert sum(len(section.fields) for section in form.sections) == len(scheme.figures)
    assert [document.label for document in form.documents] == [each.label for each in scheme.expert_indicators]
    for field in form.fields.values():
        assert (field.input == ROWS) == bool(field.figure.kinds)
        assert field.required == (field.figure.fact is None)


def test_parts_that_leave_out_repeat_or_invent_a_figure_are_told_by_line(tmp_path: Path) -> None:
    text = (LIBRARY / "makerspace-100.yaml").read_text(encoding="utf-8")
    path = tmp_path / "makerspace-100.yaml"
    path.write_text(
        text.replace("[mentors, agencies, activities]", "[mentors, mentors, wishes, activities]"), encoding="utf-8"
    )
    with pytest.raises(DataFileError) as refused:
        read_scheme(path)
    told = "".join(problem.what for problem in refused.value.problems)
    for what in ("填报项 mentors 在 sections 里重复", "没有填报项 wishes", "填报项 agencies 不在任何一部分"):
        assert what in told
    assert all(problem.line > 1 for problem in refused.value.problems)


def test_a_field_says_its_unit_its_help_and_the_evidence_it_asks_for(makerspace_scheme: Scheme) -> None:
    form = form_of(makerspace_scheme)
    assert [section.title for section in form.sections] == ["场地与入驻", "服务与活动", "成果与成效", "运营"]
    field = form.fields["financing"]
    assert (field.input, field.unit, field.required) == (NUMBER, "元", True)
    assert field.figure.evidence == "投资协议和到账凭证"
    assert [box.name for box in form.fields["registered"].boxes] == ["registered.company", "registered.sole_trader"]
    assert form.boxes["registered.company"].title == "新注册市场主体·企业"


def test_a_filled_form_counts_keeps_the_text_and_lists_what_is_missing() -> None:
    form = makers(mentors="", seats="abc", talent__doctor="", operating_cost="")
    assert (form.filled, form.of) == (16, 19)
    assert form.typed["seats"] == "abc"
    assert form.typed["financing"] == "240万"
    assert form.reading.missing == ("mentors", "talent.doctor")
    assert "talent" not in form.reading.figures
    told = {problem.name: problem.problem for problem in form.problems()}
    assert told["mentors"] == "没有填报；确实没有请填 0"
    assert "不是数字" in told["seats"]
    assert "operating_cost" not in told
    assert makers().problems() == []
    assert makers().reading.figures["tax"] == "240000.00"


def test_a_name_the_form_does_not_have_is_told_and_kept() -> None:
    form = makers(nonsense="1")
    assert form.reading.unknown == ("nonsense",)
    assert form.typed["nonsense"] == "1"
    assert "nonsense" not in form.reading.figures


def test_an_error_between_fields_stands_at_both_and_blocks() -> None:
    form = makers(seats_used="120")
    (check,) = form.at("seats")
    assert form.at("seats_used") == (check,)
    assert check.key == "seats_used<=seats"
    assert check.blocks
    assert [problem.name for problem in form.problems()] == ["seats_used"]
    assert makers({"seats_used<=seats": "确实如此"}, seats_used="120").problems()


def test_a_warning_stays_if_it_is_explained_at_its_own_check() -> None:
    key = "new_teams<=seats_used"
    silent = makers(seats_used="20")
    assert [problem.name for problem in silent.problems()] == [key]
    assert makers({"report": "属实", key: " \n"}, seats_used="20").problems()
    explained = makers({key: "部分团队\r\n共用工位，"}, seats_used="20")
    assert explained.problems() == []
    assert explained.explanation() == "新增入驻团队一般不多于已使用工位：部分团队 共用工位，"
    assert makers({key: "从前写的"}).explanation() == ""
    assert "精简" in str(makers({key: "多" * 4001}, seats_used="20").problems()[0])


def test_last_year_stands_beside_each_field_and_jumps_are_listed() -> None:
    last: dict[str, object] = {
        "seats": 58, "financing": {"value": "48", "unit": "万元"}, "mentors": 0, "tax": "480000",
        "registered": {"company": 8}, "new_teams": "50", "agencies": "x",
    }  # fmt: skip
    form = makers(last=last)
    assert form.last["financing"] == "480000.00"
    assert "agencies" not in form.last
    told = {change.name: change.message for change in form.changes}
    assert told["financing"] == "比上年度增加 400%"
    assert told["tax"] == "比上年度减少 50%"
    assert told["seats"] == "比上年度增加 72.4%"
    assert told["registered.company"] == "与上年度相同"
    assert told["mentors"] == "上年度为 0，本年度 9"
    assert {change.name for change in form.jumps} == {"seats", "financing", "mentors"}  # exactly half is no jump
    explained = makers({"jump:financing": "新基金到位"}, last=last)
    assert explained.explanation() == "获得投融资额比上年度增加 400%：新基金到位"


def test_the_preview_scores_what_it_can_and_says_why_the_rest_has_no_number() -> None:
    shown_ = {
        each.code: each for each in makers(seats_used="120", mentors="", tax="?", talent__doctor="").preview.indicators
    }
    assert shown_["seats"].score == "10"
    assert "已使用工位" in shown_["occupancy"].why
    assert shown_["mentors"].why == "“外聘创业导师”没有填，填写后才能计分"
    assert shown_["talent"].why == "“引进人才”没有填全，填写后才能计分"
    assert shown_["tax"].why == "“缴纳税收”填写有误，改正后才能计分"
    assert all(each.score is None for each in shown_.values() if each.why)
    whole = makers().preview
    assert (whole.total, whole.of) == ("99.5", "100")


def test_experts_and_comparisons_are_left_out_of_the_preview_and_it_says_so() -> None:
    scheme = load_scheme("incubator-100-sample")
    form = form_of(scheme)
    whole = fill(form, dict.fromkeys(form.boxes, "100"), {}).preview
    shown_ = {each.code: each for each in whole.indicators}
    assert shown_["management"].why == "由专家评分，不在预估之内"
    assert "最高值" in shown_["tenants"].why
    assert shown_["tenants"].score is None
    assert whole.of == "82"
    assert whole.bonus == "5"
    assert "运营管理与发展规划" in whole.note
    assert "在孵企业规模" in whole.note


def test_reported_figures_become_the_text_a_correction_starts_from() -> None:
    form = form_of(load_scheme("makerspace-100"))
    figures = makers(seats_used="20").reading.figures
    typed = typed_from(form, figures)
    assert typed["operating_cost"] == "900,000.00"
    assert read_form(form, typed).figures == figures
    assert explanations_from(form, figures, "属实") == {"new_teams<=seats_used": "属实"}
    assert explanations_from(form, figures, " ") == {}
    assert typed_from(form, {"seats": None, "talent": 3, "other": 1}) == {}


def test_a_text_that_means_the_same_is_the_text_that_was() -> None:
    form = form_of(load_scheme("makerspace-100"))
    before = {"tax": "24万", "seats": "１００", "mentors": "九"}
    sent = {"tax": "240000", "seats": "101", "mentors": "9", "agencies": ""}
    assert same_as(form, before, sent) == {"tax": "24万", "seats": "101", "mentors": "9", "agencies": ""}
