"""`python -m tests.faults`: every fault, one run each, and what was lost and doubled, as a table."""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.faults.faults import BY_KEY, FAULTS
from tests.faults.found import Findings
from tests.faults.play import POSTGRESQL, Fault, play
from tests.faults.postgres import Postgres, running_postgres

UNITS = 2_000
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HEADS = ("故障", "数据库", "事件", "资助", "丢失", "重复", "搁置", "邮件重发", "秒")


def asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="故障运行：丢了没有，重了没有。")
    parser.add_argument("--units", type=int, default=UNITS, help=f"每次运行的考评数，默认 {UNITS}")
    parser.add_argument("--only", nargs="+", choices=list(BY_KEY), metavar="故障", help=f"只运行：{'、'.join(BY_KEY)}")
    parser.add_argument("--both", action="store_true", help="每种故障在两种数据库上各运行一次")
    parser.add_argument("--unhurried", action="store_true", help="等待时间与产品一致（确认一分钟、信件半分钟），慢得多")
    parser.add_argument("--seed", type=int, default=1, help="随机次序的种子")
    parser.add_argument("--keep", type=Path, help="把每次运行的数据和日志留在这个文件夹")
    return parser.parse_args(arguments)


def wanted(arguments: argparse.Namespace) -> list[Fault]:
    faults = [fault for fault in FAULTS if not arguments.only or fault.key in arguments.only]
    if not arguments.both:
        return faults
    others = {fault.key: fault.on_the_other_database() for fault in faults if not fault.key.startswith("postgres")}
    return [each for fault in faults for each in (fault, others.get(fault.key)) if each is not None]


def main(arguments: Sequence[str]) -> int:
    options = asked(arguments)
    faults = wanted(options)
    console = Console(highlight=False, width=120)
    table = Table(*HEADS, title=f"故障运行：每次 {options.units} 项考评结果，种子 {options.seed}")
    for column in table.columns[2:]:
        column.justify = "right"
    bad = False
    with ExitStack() as stack:
        passing = Path(stack.enter_context(TemporaryDirectory(prefix="miaopu-faults-")))
        needed = any(fault.database == POSTGRESQL for fault in faults)
        postgres = stack.enter_context(running_postgres(passing)) if needed else None
        for number, fault in enumerate(faults, 1):
            console.print(f"{number}/{len(faults)} {fault.says}（{DATABASES[fault.database]}）……", style="dim")
            began = time.monotonic()
            found = asyncio.run(_played(fault, options, options.keep or passing, postgres))
            seconds = time.monotonic() - began
            table.add_row(fault.says, DATABASES[fault.database], *_numbers(found), f"{seconds:.0f}")
            for problem in found.problems:
                console.print(f"  {escape(problem)}", style="red")
            bad = bad or bool(found.problems)
    console.print(table)
    console.print("有事件或信件丢失、重复，或出了别的差错，见上。" if bad else "没有丢失，没有重复。")
    return 1 if bad else 0


async def _played(fault: Fault, options: argparse.Namespace, folder: Path, postgres: Postgres | None) -> Findings:
    place = folder / f"{fault.key}-{fault.database}"
    return await play(fault, options.units, place, postgres, options.seed, hurry=not options.unhurried)


def _numbers(found: Findings) -> tuple[str, ...]:
    counted = (found.events, found.grants, found.lost, found.doubled, found.parked, found.resent)
    return tuple(f"{number:,}" for number in counted)


if __name__ == "__main__":
    signal.signal(
        signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT)
    )  # whoever ends it leaves nothing behind
    sys.exit(main(sys.argv[1:]))
