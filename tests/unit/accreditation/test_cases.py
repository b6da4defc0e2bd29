"""The worked cases fix what the checklist says. Adding a case needs no code: it is found here."""

from pathlib import Path

import pytest

from shared.accreditation.cases import Case, compute_cases, read_cases
from shared.accreditation.load import library
from shared.core.files import DataFileError, as_json

FILE = Path(__file__).parents[2] / "policies" / "accreditation.yaml"
CASES = read_cases(FILE)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
def test_a_carrier_hears_what_its_case_says(case: Case) -> None:
    expect = as_json(case.node["expect"])
    checked = case.check()
    states = {each.condition.id: each.state for each in checked}
    wanted_short = expect.get("not_met", {})
    wanted_unknown = expect.get("unknown", [])
    assert {name for name, state in states.items() if state == "not_met"} == set(wanted_short)
    assert [name for name, state in states.items() if state == "unknown"] == wanted_unknown
    short = {each.condition.id: each.as_json()["shortfall"] for each in checked if each.state == "not_met"}
    assert short == wanted_short
    sentences = {each.condition.id: each.sentence for each in checked}
    said = expect.get("says", {})
    assert {name: sentences[name] for name in said} == said


def test_every_kind_of_carrier_has_a_case() -> None:
    assert {case.conditions.kind for case in CASES} == set(library())


def test_the_json_of_a_case_holds_everything_a_page_shows() -> None:
    case = next(each for each in CASES if each.id == "an-incubator-that-lacks-a-little-of-everything")
    found = {each["id"]: each for each in compute_cases([case])[case.id]}
    assert found["tenants"] == {
        "id": "tenants",
        "says": "在孵企业五十家以上",
        "source": "国科发区〔2018〕300号申请条件第（六）项",
        "state": "not_met",
        "value": "43 家",
        "required": "要求不少于 50 家",
        "lacking": "7 家",
        "shortfall": "7",
        "missing": [],
        "sentence": "在孵企业 43 家，要求不少于 50 家，还差 7 家",
    }


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("rounds: []", 1, "应有列表 cases"),
        ("cases:\n- {title: makerspace-national-2017}", 2, "每个案例应有文字编号 id"),
        ("cases:\n- {id: a, title: none, on: 2019-01-01, figures: {}}", 2, "没有 none"),
        ("cases:\n- {id: a, title: makerspace-national-2017, on: soon, figures: {}}", 2, "应写明申报之日 on"),
        ("cases:\n- {id: a, title: makerspace-national-2017, on: 2019-01-01}", 2, "figures 应为"),
        ("cases:\n- {id: a, title: makerspace-national-2017, on: 2019-01-01, figures: {tenants: 3}}", 2, "不看填报项 tenants"),
        ("cases:\n- {id: a, title: makerspace-national-2017, on: 2019-01-01, figures: {}, day: 1}", 2, "不认识 day"),
        (
            "cases:\n" + 2 * "- {id: a, title: makerspace-national-2017, on: 2019-01-01, figures: {}}\n",
            3,
            "案例编号 a 重复",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_of_cases_is_told_on_its_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as failed:
        read_cases(path)
    assert [(problem.line, what in problem.what) for problem in failed.value.problems] == [(line, True)]
