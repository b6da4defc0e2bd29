"""`miaopu demo`: a year of the sample city, from the workbook to the explained amounts."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from services.cli import year_report
from services.cli.screen import Command, print_json
from services.cli.workbook import end_with_cell_problems
from services.incubator.demo import WORKBOOK
from services.incubator.usecases.settle_workbook import SettledYear, settle_workbook
from services.incubator.workbook.read import WorkbookError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=Command)
@click.option("--workbook", type=FILE, default=WORKBOOK, help="用自己的工作簿；不写用样例城市的。")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON 汇总。")
@click.option("--all", "every", is_flag=True, help="逐笔列出每一笔补助和不予补助的事项。")
def demo(workbook: Path, *, as_json: bool, every: bool) -> None:
    """看一座样例城市的一个年度：读工作簿，打分，定等次，逐条计算补助。"""
    try:
        settled = _settle(workbook)
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
