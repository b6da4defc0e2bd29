"""How commands write: JSON for programs, tables for people, problems with file and line."""

import sys
from collections.abc import Sequence
from typing import Any

import click
import orjson
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from shared.core.files import Problem

SCREEN = Console(highlight=False, markup=False, emoji=False)
"""Nothing that is printed is markup: names and texts come from files, and a [ in them is a [."""


class Command(click.Command):
    """A command whose usage line is Chinese too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        super().__init__(*args, **{"options_metavar": "[选项]", **kwargs})


class Group(click.Group):
    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        super().__init__(*args, **{"options_metavar": "[选项]", "subcommand_metavar": "命令 [参数]...", **kwargs})


def say(text: str, style: str = "") -> None:
    """A line as it is; the terminal wraps it (Chinese has no spaces to wrap at)."""
    SCREEN.print(text, style=style, soft_wrap=True)


def print_json(value: Any) -> None:  # noqa: ANN401 - JSON is any
    """One JSON document on standard output, keys in the order given."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))


def table(*columns: str, right: Sequence[str] = (), title: str | None = None) -> Table:
    """A quiet table, at least as wide as its title; the columns named in `right` are right-aligned, as amounts are."""
    width = None if title is None else min(cell_len(title), SCREEN.width)
    made = Table(
        box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False, min_width=width
    )  # fmt: skip
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def end_with_problems(problems: Sequence[Problem], fine: str) -> None:
    """Prints each problem on a line of its own and ends with 1; or says that all is well."""
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"共 {len(problems)} 处需要改正", err=True)
        sys.exit(1)
    click.echo(fine)
