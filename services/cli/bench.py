"""`miaopu bench settlement`: from the final grade to the queued letter, beside the same work written by hand."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from services.bench.settlement import one_process, peak_megabytes, separate_processes
from services.cli.screen import Group, print_json, say

FLOOR = Path("tests/bench/settlement_floor.py")
AIMS = {"one_process": 0.6, "separate_processes": 1.0}
NAMES = {"one_process": "一个进程", "separate_processes": "各自进程"}


@click.group(cls=Group)
def bench() -> None:
    """在本机测速；只有同一次运行里的比值有意义。"""


@bench.command()
@click.option("--units", type=click.IntRange(min=1), default=15_000, show_default=True, help="多少家单位。")
@click.option("--json", "as_json", is_flag=True, help="只输出一份 JSON。")
@click.option("--memory", is_flag=True, help="另测这么多家和十倍家数的内存峰值。")
@click.option("--floor", type=click.Path(dir_okay=False, path_type=Path), default=FLOOR, help="手写程序，用作比较。")
def settlement(units: int, floor: Path, *, as_json: bool, memory: bool) -> None:
    """从等次确定到信件待发：每秒多少家。"""
    result: dict[str, Any] = {"units": units}
    if floor.exists():
        result["floor"] = _floor(floor, units)
    result["one_process"] = one_process(units)
    result["separate_processes"] = separate_processes(units)
    for name in AIMS:
        if "floor" in result:
            ratio = result[name]["units_per_second"] / result["floor"]["units_per_second"]
            result[name]["of_floor"] = round(ratio, 3)
    if memory:
        result["peak_megabytes"] = {str(count): round(peak_megabytes(count), 1) for count in (units, units * 10)}
    if as_json:
        print_json(result)
    else:
        _show(result)


def _floor(path: Path, units: int) -> dict[str, Any]:
    shown = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, path, str(units)], capture_output=True, check=True
    )
    measured: dict[str, Any] = json.loads(shown.stdout)
    return measured


def _show(result: dict[str, Any]) -> None:
    if "floor" in result:
        say(f"手写程序：每秒 {result['floor']['units_per_second']:,} 家")
    for name, aim in AIMS.items():
        measured = result[name]
        said = f"{NAMES[name]}：每秒 {measured['units_per_second']:,} 家"
        if "of_floor" in measured:
            said += f"，是手写程序的 {measured['of_floor']:.2f} 倍（目标 {aim}）"
        say(f"{said}；空闲时 95% 在 {measured['idle_p95_ms']} 毫秒内待发")
    for count, peak in result.get("peak_megabytes", {}).items():
        say(f"{int(count):,} 家：内存峰值 {peak} MB")
