"""The command `miaopu` and what every command shares: where words go, and how an error is told."""

import sys
from importlib.metadata import version
from typing import Any

import click
from rich.console import Console

from services.cli.bench import bench
from services.cli.demo import demo
from services.cli.evaluate import evaluate
from services.cli.operations import operations
from services.cli.parked import parked
from services.cli.policy import policy
from services.cli.screen import Group
from services.cli.serve import migrate, move, serve, up
from services.cli.workbook import workbook
from services.incubator.operations import OPERATIONS as INCUBATOR_OPERATIONS
from services.incubator.service import SERVICE as INCUBATOR
from services.notify.operations import OPERATIONS as NOTIFY_OPERATIONS
from services.notify.service import SERVICE as NOTIFY
from shared.core.errors import DomainError


class _Miaopu(Group):
    """Tells an error the user can put right in his words, and ends with 1; anything else is a bug and shows itself."""

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


miaopu.add_command(demo)
miaopu.add_command(up)
miaopu.add_command(serve)
miaopu.add_command(migrate)
miaopu.add_command(move)
miaopu.add_command(bench)
miaopu.add_command(operations(INCUBATOR, INCUBATOR_OPERATIONS, "办理孵化载体的业务：登记、考评、公示、异议、补助。"))
miaopu.add_command(operations(NOTIFY, NOTIFY_OPERATIONS, "处理信件：放行等待的，重发失败的。"))
miaopu.add_command(parked)
miaopu.add_command(policy)
miaopu.add_command(evaluate)
miaopu.add_command(workbook)
