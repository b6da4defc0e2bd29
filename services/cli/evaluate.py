"""`miaopu evaluate`: the scheme library and the evaluation engine in the terminal."""

from pathlib import Path

import click
from rich.text import Text

from services.cli.screen import SCREEN, Group, end_with_problems, print_json, say, table
from shared.core.files import DataFileError, Problem
from shared.core.units import unit_name
from shared.evaluation import Scheme, load_scheme, read_scheme
from shared.evaluation.cases import compute_rounds, read_rounds
from shared.evaluation.figures import text
from shared.evaluation.load import LIBRARY, published
from shared.evaluation.scheme import GRADE_NAMES

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def evaluate() -> None:
    """考评：查看指标方案，按方案计分和定等次。"""


@evaluate.command()
@click.argument("file", type=FILE)
def compute(file: Path) -> None:
    """计算 FILE 里的全部轮次，输出一份 JSON。"""
    print_json(compute_rounds(read_rounds(file)))


@evaluate.command()
@click.argument("files", nargs=-1, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """检查指标方案文件；不写 FILES 检查指标库的全部方案。逐处给出文件和行号。"""
    problems: list[Problem] = []
    checked = files or tuple(LIBRARY / f"{scheme}.yaml" for scheme in published())
    for path in checked:
        try:
            read_scheme(path)
        except DataFileError as error:
            problems += error.problems
    end_with_problems(problems, f"{len(checked)} 份指标方案没有问题")


@evaluate.command()
@click.argument("scheme", required=False)
def show(scheme: str | None) -> None:
    """像读文件一样读一份指标方案；不写 SCHEME 列出指标库。"""
    if scheme is None:
        listed = table("方案", "名称", "指标", right=["指标"])
        for name in published():
            found = load_scheme(name)
            listed.add_row(name, found.title, str(len(found.indicators)))
        SCREEN.print(listed)
        return
    _show(load_scheme(scheme))


def _show(scheme: Scheme) -> None:
    say(f"{scheme.title}　满分 {text(scheme.full)}", style="bold")
    if scheme.note:
        SCREEN.print(Text(scheme.note, style="yellow" if scheme.sample else ""))
    indicators = table("指标", "满分", "计分办法", right=["满分"], title="指标")
    for indicator in scheme.indicators:
        rule = indicator.form.text()
        if indicator.veto is not None:
            rule += f"；低于 {text(indicator.veto)} 一票否决"
        label = f"{indicator.label}（加分）" if indicator.bonus else indicator.label
        indicators.add_row(label, text(indicator.full), rule)
    SCREEN.print(indicators)
    if scheme.bonus_cap is not None:
        SCREEN.print(f"加分合计至多 {text(scheme.bonus_cap)} 分")
    _show_grades(scheme)
    figures = table("填报项", "字段", "单位", "说明", "证明材料", title="填报项（接口和命令行用字段名）")
    for figure in scheme.figures.values():
        kinds = f"（{'、'.join(figure.kinds.values())}）" if figure.kinds else ""
        name = f"{figure.name}：{'、'.join(figure.kinds)}" if figure.kinds else figure.name
        figures.add_row(f"{figure.label}{kinds}", name, unit_name(figure.unit), figure.help, figure.evidence)
    SCREEN.print(figures)
    for check_ in scheme.checks:
        sign = f"{check_.left.label} {check_.operator} {check_.right.label}"
        SCREEN.print(f"核对　{sign}：{check_.says}{'（可说明后保留）' if check_.warning else ''}")


def _show_grades(scheme: Scheme) -> None:
    for line in scheme.grades:
        quota = f"，名额为参评单位的 {text(100 * line.quota)}%" if line.quota is not None else ""
        SCREEN.print(f"{GRADE_NAMES.get(line.grade, line.grade)}　总分不低于 {line.line}{quota}")
    if scheme.quota_from:
        SCREEN.print(f"参评单位不足 {scheme.quota_from} 家时只按分数线")
    carried = {
        "上年度国家级优秀的，本年度直接计为优秀，不占名额": scheme.carry.national_excellent_counts,
        "上年度国家级不合格的，本年度不得定为优秀": scheme.carry.national_failure_bars,
        "连续两年不合格的，提出取消资格": scheme.carry.second_failure_withdraws,
    }
    for words, holds in carried.items():
        if holds:
            SCREEN.print(words)
