"""`miaopu workbook`: a year's workbook, empty to fill, and checked cell by cell."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from services.cli.screen import SCREEN, Group, say, table
from services.incubator.usecases.settle_workbook import check_workbook, write_template
from services.incubator.workbook.cells import CellProblem


@click.group(cls=Group)
def workbook() -> None:
    """工作簿：下载空白工作簿，检查填好的工作簿。"""


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


def end_with_cell_problems(problems: Sequence[CellProblem]) -> NoReturn:
    """Every problem as sheet, cell, problem, fix; ends with 1."""
    shown = table("工作表", "单元格", "问题", "改法")
    for problem in problems:
        shown.add_row(*problem)
    SCREEN.print(shown)
    click.echo(f"工作簿有 {len(problems)} 处需要改正；改正之前不作任何计算", err=True)
    sys.exit(1)
