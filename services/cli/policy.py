"""`miaopu policy`: the policy library and the subsidy engine in the terminal."""

from datetime import datetime
from pathlib import Path

import click

from services.cli.screen import SCREEN, Group, end_with_problems, print_json, say, table
from shared.core.errors import DomainError
from shared.core.files import Problem
from shared.policy import Award, Policy, Refusal, load_policy, read_policy
from shared.policy.cases import CaseFile, compute_cases, read_cases, run_case
from shared.policy.check import check_policy
from shared.policy.explain import sentences
from shared.policy.load import published
from shared.policy.rulebook import rulebook, values

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
CASES = Path("tests/policies")

policy_folder = click.option("--policy", "folder", type=FOLDER, help="用这个文件夹里的政策，而不用政策库里的。")


@click.group(cls=Group)
def policy() -> None:
    """政策：查看规则，按规则计算补助并说明理由。"""


@policy.command()
@click.argument("file", type=FILE)
@policy_folder
def compute(file: Path, folder: Path | None) -> None:
    """计算 FILE 里的全部案例，输出一份 JSON。"""
    cases = read_cases(file)
    print_json(compute_cases(_policy(cases, folder), cases))


@policy.command()
@click.argument("file", type=FILE)
@click.argument("case")
@policy_folder
def explain(file: Path, case: str, folder: Path | None) -> None:
    """用中文逐条说明 FILE 里案例 CASE 的计算理由。"""
    cases = read_cases(file)
    wanted = cases.case(case)
    if wanted is None:
        raise DomainError(
            "unknown-case", f"{file} 没有案例 {case}；有：{'、'.join(c.id for c in cases.cases)}", status=404
        )
    used = _policy(cases, folder)
    say(f"{used.title}（{used.document}，第 {used.version} 版）", style="bold")
    for number, (event, outcome) in enumerate(zip(wanted.body["events"], run_case(used, wanted.body), strict=True), 1):
        what = used.events[event["type"]].label if event.get("type") in used.events else "撤销此前的补助"
        subject = event.get("subject", wanted.body.get("subject")) or {}
        SCREEN.print()
        say(
            f"事件 {number}：{subject.get('name') or subject.get('id')} {what}（{event.get('date', '')}）", style="bold"
        )
        results: list[Award | Refusal] = [*outcome.awards, *outcome.declined]
        for result in results:
            for place, sentence in enumerate(sentences(result.steps), 1):
                say(f"  {place}. {sentence}")
            say(f"     说明书指纹 {result.explanation_hash}", style="dim")
        if not outcome.awards and not outcome.declined:
            say("  此前的补助已撤销，额度和次数一并退回。")


@policy.command()
@click.argument("policy_id", metavar="POLICY", default="dalian-2017-52")
@click.option("--version", "number", type=int, help="第几版；不写为最新一版。")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="按这一天有效的数值显示；不写为施行之日。")
@click.option("--values", "with_values", is_flag=True, help="附上全部参数及其生效日期。")
@policy_folder
def show(policy_id: str, number: int | None, day: datetime | None, folder: Path | None, *, with_values: bool) -> None:
    """像读文件一样读一份政策的规则。"""
    used = read_policy(folder) if folder else load_policy(policy_id, number)
    on = day.date() if day else used.in_force.start
    say(used.title, style="bold")
    say(f"{used.document}　第 {used.version} 版　有效期 {used.in_force}　金额{used.rounding.text}")
    say(f"内容指纹 {used.digest}", style="dim")
    for article in rulebook(used, on):
        SCREEN.print()
        say(article.title, style="bold green")
        for entry in article.entries:
            say(f"● {entry.says}", style="bold")
            say(f"  适用　{'；'.join(entry.when)}")
            say(f"  金额　{entry.amount or f'{on} 不适用（尚未生效、已废止或未确认）'}")
            for limit in entry.limits:
                say(f"  限制　{limit}")
            if entry.interpretation:
                say(f"  口径　{entry.interpretation}", style="yellow")
            say(f"  编号　{entry.id}", style="dim")
    if with_values:
        _show_values(used)


def _show_values(used: Policy) -> None:
    shown = table("条文", "参数", "自", "数值", "确认至", right=["数值"], title="参数")
    for value in values(used):
        until = "" if value.confirmed_until is None else str(value.confirmed_until)
        shown.add_row(value.article, value.label, str(value.start), value.text, until)
    SCREEN.print()
    SCREEN.print(shown)


@policy.command()
@click.argument("folders", nargs=-1, type=FOLDER)
@click.option("--cases", "case_paths", multiple=True, type=FILE, help="案例文件；不写为 tests/policies/policy-*.yaml。")
def check(folders: tuple[Path, ...], case_paths: tuple[Path, ...]) -> None:
    """检查政策文件；不写 FOLDERS 检查政策库的全部版本。逐处给出文件和行号。"""
    paths = case_paths or tuple(path for path in sorted(CASES.glob("policy-*.yaml")) if path.is_file())
    cases = [read_cases(path) for path in paths]
    problems: list[Problem] = []
    checked = folders or tuple(path for _, _, path in published())
    for folder in checked:
        problems += check_policy(folder, cases or None)
    told = f"{sum(len(file.cases) for file in cases)} 个案例" if cases else "没有案例文件，未核对案例"
    end_with_problems(problems, f"{len(checked)} 份政策没有问题（{told}）")


def _policy(cases: CaseFile, folder: Path | None) -> Policy:
    if folder is None:
        return load_policy(cases.policy)
    used = read_policy(folder)
    if used.id != cases.policy:
        raise DomainError("other-policy", f"{cases.path} 写的是政策 {cases.policy}，{folder} 里是 {used.id}")
    return used
