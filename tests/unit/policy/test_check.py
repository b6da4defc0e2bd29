"""What `policy check` finds in a policy's files, each with file and line."""

from pathlib import Path

import pytest

from shared.core.files import DataFileError
from shared.policy import read_policy
from shared.policy.cases import read_cases
from shared.policy.check import check_policy
from tests.unit.policy.invented import HEAD, RULES, write


def found(folder: Path) -> list[str]:
    return [f"{Path(problem.file).name}:{problem.line} {problem.what}" for problem in check_policy(folder)]


def line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_invented_policy_is_sound(tmp_path: Path) -> None:
    assert found(write(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ("  says: 入选人才", "  sayz: x\n  says: 入选人才", "sayz: x", "rules.2.sayz：不认识这一项，请检查拼写"),
        ('  article: "8"\n  says', "  says", "- id: talent", "rules.2.article：缺少这一项"),
        ("unit: count, ", "", "least_staff:", "parameters.least_staff.unit：缺少这一项"),
        ('values: {2020-01-01: "3"}', "values: {}", "least_staff:", "parameters.least_staff.values：不能为空"),
        ('{2020-01-01: "3"}', '{soon: "3"}', "least_staff:", "parameters.least_staff.values.soon：应为日期"),
        ('{2020-01-01: "3"}', '{2020-01-01: "2.5"}', "least_staff:", "参数 least_staff 应为整数"),
        ("over: first_bound, up_to", "over: second_bound, up_to", "over: second_bound, up_to", "中间有空档"),
        ("- {over: second_bound, up_to", "- {over: first_bound, up_to", "first_bound, up_to: third", "两段重叠"),
        ("    - {over: third_bound, rate: last_rate}\n", "", "second_bound, up_to: third_bound", "以上有空档"),
        ("{over: first_bound, up_to: second_bound,", "{over: first_bound,", "third_bound, rate: third", "重叠"),
        ("kind: person}", "kind: robot}", "kind: robot", "没有 kind robot，这个条件永远不能成立"),
        ("event: selected,", "event: chosen,", "event: chosen", "没有事件 chosen，这个条件永远不能成立"),
        ("kind: person}", "kind: person, grade: top}", "grade: top", "不带等次，这个条件永远不能成立"),
        ('most_staff:   {unit: count, article: "5",  values: {2020-01-01: "50"}}',
         'most_staff:   {unit: count, article: "5",  values: {2020-01-01: "2"}}',
         "at_most: most_staff", "上下限互相矛盾"),
        ("  instalments:", "  in_force: {from: 2031-01-01}\n  instalments:", "in_force: {from: 2031", "永远不能适用"),
        ('second_part:  {unit: share, article: "8",  values: {2020-01-01: "0.5"}}',
         'second_part:  {unit: share, article: "8",  values: {2020-01-01: "0.4"}}', "instalments:", "应为 1"),
        ("floor: build_low, ceiling: build_high", "floor: build_high, ceiling: build_low", "range:", "下限高于上限"),
        ("fixed: grant", "fixed: grantt", "fixed: grantt", "没有参数 grantt"),
        ("fixed: grant", "fixed: first_part", "fixed: first_part", "单位是 share，这里应为 yuan"),
        ("of: investment\n", "of: staff\n", "of: staff\n", "类型是 count，这里应为 money"),
        ("fixed: grant", "gift: grant", "gift: grant", "应为 fixed、by_level、rate"),
        ("once_per: [deal]", "once_per: [colour]", "colour", "不能按 colour 计次"),
        ("once_per: [deal]", "once_per: [deal, year]", "year]", "不带年度"),
        ("once_per: [deal]", "once_says: 每期只给一次", "once_says: 每期", "就要写明按什么计（once_per）"),
        ("{high: lab_cap_high, low: lab_cap_low}", "{high: lab_cap_high}", "by_level", "没有写明 low 的金额"),
        ("- id: talent", "- id: building", '- id: building\n  article: "9"', "规则编号 building 重复"),
        ("finished_on: {after: build_wait}", "finished_on: {}", "finished_on: {}", "没有写明条件"),
        ("staff: {at_least: least_staff, at_most", "staff: {at_least: least_staff, if_given: true, at_most",
         "if_given", "if_given 只用于日期"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_is_found_on_its_line(tmp_path: Path, old: str, new: str, at: str, what: str) -> None:
    assert old in RULES
    rules = RULES.replace(old, new, 1)
    problems = found(write(tmp_path, rules=rules))
    matching = [problem for problem in problems if what in problem]
    assert matching, problems
    assert matching[0].startswith(f"rules.yaml:{line(rules, at)} "), problems


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("until: 2029-12-31", "until: 2019-12-31", "失效日期早于施行日期"),
        ('to: "0.01"', 'to: "0"', "取整单位应为 0.01（分）、0.1（角）或 1（元）"),
        (
            "finished_on: {label: 完工日期, type: date}",
            "finished_on: {label: 完工日期, type: moment}",
            "facts.finished_on.type",
        ),
        ("  finished_on:", "  unread: {label: 无用, type: money}\n  finished_on:", "没有规则使用事实 unread"),
        ("  built:", "  burnt: {label: 烧毁}\n  built:", "没有规则使用事件 burnt"),
        (
            "own_funds: {label: 自筹资金, type: money}",
            "own_funds: {label: 自筹资金, type: money, not_before: deal}",
            "not_before 只用于日期",
        ),
    ],
)
def test_a_mistake_in_the_head_is_found(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in HEAD
    assert any(what in problem for problem in found(write(tmp_path, head=HEAD.replace(old, new, 1))))


def test_an_unused_parameter_is_found(tmp_path: Path) -> None:
    rules = RULES.replace("rules:\n", '  idle: {unit: yuan, article: "1", values: {2020-01-01: "1"}}\nrules:\n', 1)
    assert found(write(tmp_path, rules=rules)) == [f"rules.yaml:{line(rules, 'idle:')} 没有规则使用参数 idle"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    rules = RULES.replace("fixed: grant", "fixed: nothing").replace("of: instruments", "of: nothing")
    assert len([problem for problem in found(write(tmp_path, rules=rules)) if "nothing" in problem]) == 2


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path, rules="rules:\n- id: [\n")
    (problem,) = check_policy(folder)
    assert (Path(problem.file).name, "不是有效的 YAML" in problem.what) == ("rules.yaml", True)


def test_an_unsound_policy_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="没有参数 nothing"):
        read_policy(write(tmp_path, rules=RULES.replace("fixed: grant", "fixed: nothing")))


def test_a_rule_that_no_case_exercises_is_found_on_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "policy")
    cases = tmp_path / "cases.yaml"
    cases.write_text(
        "policy: invented\ncases:\n- id: only\n  subject: {id: s, org: o, kind: person}\n"
        "  events: [{type: selected, date: 2021-01-01}]\n",
        encoding="utf-8",
    )
    problems = check_policy(folder, [read_cases(cases)])
    assert [(problem.line, problem.what.split("：")[0]) for problem in problems] == [
        (line(RULES, f"id: {rule}"), f"没有案例用到规则 {rule}") for rule in ("investment", "open-lab", "building")
    ]


def test_a_case_that_comes_to_something_else_than_it_says_is_found(root: Path, tmp_path: Path) -> None:
    example = root / "docs/examples/policy"
    right = root / "docs/examples/policy-cases.yaml"
    assert check_policy(example, [read_cases(right)]) == []
    wrong = tmp_path / "cases.yaml"
    text = right.read_text(encoding="utf-8")
    wrong.write_text(text.replace('"320000.00"', '"1.00"').replace("stale-parameter", "missing-fact"), encoding="utf-8")
    problems = check_policy(example, [read_cases(wrong)])
    assert [problem.line for problem in problems] == [line(text, "id: brackets"), line(text, "id: nobody")]
    assert '算出来是 [[{"amount":"320000.00","article":"47"}]' in problems[0].what
    assert problems[1].what.endswith("写的是 missing-fact，算出来是 stale-parameter")


def test_every_rule_of_the_library_is_exercised(root: Path) -> None:
    cases = [read_cases(path) for path in sorted((root / "tests/policies").glob("policy-*.yaml"))]
    assert check_policy(root / "shared/policy/library/dalian-2017-52/v1", cases) == []
