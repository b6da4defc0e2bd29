"""The form of a year's report, built from the scheme: its parts, its fields, and the boxes people type into."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from shared.core.units import is_money, unit_name
from shared.evaluation import Scheme
from shared.evaluation.checks import Check
from shared.evaluation.figures import Figure
from shared.reading.figures import CENTS, COUNT, MEASURED, NUMBER, YES_NO

ROWS = "rows"
"""A figure that counts several kinds is a list: one row for each kind, its number beside it."""

YES_OR_NO = "是/否"
"""The unit of a figure that is answered, not counted: 1 is yes, 0 is no."""
OTHER = "其他"
ALL = "填报项"


class Box(NamedTuple):
    """One thing to type: a figure, or one kind of a figure. `name` is the figure's, or figure.kind."""

    name: str
    label: str
    input: str
    unit: str
    decimals: int
    figure: Figure
    kind: str | None = None

    @property
    def title(self) -> str:
        """The label as it stands alone: with its figure's, if it is one of several."""
        return f"{self.figure.label}·{self.label}" if self.kind else self.label


class Field(NamedTuple):
    """A figure as the form asks for it. `scored`: it counts for an indicator; a figure that only a policy needs may
    be left out, and then the subsidy waits for it."""

    figure: Figure
    input: str
    required: bool
    scored: bool
    boxes: tuple[Box, ...]

    @property
    def name(self) -> str:
        return self.figure.name

    @property
    def unit(self) -> str:
        """As people read it."""
        return unit_name(self.figure.unit)


class Section(NamedTuple):
    title: str
    fields: tuple[Field, ...]


class Document(NamedTuple):
    """What experts read to give their marks: it is handed in, not typed."""

    label: str
    help: str
    evidence: str


@dataclass(frozen=True)
class Form:
    scheme: Scheme
    sections: tuple[Section, ...]
    documents: tuple[Document, ...]

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.name: field for section in self.sections for field in section.fields}

    @cached_property
    def boxes(self) -> dict[str, Box]:
        """Every box by name, in the order of the form."""
        return {box.name: box for field in self.fields.values() for box in field.boxes}


def form_of(scheme: Scheme) -> Form:
    """The form of a scheme; figures that no part of it names come last."""
    scored = {figure.name for indicator in scheme.indicators for figure in indicator.form.figures}
    named = {name for names in scheme.sections.values() for name in names}
    parts = dict(scheme.sections)
    rest = tuple(name for name in scheme.figures if name not in named)
    if rest:
        parts[OTHER if parts else ALL] = rest
    sections = tuple(
        Section(title, tuple(_field(scheme.figures[name], name in scored) for name in names))
        for title, names in parts.items()
    )
    experts = scheme.expert_indicators
    return Form(scheme, sections, tuple(Document(each.label, each.help, each.evidence) for each in experts))


def _field(figure: Figure, scored: bool) -> Field:
    boxes = tuple(_boxes(figure))
    return Field(figure, ROWS if figure.kinds else boxes[0].input, scored or figure.fact is None, scored, boxes)


def _boxes(figure: Figure) -> Iterator[Box]:
    decimals = CENTS if is_money(figure.unit) else MEASURED.get(figure.unit, 0)
    kind_of_input = YES_NO if figure.unit == YES_OR_NO else NUMBER if decimals else COUNT
    if not figure.kinds:
        yield Box(figure.name, figure.label, kind_of_input, figure.unit, decimals, figure)
    for kind, label in figure.kinds.items():
        yield Box(f"{figure.name}.{kind}", label, kind_of_input, figure.unit, decimals, figure, kind)


def check_key(check: Check) -> str:
    """What a check is called where its explanation is kept: seats_used<=seats."""
    return f"{check.left.name}{check.operator}{check.right.name}"


def jump_key(box: str) -> str:
    """What a jump against last year is called where its explanation is kept."""
    return f"jump:{box}"
