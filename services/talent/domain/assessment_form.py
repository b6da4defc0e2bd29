"""An assessment as its talent fills it in: the contract against reality, target by target and kind by kind.

Fields by name: `target-<row>-figure` and `-note`, the rows being those of the contract; `spent-<kind>-grant` and `-own`
in 万元; `outputs`, `progress`, `difficulties`. What is left empty was not given, and is never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from services.talent.domain.contract_terms import KINDS, MOST_ROWS, Line, Target, Terms, read_figure, read_wan
from shared.core.exact import DOWN, plain, shortest
from shared.core.money import fen_text, in_yuan, wan_text
from shared.reading.sent_text import problem_of

TEXTS = {"progress": ("进展和完成情况", 5000), "outputs": ("取得的成果", 5000), "difficulties": ("问题和打算", 3000)}
REQUIRED = ("progress",)
HUNDRED, HUNDREDTH, HALF = Decimal(100), Decimal("0.01"), 50


class Reached(NamedTuple):
    """A target beside what was reached; none: not given yet."""

    target: Target
    figure: Decimal | None
    note: str

    @property
    def met(self) -> bool:
        return self.figure is not None and self.figure >= self.target.figure

    @property
    def percent(self) -> Decimal | None:
        """Of the target, in percent, two decimals, rounded down; none for a target of nothing."""
        if self.figure is None or not self.target.figure:
            return None
        return DOWN.quantize(DOWN.divide(DOWN.multiply(self.figure, HUNDRED), self.target.figure), HUNDREDTH)


class Spent(NamedTuple):
    """A kind of spending, planned and real, in fen."""

    kind: str
    planned: Line
    grant: int
    own: int


@dataclass(frozen=True)
class Report:
    targets: tuple[Reached, ...]
    spending: tuple[Spent, ...]
    texts: Mapping[str, str]
    own_needed: int
    """Self-raised money that has to have been spent by now, in fen."""
    problems: Mapping[str, str]

    @property
    def grant(self) -> int:
        return sum(each.grant for each in self.spending)

    @property
    def own(self) -> int:
        return sum(each.own for each in self.spending)

    @property
    def own_short(self) -> int:
        """How much of the self-raised money is missing, in fen; nothing if it matches the contract."""
        return max(0, self.own_needed - self.own)

    @property
    def unmet(self) -> tuple[Reached, ...]:
        return tuple(each for each in self.targets if not each.met)

    @property
    def beyond(self) -> tuple[Spent, ...]:
        """Kinds on which more of the grant was spent than planned; none where the budget plans no grant."""
        planned = any(each.planned.grant for each in self.spending)
        return tuple(each for each in self.spending if planned and each.grant > each.planned.grant)

    def findings(self) -> tuple[str, ...]:
        """What does not match the contract, in words; nothing if all of it does."""
        return self._found(tuple(each for each in self.targets if not each.met))

    def pressing(self) -> tuple[str, ...]:
        """Those of the findings that speak against passing a mid-term: the contract's targets are due at its end, and
        one that is half reached is in time. The rule names no measure: this is the reading chosen here."""
        return self._found(tuple(each for each in self.targets if not each.met and (each.percent or 0) < HALF))

    def _found(self, short: Sequence[Reached]) -> tuple[str, ...]:
        found = [
            f"{each.target.name}：完成 {shortest(each.figure)} {each.target.unit}，"
            f"任务书要求 {shortest(each.target.figure)}"
            for each in short
            if each.figure is not None
        ]
        found += [
            f"{KINDS[each.kind]}：资助经费支出 {wan_text(in_yuan(each.grant))}，"
            f"任务书预算 {wan_text(in_yuan(each.planned.grant))}"
            for each in self.beyond
        ]
        if self.own_short:
            needed, own = wan_text(in_yuan(self.own_needed)), wan_text(in_yuan(self.own))
            found.append(f"自筹经费：应到位 {needed}，已支出 {own}，差 {wan_text(in_yuan(self.own_short))}")
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """As it is kept with what was handed in."""
        return {
            "targets": [
                {
                    "name": each.target.name,
                    "unit": each.target.unit,
                    "target": shortest(each.target.figure),
                    "reached": shortest(each.figure) if each.figure is not None else None,
                    "percent": plain(each.percent) if each.percent is not None else None,
                    "note": each.note,
                }
                for each in self.targets
            ],
            "spending": [
                {
                    "kind": each.kind, "grant_planned": fen_text(each.planned.grant), "grant": fen_text(each.grant),
                    "own_planned": fen_text(each.planned.own), "own": fen_text(each.own),
                }
                for each in self.spending
            ],
            "own_needed": fen_text(self.own_needed),
            "own_short": fen_text(self.own_short),
            "findings": list(self.findings()),
            "pressing": list(self.pressing()),
        }  # fmt: skip


def names() -> frozenset[str]:
    """Every field there is: others are not kept."""
    rows = range(1, MOST_ROWS + 1)
    return frozenset(
        [*TEXTS]
        + [f"target-{row}-{part}" for row in rows for part in ("figure", "note")]
        + [f"spent-{kind}-{source}" for kind in KINDS for source in ("grant", "own")]
    )


def read_report(terms: Terms, kind: str, typed: Mapping[str, str]) -> Report:
    """What was typed beside what the contract in force says; `problems`: what is missing or unreadable, by field."""
    problems = {name: told for name, text in typed.items() if (told := problem_of(text))}
    targets = []
    for each in terms.targets:
        name = f"target-{each.number}-figure"
        figure = read_figure(typed, problems, name, each.name)
        if figure is None:
            problems.setdefault(name, f"请填写“{each.name}”至今完成的数值；确实没有请填 0")
        targets.append(Reached(each, figure, typed.get(f"target-{each.number}-note", "").strip()))
    spending = _spending(terms, typed, problems)
    texts = {name: typed.get(name, "").strip() for name in TEXTS}
    for name, (label, most) in TEXTS.items():
        if name in REQUIRED and not texts[name]:
            problems.setdefault(name, f"请填写{label}")
        elif len(texts[name]) > most:
            problems.setdefault(name, f"{label}有 {len(texts[name])} 字，至多 {most} 字，请精简")
    needed = own_needed(terms, kind, sum(each.grant for each in spending))
    report = Report(tuple(targets), spending, texts, needed, problems)
    _explained(terms, report, problems)
    return report


def own_needed(terms: Terms, kind: str, grant: int) -> int:
    """The self-raised money, in fen, that has to be spent beside `grant` fen of granted money.

    At the final assessment all that the contract says; before it, in step with the granted money, rounded down. The
    rule names a match at the mid-term and no measure of it: this is the reading chosen here.
    """
    if kind == "final" or not terms.grant:
        return terms.own if kind == "final" else 0
    return min(terms.own, terms.own * grant // terms.grant)


def _explained(terms: Terms, report: Report, problems: dict[str, str]) -> None:
    """More of the grant than there is cannot have been spent; on one kind more than planned needs an explanation."""
    if not report.beyond:
        return
    worst = max(report.beyond, key=lambda each: each.grant - each.planned.grant)
    if report.grant > terms.grant:
        spent, whole = wan_text(in_yuan(report.grant)), wan_text(in_yuan(terms.grant))
        problems.setdefault(
            f"spent-{worst.kind}-grant",
            f"资助经费支出合计 {spent}，超过任务书的资助经费 {whole}；请核对各科目（以万元填），超出的部分填在自筹经费",
        )
    elif not report.texts["difficulties"]:
        kinds = "、".join(KINDS[each.kind] for each in report.beyond)
        problems.setdefault("difficulties", f"{kinds}的资助经费支出超过预算，请在这里写明原因")


def _spending(terms: Terms, typed: Mapping[str, str], problems: dict[str, str]) -> tuple[Spent, ...]:
    planned = {each.kind: each for each in terms.lines}
    found = []
    for kind, label in KINDS.items():
        line = planned.get(kind, Line(kind, 0, 0))
        amounts = []
        for source, said, plan in (("grant", "资助经费", line.grant), ("own", "自筹经费", line.own)):
            name = f"spent-{kind}-{source}"
            amount = read_wan(typed, problems, name, f"{label}（{said}支出，万元）")
            if amount is None and plan:
                problems.setdefault(name, f"请填写{label}的{said}支出（万元）；确实没有请填 0")
            amounts.append(amount or 0)
        if any(amounts) or line.grant or line.own:
            found.append(Spent(kind, line, *amounts))
    return tuple(found)
