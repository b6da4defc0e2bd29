"""The `miaopu` command as a user runs it: a process of its own, Chinese help, JSON for programs, exit codes."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from services.cli.root import miaopu
from services.incubator.demo import WORKBOOK

MIAOPU = Path(os.sys.executable).parent / "miaopu"  # type: ignore[attr-defined]  # os has sys


def run(*args: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"LANGUAGE", "LANG", "LC_ALL"}}
    environment |= {"PYTHONUTF8": "1", **more.pop("env", {})}
    return subprocess.run([MIAOPU, *args], capture_output=True, text=True, check=False, env=environment, **more)


@pytest.fixture
def policy_cases(root: Path) -> Path:
    return root / "tests/policies/policy-2017-52.yaml"


@pytest.mark.parametrize("args", [[], ["policy"], ["policy", "compute"], ["evaluate"], ["workbook"], ["demo"]])
def test_help_is_chinese(args: list[str]) -> None:
    shown = run(*args, "--help")
    assert shown.returncode == 0
    for english in ("Usage", "Options", "Commands", "Show this message"):
        assert english not in shown.stdout
    assert shown.stdout.startswith("用法：")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["polcy"], "您要的是不是 'policy'"),
        (["policy", "compute"], "缺少参数"),
        (["policy", "compute", "nowhere.yaml"], "nowhere.yaml 不存在"),
        (["demo", "--jason"], "没有选项 --jason"),
    ],
)
def test_a_mistyped_command_is_answered_in_chinese(args: list[str], told: str) -> None:
    shown = run(*args)
    assert shown.returncode == 2
    assert told in shown.stderr


def test_compute_prints_one_json_document_for_programs(policy_cases: Path) -> None:
    shown = run("policy", "compute", policy_cases)
    document = json.loads(shown.stdout)
    assert document["bad-kind"]["error"] == "unknown-kind"
    award = document["a12-makerspace-excellent-capped"]["results"][0][0]
    assert (award["article"], award["rule"], award["amount"]) == ("12", "makerspace-excellent", "300000.00")
    assert [step["step"] for step in award["explanation"]] == [
        "in_force",
        "conditions",
        "once",
        "amount",
        "cap",
        "result",
    ]
    waiting = document["a25-branch-is-a-range"]["results"][0][0]
    assert (waiting["floor"], waiting["ceiling"], "amount" in waiting) == ("500000.00", "2000000.00", False)
    refused = document["a12-good-gets-nothing"]["declined"][0][0]
    assert (refused["article"], refused["rule"], refused["reason"]) == (
        "12",
        "incubator-excellent",
        "grade-not-eligible",
    )
    assert document["a12-good-gets-nothing"]["results"] == [[]]
    assert run("policy", "compute", policy_cases).stdout == shown.stdout  # to the byte


def test_explain_tells_a_case_in_sentences(policy_cases: Path) -> None:
    shown = run("policy", "explain", policy_cases, "a12-incubator-excellent-rounds-half-up-to-the-fen")
    assert "计算：1,234,567.95 元 × 70% = 864,197.565 元。" in shown.stdout
    assert "应补助 864,197.57 元（四舍五入到分）。" in shown.stdout


def test_an_unknown_case_is_told_with_those_there_are(policy_cases: Path) -> None:
    shown = run("policy", "explain", policy_cases, "nothing")
    assert (shown.returncode, "没有案例 nothing" in shown.stderr, "a15-national" in shown.stderr) == (1, True, True)
    assert "Traceback" not in shown.stderr


def test_explaining_a_case_that_fails_says_why(policy_cases: Path) -> None:
    shown = run("policy", "explain", policy_cases, "a12-a-missing-cost-is-an-error-not-a-zero")
    assert shown.returncode == 1
    assert "上年度运营成本" in shown.stderr
    assert "missing-fact" in shown.stderr


def test_show_reads_like_a_rulebook() -> None:
    shown = run("policy", "show", "--values").stdout
    for words in (
        "第十二条",
        "第二十六条",
        "不超过上年度运营成本的 70%，每次最高 300,000.00 元",
        "同一单位、同一自然年度合计最高",
    ):
        assert words in shown
    assert "口径　条文未写明同一企业重新认定" in shown
    assert "2022-12-31" in shown


def test_show_says_what_does_not_hold_on_a_day() -> None:
    assert "2024-01-01 不适用" in run("policy", "show", "--on", "2024-01-01").stdout


def test_check_finds_by_file_and_line(tmp_path: Path, root: Path) -> None:
    assert run("policy", "check", cwd=root).returncode == 0
    (tmp_path / "policy.yaml").write_text("policy: x\n", encoding="utf-8")
    shown = run("policy", "check", tmp_path)
    assert shown.returncode == 1
    assert f"{tmp_path}/policy.yaml:1：version：缺少这一项" in shown.stdout


def test_evaluate_compute_prints_one_json_document(root: Path) -> None:
    document = json.loads(run("evaluate", "compute", root / "tests/policies/evaluation.yaml").stdout)
    unit = document["incubator-quota"]["u2"]
    assert (unit["total"], unit["grade"], unit["withdrawal_proposed"]) == ("85.00", "good", False)
    assert document["expert-scores-must-fit"]["none"]["error"] == "missing-figure"
    assert document["makerspace-lines"]["not-submitted"]["total"] is None


def test_evaluate_show_and_check(root: Path) -> None:
    shown = run("evaluate", "show", "incubator-100-sample").stdout
    assert "权重未公布" in shown
    assert "一票否决" in shown
    assert run("evaluate", "check").returncode == 0
    assert run("evaluate", "show", "nothing").returncode == 1


def test_a_computed_workbook_shows_a_year_and_one_full_explanation() -> None:
    shown = run("workbook", "compute")
    assert shown.returncode == 0
    for words in (
        "科技企业孵化器",
        "众创空间",
        "第十四条",
        "合计",
        "不予补助",
        "一笔补助是怎么来的",
        "每次最高",
        "说明书指纹",
    ):
        assert words in shown.stdout
    assert shown.stderr == ""


def test_a_computed_workbook_in_json_adds_up() -> None:
    document = json.loads(run("workbook", "compute", "--json").stdout)
    assert {kind: sum(grades.values()) for kind, grades in document["grades"].items()} == {
        "incubator": 12, "makerspace": 61, "university_park": 3, "agri_makerspace": 5, "commissioner_team": 5,
    }  # fmt: skip
    assert set(document["ledger"]) == {"12", "14", "15"}
    assert document["declined"] > 0
    assert document["blocked"] == 0


def test_a_kind_nobody_belongs_to_and_names_that_look_like_markup_are_shown_as_they_are(tmp_path: Path) -> None:
    book = load_workbook(WORKBOOK)
    names = book["载体名录"]
    for row in names.iter_rows(min_row=2):
        if row[2].value == "大学科技园":
            row[6].value = "否"
        if row[0].value == "T01":
            row[1].value = "样例[/b]特派团[red]"
    book["填报-科技特派团"]["B2"].value = "样例[/b]特派团[red]"
    book["填报-大学科技园"].delete_rows(2, 9)
    for sheet, column in (("专家评分", 0), ("认定", 0)):
        for row in reversed(list(book[sheet].iter_rows(min_row=2))):
            if str(row[column].value).startswith("D"):
                book[sheet].delete_rows(row[0].row or 0)
    path = tmp_path / "some.xlsx"
    book.save(path)
    shown = run("workbook", "compute", path, "--all", env={"COLUMNS": "200"})
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "样例[/b]特派团[red]" in shown.stdout
    assert "每一笔补助" in shown.stdout
    assert "没有填报，按不合格计：样例众创空间 17" in shown.stdout


@pytest.mark.parametrize(
    "content",
    [
        "policy: dalian-2017-52\ncases:\n- {id: a, decision: {rate: '0.5'}, events: []}\n",
        "policy: dalian-2017-52\ncases:\n- {id: a, events: 3}\n",
        "policy: dalian-2017-52\ncases: 3\n",
        "policy: [x]\ncases: []\n",
        "- a\n",
        "",
        "\x00",
        "policy: " + "a" * 5000 + "\ncases: []\n",
        "[" * 1200,
        "x: !!int abc\n",
        "x: 5\nx: 6\n",
    ],
)
def test_a_bad_file_of_cases_is_told_and_never_a_traceback(tmp_path: Path, content: str) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(content, encoding="utf-8")
    commands: list[list[str | Path]] = [
        ["policy", "compute", path], ["policy", "check", "--cases", path], ["evaluate", "compute", path],
    ]  # fmt: skip
    for args in commands:
        shown = CliRunner().invoke(miaopu, [*map(str, args)])
        assert shown.exit_code == 1
        assert isinstance(shown.exception, SystemExit), shown.exception
        assert shown.output


def test_an_impossible_date_is_a_wrong_date_and_not_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "policy: dalian-2017-52\ncases:\n- id: a\n  subject: {id: c, org: o, kind: makerspace}\n"
        "  events: [{type: recognised, level: national, date: 2018-02-30}]\n",
        encoding="utf-8",
    )
    found = json.loads(run("policy", "compute", path).stdout)["a"]
    assert found["error"] == "invalid-event"
    assert "2018-02-30" in found["message"]


def test_a_wrong_workbook_computes_nothing_and_lists_its_problems(tmp_path: Path) -> None:
    template = tmp_path / "空白.xlsx"
    assert run("workbook", "template", template).returncode == 0
    assert run("workbook", "template", template).returncode == 1  # never overwritten
    shown = run("workbook", "compute", template)
    assert shown.returncode == 1
    assert "没有写明“年度”" in shown.stdout
    assert "补助台账" not in shown.stdout
    assert run("workbook", "check", template).returncode == 1
    assert run("workbook", "check", WORKBOOK).returncode == 0
