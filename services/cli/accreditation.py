"""`miaopu accreditation`: the conditions of titles and the checklist in the terminal."""

from pathlib import Path

import click

from services.cli.screen import SCREEN, Group, end_with_problems, print_json, say, table
from shared.accreditation import Conditions
from shared.accreditation.cases import compute_cases, read_cases
from shared.accreditation.load import files, library, read_conditions, title
from shared.checklist.requirements import told
from shared.core.files import DataFileError, Problem

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def accreditation() -> None:
    """认定条件：查看各级称号的条件，逐条核对还差什么。"""


@accreditation.command()
@click.argument("paths", metavar="[FILES]...", nargs=-1, type=FILE)
def check(paths: tuple[Path, ...]) -> None:
    """检查认定条件文件；不写 FILES 检查条件库的全部文件。逐处给出文件和行号。"""
    problems: list[Problem] = []
    checked = paths or tuple(files())
    for path in checked:
        try:
            read_conditions(path)
        except DataFileError as error:
            problems += error.problems
    end_with_problems(problems, f"{len(checked)} 份认定条件没有问题")


@accreditation.command()
@click.argument("file", type=FILE)
def compute(file: Path) -> None:
    """核对 FILE 里的全部案例，输出一份 JSON。"""
    print_json(compute_cases(read_cases(file)))


@accreditation.command()
@click.argument("title_id", metavar="[TITLE]", required=False)
def show(title_id: str | None) -> None:
    """像读文件一样读一个称号的条件；不写 TITLE 列出条件库。"""
    if title_id is not None:
        _show(title(title_id))
        return
    listed = table("编号", "称号", "依据", "有效期", "条件", right=["条件"])
    for titles in library().values():
        for each in titles:
            listed.add_row(each.id, each.title, each.document, str(each.in_force), str(len(each.conditions)))
    listed.columns[0].no_wrap = True  # what is typed after `show` stands whole, however narrow the terminal
    SCREEN.print(listed)


def _show(conditions: Conditions) -> None:
    in_force = conditions.in_force
    confirmed = f"，确认至 {in_force.confirmed_until}" if in_force.confirmed_until else ""
    say(conditions.title, style="bold")
    say(f"{conditions.document}　有效期 {in_force}{confirmed}")
    for words in (in_force.says, conditions.note):
        if words:
            say(words, style="yellow")
    for condition in conditions.conditions:
        track = f"（{conditions.tracks[condition.track]}）" if condition.track else ""
        say(f"● {condition.says}{track}", style="bold")
        say(f"  {told(condition.requirement)}　{condition.source}")
        if condition.interpretation:
            say(f"  口径　{condition.interpretation}", style="yellow")
