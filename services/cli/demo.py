"""`miaopu demo`: the sample city's year through the running system, from the workbook to the delivered letters."""

import logging
import shutil
import sys
from decimal import Decimal
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from services.cli.screen import SCREEN, Command, print_json, say, table
from services.demo.play import Told
from services.demo.run import Watching, is_demo, run_demo
from services.notify.domain.states import STATES
from shared.core.errors import DomainError
from shared.core.money import WAN, yuan_text
from shared.core.settings import Settings, read_settings
from shared.evaluation.scheme import GRADE_NAMES
from shared.observability.logging import set_up_logging
from shared.policy import load_policy
from shared.policy.explain import article_text
from shared.programme.load import editions
from shared.running.folder import LOCK, held

STYLES = {"excellent": "green", "good": "cyan", "qualified": "yellow", "unqualified": "red"}


@click.command(cls=Command)
@click.option("--once", is_flag=True, help="演完就停止，不保留网站。")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON 汇总（与 --once 同用）。")
@click.option("--fresh", is_flag=True, help="清空数据目录里以前的演示，从头再来。")
def demo(*, once: bool, as_json: bool, fresh: bool) -> None:
    """演示一座样例城市的一年：认定、填报、考评、公示、异议、补助、信件；没有演完的接着演，然后保留网站。"""
    settings = read_settings()
    set_up_logging(as_json=False, level=logging.WARNING)
    if fresh:
        empty(settings)
    if as_json:
        run_demo(settings, AsJson(), once=once)
        return
    play(settings, once=once)


def play(settings: Settings, *, once: bool) -> None:
    """The demo with its progress on the screen."""
    with Progress(
        TextColumn("{task.fields[on]}"), BarColumn(bar_width=20), TextColumn("{task.description}"),
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(),
    ) as bars:  # fmt: skip
        run_demo(settings, OnScreen(bars, once=once), once=once)
    if not once:
        say("苗圃已经停止；再次运行 make up，从停下的地方继续")


def empty(settings: Settings) -> None:
    """Empties the folder of a demo, and only of a demo."""
    if not settings.data.exists():
        return
    if not is_demo(settings):
        raise DomainError("not-a-demo", f"{settings.data} 不是演示的数据目录，不会清空；请用 MIAOPU_DATA 另指一个目录")
    with held(settings.data):  # nobody is using it
        for each in settings.data.iterdir():
            if each.is_dir():
                shutil.rmtree(each)
            elif each.name != LOCK:
                each.unlink()


class AsJson(Watching):
    def done(self, result: dict[str, Any], url: str) -> None:  # noqa: ARG002 - for people
        print_json(result)


class OnScreen(Watching):
    """Each step as it begins, then what the year came to, and where to look at it."""

    def __init__(self, bars: Progress, *, once: bool) -> None:
        self.bars = bars
        self.once = once
        self.task = bars.add_task("", on="", total=None)

    def up(self, url: str) -> None:
        say(f"苗圃已经启动：{url}", style="bold")

    def step(self, told: Told) -> None:
        self.bars.update(self.task, description=told.says, on=told.on, completed=told.number - 1, total=told.of)
        say(f"{told.on}  {told.says}")

    def done(self, result: dict[str, Any], url: str) -> None:
        self.bars.stop()
        show(result)
        if not self.once:
            say(f"请用浏览器打开 {url}；按 Ctrl-C 停止", style="bold green")


def _called(policy: str) -> str:
    """A programme, or another policy, as people call it."""
    found = editions().get(policy)
    return load_policy(policy).title if found is None else found.title


def show(result: dict[str, Any]) -> None:
    policy = load_policy("dalian-2017-52")
    SCREEN.print()
    shown = table("类型", *GRADE_NAMES.values(), right=list(GRADE_NAMES.values()), title="等次")
    for kind, grades in result["grades"].items():
        counts = (Text(str(grades.get(grade, "")), style=STYLES[grade]) for grade in GRADE_NAMES)
        shown.add_row(policy.kinds[kind], *counts)
    SCREEN.print(shown)
    money = table("条款", "补助万元", right=["补助万元"], title=f"补助（{policy.document}）")
    for article, yuan in result["ledger"].items():
        money.add_row(article_text(article), f"{Decimal(yuan) / WAN:,.2f}")
    total = sum((Decimal(yuan) for yuan in result["ledger"].values()), Decimal(0))
    money.add_row("合计", f"{total / WAN:,.2f}", style="bold")
    SCREEN.print(money)
    given = table("人才计划", "入选", "资助万元", right=["入选", "资助万元"], title="人才计划")
    for programme, yuan in result["talents"]["ledger"].items():
        count = result["talents"]["awards"].get(programme, "")
        given.add_row(_called(programme), str(count), f"{Decimal(yuan) / WAN:,.2f}")
    SCREEN.print(given)
    letters = "，".join(f"{STATES[state].name} {count}" for state, count in result["letters"].items())
    say(f"补助合计 {yuan_text(total)}；不予补助 {result['declined']} 项，各有理由")
    say(f"信件：{letters}")
    say(f"事件：{'，'.join(f'{stream} {count}' for stream, count in result['events'].items())}")
    say(f"搁置的事件：{result['parked']}", style="red" if result["parked"] else "")
    SCREEN.print()
