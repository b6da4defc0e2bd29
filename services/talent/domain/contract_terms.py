"""任务书 as it was typed, and what it says: targets with figures, budget by kind, milestones. Nothing typed is lost.

Fields by name: `project`, `goals`, `outputs`; `target-1-name`, `-figure`, `-unit`; `milestone-1-on`, `-what`;
`budget-<kind>-grant` and `-own` in 万元. Rows are read in their order, an empty one is skipped.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from shared.core.exact import EXACT, shortest
from shared.core.money import in_yuan, wan_text
from shared.programme.timetable import Due
from shared.reading.dates import read_day
from shared.reading.figures import NUMBER, Plain, read_text
from shared.reading.sent_text import problem_of

KINDS = {
    "equipment": "设备费", "materials": "材料费", "testing": "测试化验加工费", "travel": "差旅、会议和合作交流费",
    "publishing": "出版、文献和知识产权事务费", "labour": "劳务费", "experts": "专家咨询费", "other": "其他费用",
}  # fmt: skip
"""Kinds of spending, as tasks of science plans are budgeted."""
TEXTS = {"project": ("项目名称", 200), "goals": ("研究内容和目标", 5000), "outputs": ("成果形式和预期效益", 2000)}
MOST_ROWS = 20
MONEY = Plain(NUMBER, "万元", 6)
"""Six decimals of 万元 are whole fen."""
FIGURE = Plain(NUMBER, "", 2)
FEN_PER_WAN = Decimal(1_000_000)


class Target(NamedTuple):
    number: int
    name: str
    figure: Decimal
    unit: str

    def __str__(self) -> str:
        return f"{self.name} {shortest(self.figure)} {self.unit}".strip()


class Line(NamedTuple):
    """Money of one kind in fen: of the grant, and raised by the unit itself."""

    kind: str
    grant: int
    own: int


class Milestone(NamedTuple):
    on: date
    what: str


@dataclass(frozen=True)
class Terms:
    """What a 任务书 says, as far as it could be read; `problems`: what could not, by field, and what to do."""

    project: str
    goals: str
    outputs: str
    targets: tuple[Target, ...]
    lines: tuple[Line, ...]
    milestones: tuple[Milestone, ...]
    problems: Mapping[str, str]

    @property
    def grant(self) -> int:
        return sum(each.grant for each in self.lines)

    @property
    def own(self) -> int:
        return sum(each.own for each in self.lines)


def names() -> frozenset[str]:
    """Every field there is: others are not kept."""
    rows = range(1, MOST_ROWS + 1)
    return frozenset(
        [*TEXTS]
        + [f"target-{row}-{part}" for row in rows for part in ("name", "figure", "unit")]
        + [f"milestone-{row}-{part}" for row in rows for part in ("on", "what")]
        + [f"budget-{kind}-{source}" for kind in KINDS for source in ("grant", "own")]
    )


def read_terms(typed: Mapping[str, str]) -> Terms:
    problems = {name: told for name, text in typed.items() if (told := problem_of(text))}
    texts = {name: _text(typed, problems, name, *said) for name, said in TEXTS.items()}
    targets = tuple(_targets(typed, problems))
    milestones = tuple(_milestones(typed, problems))
    lines = tuple(each for each in _lines(typed, problems) if each.grant or each.own)
    return Terms(texts["project"], texts["goals"], texts["outputs"], targets, lines, milestones, problems)


def lacking(terms: Terms, fen: int | None, own: int, since: date) -> dict[str, str]:
    """What keeps a 任务书 from being confirmed, by field. `fen`: the award; `own`: the self-raised money that the
    application promised, which the 任务书 may raise but not lower; `since`: the day of the award."""
    found = dict(terms.problems)
    for name in ("project", "goals"):
        if not getattr(terms, name):
            found.setdefault(name, f"请填写{TEXTS[name][0]}")
    if not terms.targets and not _any(found, "target-"):
        found.setdefault("target-1-name", "请至少写明一项考核指标和数值，验收时逐项对照")
    if not terms.milestones and not _any(found, "milestone-"):
        found.setdefault("milestone-1-on", "请至少写明一个进度节点和日期")
    for number, each in enumerate(terms.milestones):
        if each.on < since:
            found.setdefault("milestones", f"进度节点“{each.what}”{each.on} 早于入选之日 {since}，请改为之后的日期")
        elif number and each.on < terms.milestones[number - 1].on:
            found.setdefault("milestones", f"进度节点“{each.what}”{each.on} 早于前一个，请按日期先后填写")
    if fen is not None and terms.grant != fen:
        told = f"资助经费预算合计 {_wan(terms.grant)}，应等于资助金额 {_wan(fen)}，请调整各科目"
        found.setdefault("budget", told)
    if terms.own < own:
        told = f"自筹经费预算合计 {_wan(terms.own)}，少于申报时承诺的 {_wan(own)}，请补足各科目"
        found.setdefault("budget-own", told)
    return found


def generated(values: Mapping[str, object], dues: Iterable[Due]) -> dict[str, str]:
    """The first draft: what the application said, and a milestone for each assessment but the yearly ones.

    Targets' figures and the budget by kind are not in the application: `lacking` asks for them, with the sums they have
    to come to. `values`: the application as it was read; `dues`: the assessments, were the contract to begin today.
    """
    texts = {"project": "project", "goals": "goals", "outputs": "benefit"}
    draft = {name: str(values.get(field, "")) for name, field in texts.items()}
    for row, due in enumerate((each for each in dues if each.kind != "yearly"), 1):
        draft |= {f"milestone-{row}-on": due.on.isoformat(), f"milestone-{row}-what": due.name}
    return {name: text for name, text in draft.items() if text}


def in_fen_of_wan(figure: object) -> int:
    """A figure in 万元 as fen; nothing is nothing."""
    return int(EXACT.multiply(Decimal(str(figure)), FEN_PER_WAN)) if figure not in {None, ""} else 0


def read_wan(typed: Mapping[str, str], problems: dict[str, str], name: str, label: str) -> int | None:
    """An amount typed in 万元, in fen; none if nothing is there or it cannot be read."""
    found = read_text(MONEY, typed.get(name, ""))
    if found.problem:
        problems.setdefault(name, f"{label}：{found.problem}")
    return in_fen_of_wan(found.figure) if found.figure is not None else None


def read_figure(typed: Mapping[str, str], problems: dict[str, str], name: str, label: str) -> Decimal | None:
    found = read_text(FIGURE, typed.get(name, ""))
    if found.problem:
        problems.setdefault(name, f"{label}：{found.problem}")
    return Decimal(found.figure) if found.figure is not None else None


def _text(typed: Mapping[str, str], problems: dict[str, str], name: str, label: str, most: int) -> str:
    text = typed.get(name, "").strip()
    if len(text) > most:
        problems.setdefault(name, f"{label}有 {len(text)} 字，至多 {most} 字，请精简")
    return text


def _targets(typed: Mapping[str, str], problems: dict[str, str]) -> Iterator[Target]:
    for row in range(1, MOST_ROWS + 1):
        name = _text(typed, problems, f"target-{row}-name", f"第 {row} 项指标", 200)
        unit = _text(typed, problems, f"target-{row}-unit", f"第 {row} 项指标的单位", 20)
        figure = read_figure(typed, problems, f"target-{row}-figure", f"第 {row} 项考核指标的数值")
        if not name and (figure is not None or unit):
            problems.setdefault(f"target-{row}-name", f"第 {row} 项指标没有名称，请填写，或删去这一行")
        elif name and figure is None:
            problems.setdefault(f"target-{row}-figure", f"请填写“{name}”要达到的数值")
        elif name and figure is not None:
            yield Target(row, name, figure, unit)


def _lines(typed: Mapping[str, str], problems: dict[str, str]) -> Iterator[Line]:
    for kind, label in KINDS.items():
        grant = read_wan(typed, problems, f"budget-{kind}-grant", f"{label}（资助经费，万元）")
        own = read_wan(typed, problems, f"budget-{kind}-own", f"{label}（自筹经费，万元）")
        yield Line(kind, grant or 0, own or 0)


def _milestones(typed: Mapping[str, str], problems: dict[str, str]) -> Iterator[Milestone]:
    for row in range(1, MOST_ROWS + 1):
        on, what = typed.get(f"milestone-{row}-on", "").strip(), typed.get(f"milestone-{row}-what", "").strip()
        if not on and not what:
            continue
        day = read_day(on) if on else None
        if day is None:
            problems.setdefault(f"milestone-{row}-on", f"第 {row} 个进度节点请写明日期，例如 2019-06-30")
        elif not what or len(what) > TEXTS["project"][1]:
            problems.setdefault(f"milestone-{row}-what", f"第 {row} 个进度节点请用不超过 200 字写明内容")
        else:
            yield Milestone(day, what)


def _any(problems: Mapping[str, str], beginning: str) -> bool:
    return any(name.startswith(beginning) for name in problems)


def _wan(fen: int) -> str:
    return wan_text(in_yuan(fen))
