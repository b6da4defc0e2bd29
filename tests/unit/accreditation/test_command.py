"""`miaopu accreditation` as an official runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli.root import miaopu


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(miaopu, ["accreditation", *map(str, args)], env={"COLUMNS": "200"})


def test_the_shipped_library_has_no_mistakes() -> None:
    shown = run("check")
    assert (shown.exit_code, shown.stdout) == (0, "5 份认定条件没有问题\n")


def test_check_finds_by_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "bakery.yaml"
    path.write_text("kind: bakery\nname: 面包房\nfigures: {}\n", encoding="utf-8")
    shown = run("check", path)
    assert shown.exit_code == 1
    assert shown.stdout == f"{path}:1：titles：缺少这一项\n"


def test_compute_prints_one_json_document_for_programs(root: Path) -> None:
    shown = run("compute", root / "tests/policies/accreditation.yaml")
    document = json.loads(shown.stdout)
    lacking = {each["id"]: each["lacking"] for each in document["an-incubator-that-lacks-a-little-of-everything"]}
    assert (lacking["tenants"], lacking["fund"], lacking["density"]) == ("7 家", "200 万元", None)


def test_show_reads_like_the_document() -> None:
    shown = run("show", "incubator-national-2019").stdout
    for words in (
        "国科发区〔2018〕300号　有效期 2019-01-01 起，确认至 2022-12-31",
        "孵化资金要求不少于 500 万元　国科发区〔2018〕300号申请条件第（三）项",
        "● 在孵企业三十家以上（专业孵化器）",
        "口径　条文未写明不足十家的部分如何计算",
    ):
        assert words in shown


@pytest.mark.parametrize("name", ["incubator-national-2019", "commissioner-team-city-sample"])
def test_show_lists_the_library(name: str) -> None:
    assert name in run("show").stdout


def test_an_unknown_title_is_told_with_those_there_are() -> None:
    shown = run("show", "nothing")
    assert shown.exit_code == 1
    assert "条件库没有 nothing；有：" in shown.stderr
