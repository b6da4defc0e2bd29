"""The shipped conditions: whole, honest about what is a sample, and what is wrong in a file is told on its line."""

import ast
from datetime import date
from pathlib import Path

import pytest

from shared.accreditation import Conditions, checklist, load_conditions, next_level
from shared.accreditation.load import LIBRARY, library, read_conditions, title
from shared.core.errors import DomainError
from shared.core.files import DataFileError
from shared.evaluation import load_scheme
from shared.evaluation.load import published
from tests.architecture.test_no_binary_float import floats_in

TITLES = [pytest.param(title, id=title.id) for titles in library().values() for title in titles]
GOOD = (LIBRARY / "makerspace.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("conditions", TITLES)
def test_a_title_tells_a_form_all_it_needs_and_where_it_stands(conditions: Conditions) -> None:
    for figure in conditions.figures:
        assert figure.label
        assert figure.help
        assert figure.evidence
        assert figure.unit or figure.type in {"date", "yes"}
    for condition in conditions.conditions:
        assert condition.requirement.text()
        assert condition.document
        assert conditions.sample or condition.article
    assert conditions.sample == ("样例" in conditions.title) == ("样例" in conditions.document)
    assert not conditions.sample or "样例" in conditions.cautions(conditions.in_force.start)[0]


def test_the_titles_that_were_found_in_public_documents_are_no_samples() -> None:
    found = {title.id: title.document for titles in library().values() for title in titles if not title.sample}
    assert found == {
        "incubator-national-2019": "国科发区〔2018〕300号",
        "makerspace-national-2017": "国科火字〔2017〕120号",
        "makerspace-provincial-2019": "辽科办发〔2019〕44号",
        "commissioner-team-city-2021": "大科发〔2021〕243号",
    }


def test_every_evaluated_kind_of_carrier_has_conditions_and_shared_figures_have_one_unit() -> None:
    schemes = [load_scheme(name) for name in published()]
    assert {scheme.carrier for scheme in schemes} <= set(library())
    for scheme in schemes:
        for conditions in library()[scheme.carrier]:
            for figure in conditions.figures:
                reported = scheme.figures.get(figure.name)
                assert reported is None or reported.unit == figure.unit, (scheme.id, figure.name)


@pytest.mark.parametrize(
    ("kind", "level", "above"),
    [
        ("incubator", None, "city"),
        ("incubator", "district", "city"),
        ("incubator", "city", "provincial"),
        ("incubator", "provincial", "national"),
        ("incubator", "national", None),
        ("university_park", None, "provincial"),
        ("commissioner_team", None, "city"),
        ("commissioner_team", "city", None),
    ],
)
def test_the_next_level_is_the_one_above_at_which_there_is_a_title(
    kind: str, level: str | None, above: str | None
) -> None:
    assert next_level(kind, level) == above


def test_the_conditions_of_a_day_are_those_in_force_on_it() -> None:
    assert load_conditions("incubator", "national", date(2018, 12, 31)).sample
    assert load_conditions("incubator", "national", date(2019, 1, 1)).id == "incubator-national-2019"


@pytest.mark.parametrize(
    ("kind", "level", "on", "code"),
    [
        ("bakery", "city", date(2019, 1, 1), "unknown-kind"),
        ("incubator", "galactic", date(2019, 1, 1), "unknown-level"),
        ("commissioner_team", "national", date(2019, 1, 1), "no-such-title"),
        ("incubator", "national", date(2017, 12, 31), "no-conditions"),
    ],
)
def test_what_the_library_does_not_have_is_an_error(kind: str, level: str, on: date, code: str) -> None:
    with pytest.raises(DomainError) as failed:
        load_conditions(kind, level, on)
    assert (failed.value.code, failed.value.status) == (code, 404)


def test_an_unknown_level_has_no_next_one() -> None:
    with pytest.raises(DomainError, match="galactic"):
        next_level("incubator", "galactic")
    with pytest.raises(DomainError, match="条件库没有 nothing"):
        title("nothing")


def test_figures_nobody_has_confirmed_for_a_day_are_told() -> None:
    conditions = title("incubator-national-2019")
    assert conditions.cautions(date(2022, 12, 31)) == ()
    assert conditions.cautions(date(2023, 1, 1)) == (
        "国家级科技企业孵化器的条件确认到 2022-12-31，2023-01-01 是否仍然有效请先核实",
    )


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ("{figure: teams, at_least: 20}", "{figure: teems, at_least: 20}", "figure: teems", "figures 没有填报项 teems"),
        ("{figure: teams, at_least: 20}", "{at_least: 20}", "id: teams,", "缺少填报项（figure）"),
        ("{figure: teams, at_least: 20}", "{figure: teams}", "id: teams,", "要求应恰好写"),
        ("{figure: teams, at_least: 20}", "{figure: teams, at_least: 20, holds: true}", "id: teams,", "要求应恰好写"),
        ("{figure: teams, at_least: 20}", "{figure: teams, at_least: 0}", "id: teams,", "at_least 应大于 0"),
        ("{figure: teams, at_least: 20}", "{figure: teams, at_least: -3}", "id: teams,", "应为不小于 0 的十进制数字"),
        ("{figure: teams, at_least: 20}", "{figure: teams, at_leest: 20}", "id: teams,", "不认识这一项"),
        ("{figure: teams, at_least: 20}", "{figure: teams, at_least: 20, per: 3}", "id: teams,", "缺少填报项（of）"),
        ("{figure: teams, at_least: 20}", "{figure: teams, at_least: 20, of: area}", "id: teams,", "缺少 per"),
        ("{figure: teams, at_least: 20}", "{figure: teams, share_at_least: 20, of: seats}", "id: teams,", "不超过 1 的小数"),
        ("{figure: teams, at_least: 20}", '{figure: teams, share_at_least: "0.2", of: area}', "id: teams,", "单位不同"),
        ("{figure: teams, at_least: 20}", "{figure: teams, holds: true}", "id: teams,", "holds 要的是是否"),
        ("{figure: teams, at_least: 20}", "{figure: teams, months_at_least: 0}", "id: teams,", "数字太小"),
        ("figure: running_since, months_at_least: 18", "figure: running_since, months_at_least: 18, per: 2", "months_at_least: 18", "per 只与"),
        ("      - {figure: seats, at_least: 30}\n", "", "any_of:\n      - {figure: area, at_least: 500}", "至少写两项"),
        ("      any_of:\n      - {figure: area, at_least: 500}", "      figure: area\n      any_of:\n      - {figure: area, at_least: 500}", "requires:\n      figure: area", "any_of 不与其他要求写在一起"),
        ("{id: teams, article", "{id: running, article", "id: running, article: 备案条件第 5 项", "条件编号 running 重复"),
        ("{id: teams, article", "{id: teams, track: fast, article", "id: teams,", "tracks 没有申报类别 fast"),
        ("label: 创业工位, unit: 个", "label: 创业工位", "seats:", "没有单位"),
        ("label: 开始运营, type: date", "label: 开始运营, type: date, unit: 天", "running_since:", "没有单位"),
        ("label: 创业活动, unit: 场", "label: 创业活动, unit: yuan", "activities:", "类型（type）应为 amount"),
        ("figures:\n", "figures:\n  idle: {label: 闲置, unit: 个, help: 无, evidence: 无}\n", "idle:", "没有条件用到填报项 idle"),
        ("  document: 国科火字〔2017〕120号\n", "", "id: makerspace-national-2017", "应写明依据的文号"),
        ("title: 市级备案众创空间（样例）", "title: 市级备案众创空间", "title: 市级备案众创空间", "应写明“样例”"),
        ("  note: 样例：市级备案条件的数字没有公开查到，启用前须改为正式数字\n", "", "sample: true\n  conditions:", "写明它是样例"),
        ("until: 2019-12-31", "until: 2020-01-01", "in_force: {from: 2018-01-01, until", "有效期与 makerspace-provincial-2019 重叠"),
        ("until: 2019-12-31", "until: 2017-12-31", "in_force: {from: 2018-01-01, until", "早于起始之日"),
        ("id: makerspace-city-sample", "id: makerspace-national-2017", "id: makerspace-national-2017\n  level: city", "重复"),
        ("kind: makerspace", "kind: workshop", "#", "应与文件名 makerspace 相同"),
        ("level: city", "level: county", "level: county", "应为 'city'"),
        ("{from: 2020-01-01,", "{from: 2020-02-30,", "from: 2020-02-30", "应为日期"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_found_on_its_line(tmp_path: Path, old: str, new: str, at: str, what: str) -> None:
    assert old in GOOD
    wrong = GOOD.replace(old, new, 1)
    path = tmp_path / "makerspace.yaml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(DataFileError) as failed:
        read_conditions(path)
    line = wrong[: wrong.index(at)].count("\n") + 1
    assert (line, True) in [(problem.line, what in problem.what) for problem in failed.value.problems], failed.value


def test_a_condition_may_be_asked_for_a_shorter_time_than_its_title(tmp_path: Path) -> None:
    path = tmp_path / "makerspace.yaml"
    dated = "in_force: {from: 2019-01-01, until: 2019-12-31}, "
    old = "{id: activities, says: 每年五场以上创业活动, "
    assert old in GOOD
    path.write_text(GOOD.replace(old, f"{old}{dated}"), encoding="utf-8")
    city = next(each for each in read_conditions(path) if each.level == "city")
    days = [date(2018, 12, 31), date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 1)]
    asked = [[each.condition.id for each in checklist(city, {}, day)] for day in days]
    assert ["activities" in ids for ids in asked] == [False, True, True, False]
    assert all("teams" in ids for ids in asked)


def test_a_mistake_in_conditions_two_titles_share_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "makerspace.yaml"
    path.write_text(GOOD.replace("{figure: teams, at_least: 15}", "{figure: teams, at_least: 0}", 1), encoding="utf-8")
    with pytest.raises(DataFileError) as failed:
        read_conditions(path)
    assert [problem.what for problem in failed.value.problems] == ["at_least 应大于 0"]


def test_no_module_can_make_a_binary_float(root: Path) -> None:
    modules = sorted((root / "shared/accreditation").glob("*.py"))
    assert len(modules) > 5
    found = {path.name: floats_in(ast.parse(path.read_text(encoding="utf-8")), paths=False) for path in modules}
    assert {name: where for name, where in found.items() if where} == {}
