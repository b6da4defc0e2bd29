"""`miaopu programme` as an official runs it, and what a file of a programme may not say."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli.root import miaopu
from shared.programme.load import LIBRARY


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(miaopu, ["programme", *map(str, args)], env={"COLUMNS": "200"})


def test_the_shipped_library_has_no_mistakes() -> None:
    shown = run("check")
    assert (shown.exit_code, shown.stdout) == (0, "6 份人才计划没有问题\n")


def test_show_reads_like_the_document() -> None:
    shown = run("show", "outstanding-youth-2023").stdout
    for words in (
        "出生日期要求不超过 40 岁（女不超过 42 岁）",
        "● 每人资助 100 万元\n  第 1 期　50%　任务书签订后",
        "选拔　20 名，每个单位至多推荐 3 名",
        "● 中期评估　签订后第 18 个月",
        "口径　截止日满 40 岁",
    ):
        assert words in shown


def test_show_lists_the_library_and_names_it_when_asked_for_what_is_not_there() -> None:
    assert "innovation-team-2018" in run("show").stdout
    wrong = run("show", "nothing")
    assert wrong.exit_code == 1
    assert "high-level-2018" in wrong.output


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('share: "1"', 'share: "0.9"', "各期比例之和为 0.9，应为 1"),
        ("fixed: 100000,", "fixed: 100000, up_to: 1,", "金额应恰好写 fixed、up_to、interest 之一"),
        ("figure: born_on,", "figure: birthday,", "figures 没有填报项 birthday"),
        ("counted: birthday}", "at_least: 3}", "要求应恰好写"),
        ("one_of: [doctor, master]", "one_of: [phd]", "最高学位没有选项 phd"),
        ("form: [person, work, project]", "form: [person, job, project]", "fields.yaml 没有“job”这一部分"),
        ("closes: 2018-03-30", "closes: 2018-02-30", "应为日期"),
        ("closes: 2018-03-30", "closes: 2018-02-28", "应依次不早于前一个"),
        ("when: contract", "when: midterm", "没有写明 midterm 的考核"),
        ("follows: young-star-2018", "follows: young-star-2017", "应写明接续的上一份：young-star-2018"),
        ("least: 60", "least: 160", "高于总分"),
        ("after_months: 24", "every_months: 24", "验收应只写 after_months"),
        ("excludes: &excludes [", "excludes: &excludes [one_per_company, ", "要求申报表有“company”这一部分"),
    ],
)
def test_check_finds_by_file_and_line(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    text = (LIBRARY / "young-star.yaml").read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "young-star.yaml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    shown = run("check", path)
    assert shown.exit_code == 1
    line = text[: text.index(right)].count("\n") + 1
    lines = [each for each in shown.stdout.splitlines() if told in each]
    assert lines, shown.stdout
    at = int(lines[0].removeprefix(f"{path}:").split("：")[0])
    assert abs(at - line) <= 8 or "相同" in told, (at, line)
