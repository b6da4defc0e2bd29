"""The command `miaopu` and what every command shares: where words go, and how an error is told."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any, cast

import click
from rich.console import Console

from services.cli.screen import Group
from shared.core.errors import DomainError

COMMANDS = {
    "demo": "demo:demo",
    "up": "serve:up",
    "serve": "serve:serve",
    "migrate": "serve:migrate",
    "move": "serve:move",
    "account": "accounts:account",
    "bench": "bench:bench",
    "incubator": "operations:incubator",
    "talent": "operations:talent",
    "notify": "operations:notify",
    "parked": "parked:parked",
    "audit": "audit:audit",
    "policy": "policy:policy",
    "evaluate": "evaluate:evaluate",
    "accreditation": "accreditation:accreditation",
    "programme": "programme:programme",
    "workbook": "workbook:workbook",
}
"""Each command's module and name. Only the one that is asked for is loaded: services are heavy, a command is quick."""


@contextmanager
def _loading() -> Iterator[None]:
    """What a program is made of is never garbage: nobody looks for any while it is loaded, nor through it later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _Miaopu(Group):
    """Tells an error the user can put right in his words, and ends with 1; anything else is a bug and shows itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as the library has it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        where = f"services.cli.{module}"
        if where not in sys.modules:
            with _loading():
                import_module(where)
        command: click.Command = getattr(sys.modules[where], name)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as the library has it
        try:
            return super().invoke(ctx)
        except DomainError as error:
            told = Console(stderr=True, markup=False, emoji=False, highlight=False)
            told.print(str(error), style="red", soft_wrap=True)
            sys.exit(1)


@click.group(cls=_Miaopu, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("miaopu"), prog_name="苗圃")
def miaopu() -> None:
    """苗圃：一座城市的科技孵化与人才计划管理系统。

    从年度考评到补助金额，每一元都有出处。
    """


miaopu.commands = cast("dict[str, click.Command]", dict.fromkeys(COMMANDS))  # the names alone, for “did you mean”
