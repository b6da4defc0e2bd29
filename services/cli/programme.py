"""`miaopu programme`: talent programmes in the terminal, read as their files read."""

from pathlib import Path

import click

from services.cli.screen import SCREEN, Group, end_with_problems, say, table
from shared.checklist.requirements import told
from shared.core.files import DataFileError, Problem
from shared.core.workdays import CALENDAR, WORKING, days_said
from shared.programme.load import files, library, load_programme, read_programmes
from shared.programme.model import APPLICANTS, EXCLUSIONS, Programme

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Group)
def programme() -> None:
    """人才计划：查看各年的申报条件、金额、评审和考核。"""


@programme.command()
@click.argument("paths", metavar="[FILES]...", nargs=-1, type=FILE)
def check(paths: tuple[Path, ...]) -> None:
    """检查人才计划文件；不写 FILES 检查计划库的全部文件。逐处给出文件和行号。"""
    problems: list[Problem] = []
    checked = paths or tuple(files())
    for path in checked:
        try:
            read_programmes(path)
        except DataFileError as error:
            problems += error.problems
    end_with_problems(problems, f"{len(checked)} 份人才计划没有问题")


@programme.command()
@click.argument("programme_id", metavar="[PROGRAMME]", required=False)
def show(programme_id: str | None) -> None:
    """像读文件一样读一项计划；不写 PROGRAMME 列出计划库。"""
    if programme_id is not None:
        _show(load_programme(programme_id))
        return
    listed = table("编号", "计划", "申报", "选拔", "资助", right=["选拔"])
    for editions in library().values():
        for each in editions:
            call = f"{each.call.opens} 至 {each.call.closes}"
            listed.add_row(each.id, each.title, call, str(each.select.number), each.policy.rules[0].says)
    listed.columns[0].no_wrap = True  # what is typed after `show` stands whole, however narrow the terminal
    SCREEN.print(listed)


def _show(each: Programme) -> None:
    call, rule = each.call, each.policy.rules[0]
    say(each.title, style="bold")
    say(f"{each.source}　申报主体：{APPLICANTS[each.applicant]}")
    if each.note:
        say(each.note, style="yellow")
    say(f"申报　{call.opens} 至 {call.closes}，单位推荐至 {call.units_until}，年龄等截至 {call.cut_off} 计算")
    quota = f"，每个单位至多推荐 {each.unit_quota} 名" if each.unit_quota else ""
    say(f"选拔　{each.select.number} 名{'左右' if each.select.about else ''}{quota}")
    say("条件", style="bold")
    for condition in each.conditions:
        say(f"● {condition.says}　{told(condition.requirement)}")
        if condition.interpretation:
            say(f"  口径　{condition.interpretation}", style="yellow")
    for code in each.excludes:
        say(f"● {EXCLUSIONS[code]}")
    say("资助", style="bold")
    say(f"● {rule.says}")
    for part, share in zip(each.instalments, rule.instalments, strict=True):
        say(f"  第 {part.number} 期　{share.share.text(call.opens)}　{part.says}")
    say("评审", style="bold")
    for indicator in each.review.scheme.indicators:
        say(f"● {indicator.label}　满分 {indicator.full}　{indicator.help}")
    say("考核", style="bold")
    for due in each.assessments:
        when = f"签订后第 {due.after_months} 个月" if due.after_months else f"每 {due.every_months} 个月"
        say(f"● {due.name}　{when}")
    lasts = days_said(each.publicity.days, WORKING if each.publicity.working else CALENDAR)
    say(f"公示 {lasts}　{each.retention.says}")
