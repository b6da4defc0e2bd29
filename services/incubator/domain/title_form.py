"""The form of an application for a title, built from the conditions it is held against; and what was typed, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.incubator.domain.report_form import form_of
from services.incubator.domain.typed_text import figures_by_box
from shared.accreditation import Checked, Conditions, Figure, checklist, summary
from shared.core.units import unit_name
from shared.evaluation import Scheme
from shared.reading.dates import read_day
from shared.reading.figures import COUNT, NUMBER, YES_NO, Understood, blank_for, read_text, shown

DATE, ENTRIES = "date", "entries"
INPUTS = {"yes": YES_NO, "date": DATE, "entries": ENTRIES}
"""How a figure is typed; whatever is not here is a number."""
MOST_ENTRIES = 200


@dataclass(frozen=True)
class Problem:
    """Why an application cannot be handed in yet, at the box named; no name: at the whole."""

    name: str
    label: str
    problem: str

    def __str__(self) -> str:
        return f"{self.label}：{self.problem}"


@dataclass(frozen=True)
class FilledApplication:
    """An application read. `figures`: those that can be read, as the conditions take them; `problems` by figure."""

    conditions: Conditions
    asked: tuple[Figure, ...]
    typed: Mapping[str, str]
    figures: Mapping[str, object]
    problems: Mapping[str, str]
    checked: tuple[Checked, ...]
    track: str | None
    on: date

    @property
    def summary(self) -> str:
        return summary(self.checked)

    @property
    def filled(self) -> int:
        return sum(1 for figure in self.asked if self.typed.get(figure.name, "").strip())

    @property
    def unmet(self) -> tuple[Checked, ...]:
        return tuple(each for each in self.checked if each.state == "not_met")

    def lacking(self) -> tuple[Problem, ...]:
        """What has to be put right before it can be handed in: what cannot be read, what nobody has given.

        A condition with alternatives asks for the figures of none of the others once one of them is met.
        """
        labels = {figure.name: figure.label for figure in self.asked}
        found = {name: Problem(name, labels[name], told) for name, told in self.problems.items()}
        for each in self.checked:
            for figure in each.missing:
                told = "没有填报；确实没有请填 0" if input_of(figure) in {COUNT, NUMBER} else "没有填报"
                if figure.name in self.figures:  # a part that is more than its whole
                    told = each.sentence
                found.setdefault(figure.name, Problem(figure.name, figure.label, told))
        return tuple(found.values())


def fill(conditions: Conditions, typed: Mapping[str, str], on: date, track: str | None) -> FilledApplication:
    """What was typed, held against the conditions on the day `on`. A track the title does not know is its first."""
    way = track if track in conditions.tracks else next(iter(conditions.tracks), None)
    applies = [each for each in conditions.conditions if each.track in {None, way} and each.in_force.holds(on)]
    asked = tuple(dict.fromkeys(figure for each in applies for figure in each.requirement.figures))
    figures: dict[str, object] = {}
    problems: dict[str, str] = {}
    for figure in asked:
        value, problem = read(figure, typed.get(figure.name, ""))
        if problem:
            problems[figure.name] = problem
        elif value is not None:
            figures[figure.name] = value
    kept = {name: text for name, text in typed.items() if name in {figure.name for figure in conditions.figures}}
    return FilledApplication(
        conditions, asked, kept, figures, problems, checklist(conditions, figures, on, way), way, on
    )


def input_of(figure: Figure) -> str:
    """How its box is typed: count, number, yes_no, date or entries."""
    return INPUTS.get(figure.type, COUNT if figure.type == "count" else NUMBER)


def read(figure: Figure, typed: str) -> tuple[object | None, str]:
    """The figure as the conditions take it, or what is wrong with it and what to do; neither if nothing is there."""
    if not typed.strip():
        return None, ""
    kind = input_of(figure)
    if kind == DATE:
        day = read_day(typed)
        return day, "" if day else f"“{typed.strip()[:40]}”不是日期；请写成 2018-06-01 这样的日期"
    if kind == ENTRIES:
        return _entries(typed)
    found: Understood = read_text(blank_for(kind, figure.unit), typed)
    if found.figure is None:
        return None, found.problem
    return (found.figure == "1" if kind == YES_NO else found.figure), ""


def _entries(typed: str) -> tuple[object | None, str]:
    """One entry a line; a number alone is how many there are."""
    lines = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
    if len(lines) > MOST_ENTRIES:
        return None, f"写了 {len(lines)} 条，至多 {MOST_ENTRIES} 条；请只写条数，明细作为附件"
    if len(lines) == 1 and lines[0].isdecimal() and len(lines[0]) <= len(str(MOST_ENTRIES)) + 3:
        return str(int(lines[0])), ""
    return lines, ""


def reported(scheme: Scheme, figures: Mapping[str, object] | None, asked: tuple[Figure, ...]) -> list[tuple[str, str]]:
    """What a year's report says under the names the application asks for: to look at, not taken over."""
    form = form_of(scheme)
    names = {figure.name for figure in asked}
    given = figures_by_box(form, figures)
    boxes = [box for box in form.boxes.values() if box.figure.name in names and box.name in given]
    return [(box.title, f"{shown(box, given[box.name])} {unit_name(box.unit)}".rstrip()) for box in boxes]
