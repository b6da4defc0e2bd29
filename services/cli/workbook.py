"""`miaopu workbook`: a year's workbook, empty to fill, checked cell by cell, and computed without entering anything."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.cli import year_report
from services.cli.screen import SCREEN, Group, print_json, say, table
from services.incubator.demo import WORKBOOK
from services.incubator.usecases.settle_workbook import SettledYear, check_workbook, settle_workbook, write_template
from shared.workbook.cells import CellProblem
from shared.workbook.errors import WorkbookError


@click.group(cls=Group)
def workbook() -> None:
    """工作簿：空白的、检查、试算。"""


@workbook.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--policy", default="dalian-2017-52", show_default=True, help="补助政策的编号。")
def template(file: Path, policy: str) -> None:
    """写一份空白工作簿 FILE：列由指标方案生成，标题批注里有填报说明。"""
    write_template(file, policy)
    say(f"已写好 {file}")


@workbook.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """检查工作簿 FILE，一次列出全部问题：工作表、单元格、问题、改法。"""
    problems = check_workbook(file)
    if problems:
        end_with_cell_problems(problems)
    say(f"{file} 没有问题")


@workbook.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=WORKBOOK)
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON 汇总。")
@click.option("--all", "every", is_flag=True, help="逐笔列出每一笔补助和不予补助的事项。")
def compute(file: Path, *, as_json: bool, every: bool) -> None:
    """试算工作簿 FILE 的一个年度：打分，定等次，逐条计算补助，什么也不登记；不写 FILE 用样例城市的。"""
    try:
        settled = _settle(file)
    except WorkbookError as error:
        if as_json:
            print_json({"error": error.code, "problems": [problem._asdict() for problem in error.problems]})
            sys.exit(1)
        end_with_cell_problems(error.problems)
    if as_json:
        print_json(year_report.summary(settled.year, settled.result))
        return
    year_report.show(settled.year, settled.result, every=every)


def _settle(workbook: Path) -> SettledYear:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bars:
        bars.add_task("读取工作簿", total=None)
        tasks: dict[str, int] = {}

        def told(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done)  # type: ignore[arg-type]  # add_task gave this id

        return settle_workbook(workbook, told)


def end_with_cell_problems(problems: Sequence[CellProblem]) -> NoReturn:
    """Every problem as sheet, cell, problem, fix; ends with 1."""
    shown = table("工作表", "单元格", "问题", "改法")
    for problem in problems:
        shown.add_row(*problem)
    SCREEN.print(shown)
    click.echo(f"工作簿有 {len(problems)} 处需要改正；改正之前不作任何计算", err=True)
    sys.exit(1)
