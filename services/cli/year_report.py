"""A settled year on the terminal: each kind at a glance, the ledger by article, the refusals, one explanation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from rich.text import Text

from services.cli.screen import SCREEN, say, table
from services.incubator.domain.city_year import CityYear
from services.incubator.domain.settlement import Evaluation, Settled, YearResult
from shared.core.exact import ZERO, plain
from shared.core.money import WAN, yuan_text
from shared.policy import Award, Refusal
from shared.policy.explain import article_text, sentences

GRADES = {"excellent": "green", "good": "cyan", "qualified": "yellow", "unqualified": "red"}
BAR = 10
EXAMPLES = 2


def summary(year: CityYear, result: YearResult) -> dict[str, Any]:
    """The year in numbers: units by kind and grade, yuan by article, refusals, what is blocked."""
    return {
        "grades": {
            kind: {grade: count for grade in GRADES if (count := _graded(evaluations)[grade])}
            for kind, evaluations in result.evaluations.items()
        },
        "ledger": {article: plain(total) for article, (_, total) in _ledger(year, result).items()},
        "declined": sum(len(settled.declined) for settled in result.settled),
        "blocked": sum(settled.blocked is not None for settled in result.settled),
    }


def show(year: CityYear, result: YearResult, *, every: bool) -> None:
    registered = [carrier for carrier in year.carriers.values() if not carrier.evaluated]
    say(f"{year.year} 年度考评与补助（数据期 {year.period} 年，等次于 {year.finalised_on} 确定）", style="bold")
    say(f"依据 {year.policy.document}《{year.policy.title}》第 {year.policy.version} 版")
    if registered:
        say(
            f"另有 {len(registered)} 家载体仅登记名称，不参加考评：{'、'.join(c.name for c in registered)}", style="dim"
        )
    SCREEN.print()
    _show_kinds(year, result)
    _show_ledger(year, result)
    if every:
        _show_awards(result)
    _show_refusals(result, every=every)
    _show_blocked(result)
    _show_explanation(result)


def _graded(evaluations: Sequence[Evaluation]) -> Counter[str | None]:
    return Counter(evaluation.grade.grade for evaluation in evaluations)


def _awards(result: YearResult) -> Iterator[tuple[Settled, Award]]:
    for settled in result.settled:
        for award in settled.awards:
            yield settled, award


def _show_kinds(year: CityYear, result: YearResult) -> None:
    money: Counter[str] = Counter()
    for settled, award in _awards(result):
        money[settled.event.carrier.kind] += award.amount or ZERO  # type: ignore[assignment]  # a Counter adds Decimals
    shown = table("类型", "参评", "优秀", "良好", "合格", "不合格", "分布", "补助万元", right=["参评", "补助万元"])
    for kind, evaluations in result.evaluations.items():
        if not evaluations:
            continue  # nobody of this kind took part
        grades = _graded(evaluations)
        shown.add_row(
            year.policy.kinds[kind],
            str(len(evaluations)),
            *(Text(str(grades[grade] or ""), style=style) for grade, style in GRADES.items()),
            _bar(grades, len(evaluations)),
            f"{Decimal(money[kind]) / WAN:,.2f}",
        )
    SCREEN.print(shown)
    proposed = [e.carrier.name for kind in result.evaluations.values() for e in kind if e.grade.withdrawal_proposed]
    away = [e.carrier.name for kind in result.evaluations.values() for e in kind if not e.result.reported]
    if away:
        say(f"没有填报，按不合格计：{'、'.join(away)}", style="red")
    if proposed:
        say(f"连续两年不合格，提出取消资格：{'、'.join(proposed)}", style="red")
    SCREEN.print()


def _bar(grades: Counter[str | None], units: int) -> Text:
    """The share of each grade as a coloured bar, and as letters' shades where there is no colour."""
    bar = Text()
    filled = 0
    seen = 0
    for (grade, style), block in zip(GRADES.items(), "█▓▒░", strict=True):
        seen += grades[grade]
        width = round(BAR * seen / units) - filled
        bar.append(block * width, style=style)
        filled += width
    return bar


def _ledger(year: CityYear, result: YearResult) -> dict[str, tuple[int, Decimal]]:
    """Number and sum (yuan) of the awards of each article, in the order of the text."""
    ledger: dict[str, tuple[int, Decimal]] = {}
    for rule in year.policy.rules:
        ledger.setdefault(rule.article, (0, ZERO))
    for _, award in _awards(result):
        count, total = ledger[award.article]
        ledger[award.article] = (count + 1, total + (award.amount or ZERO))
    return {article: row for article, row in ledger.items() if row[0]}


def _show_ledger(year: CityYear, result: YearResult) -> None:
    ledger = _ledger(year, result)
    shown = table("条文", "笔数", "金额", right=["笔数", "金额"], title="补助台账（按条文）")
    for article, (count, total) in ledger.items():
        shown.add_row(article_text(article), str(count), yuan_text(total))
    shown.add_section()
    total = sum((total for _, total in ledger.values()), start=ZERO)
    shown.add_row("合计", str(sum(count for count, _ in ledger.values())), yuan_text(total), style="bold")
    SCREEN.print(shown)


def _show_awards(result: YearResult) -> None:
    shown = table("载体", "事项", "条文", "金额", right=["金额"], title="每一笔补助")
    for settled, award in _awards(result):
        due = "待决定" if award.amount is None else yuan_text(award.amount)
        shown.add_row(settled.event.carrier.name, settled.event.what, article_text(award.article), due)
    SCREEN.print(shown)


def _show_refusals(result: YearResult, *, every: bool) -> None:
    refusals = [(settled, refusal) for settled in result.settled for refusal in settled.declined]
    if not refusals:
        return
    if every:
        shown = table("载体", "事项", "条文", "原因", title=f"不予补助（{len(refusals)} 笔，每笔按 0.00 元记入台账）")
        for settled, refusal in refusals:
            row = (settled.event.carrier.name, settled.event.what, article_text(refusal.article), _why(refusal))
            shown.add_row(*row)
    else:
        shown = table(
            "原因", "笔数", "例如", right=["笔数"], title=f"不予补助（{len(refusals)} 笔，每笔按 0.00 元记入台账）"
        )
        grouped: dict[str, list[str]] = {}
        for settled, refusal in refusals:
            grouped.setdefault(_why(refusal), []).append(settled.event.carrier.name)
        for why, examples in sorted(grouped.items(), key=lambda group: -len(group[1])):
            more = "等" if len(examples) > EXAMPLES else ""
            shown.add_row(why, str(len(examples)), "、".join(examples[:EXAMPLES]) + more)
    SCREEN.print(shown)
    if not every:
        say("  逐笔列出：miaopu workbook compute --all", style="dim")
        SCREEN.print()


def _why(refusal: Refusal) -> str:
    return str(refusal.steps[-1]["says"]).removeprefix("不予补助：")


def _show_blocked(result: YearResult) -> None:
    blocked = [settled for settled in result.settled if settled.blocked is not None]
    if not blocked:
        return
    shown = table("载体", "事项", "缺什么", title=f"待补正后再算（{len(blocked)} 笔）")
    for settled in blocked:
        shown.add_row(
            settled.event.carrier.name, settled.event.what, settled.blocked.message if settled.blocked else ""
        )
    SCREEN.print(shown)


def _show_explanation(result: YearResult) -> None:
    """One award in full: the one of which a cap took the most, for there the reason matters most."""
    found = max(_awards(result), key=lambda row: _taken(row[1]), default=None)
    if found is None:
        return
    settled, award = found
    say("一笔补助是怎么来的", style="bold")
    say(f"{settled.event.carrier.name} · {settled.event.what}", style="green")
    for number, sentence in enumerate(sentences(award.steps), 1):
        say(f"  {number}. {sentence}")
    say(f"  规则 {award.policy_version} {award.rule}　说明书指纹 {award.explanation_hash}", style="dim")


def _taken(award: Award) -> Decimal:
    return sum((Decimal(step["took"]) for step in award.steps if step["took"]), start=ZERO)
