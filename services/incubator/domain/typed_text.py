"""A whole form read, box by box: what can be taken, what cannot be read, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.incubator.domain.report_form import Form
from shared.evaluation import FigureError
from shared.evaluation.figures import read_number, text
from shared.reading.figures import Understood, read_text, written_figure


@dataclass(frozen=True)
class Reading:
    """A whole form read. `figures`: those complete and readable, as the engine takes them; `problems` by box;
    `unknown`: what was typed under names the form does not have."""

    understood: Mapping[str, Understood]
    figures: Mapping[str, object]
    problems: Mapping[str, str]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many boxes hold something, readable or not."""
        return sum(1 for each in self.understood.values() if each != Understood())


def read_form(form: Form, typed: Mapping[str, str]) -> Reading:
    """Every box read. Missing: the empty boxes of what is required, and of a list of which only a part is filled."""
    understood = {name: read_text(box, typed.get(name, "")) for name, box in form.boxes.items()}
    figures: dict[str, object] = {}
    missing: list[str] = []
    for field in form.fields.values():
        read = [(box, understood[box.name]) for box in field.boxes]
        given = any(each != Understood() for _, each in read)
        if field.required or given:
            missing += [box.name for box, each in read if each == Understood()]
        if all(each.figure is not None for _, each in read):
            parts = {box.kind: each.figure for box, each in read}
            figures[field.name] = parts if field.figure.kinds else parts[None]
    problems = {name: each.problem for name, each in understood.items() if each.problem}
    unknown = tuple(name for name in typed if name not in form.boxes and typed[name].strip())
    return Reading(understood, figures, problems, tuple(missing), unknown)


def figures_by_box(form: Form, figures: Mapping[str, object] | None) -> dict[str, str]:
    """Reported figures by box, in the units of the form; what is not there or no number is left out."""
    found = {}
    for name, box in form.boxes.items():
        given: object = (figures or {}).get(box.figure.name)
        if box.kind is not None:
            given = given.get(box.kind) if isinstance(given, Mapping) else None
        if given is None:
            continue
        try:
            found[name] = written_figure(box, Decimal(text(read_number(box.figure, given))))
        except FigureError:
            continue
    return found


def same_as(form: Form, before: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """What was sent, with the texts of `before` where they mean the same: a spreadsheet has its own way of writing
    1,200,000.00, and that changes nothing."""
    kept = dict(sent)
    for name, text_ in sent.items():
        box, was = form.boxes.get(name), before.get(name, "")
        if box is not None and was and read_text(box, was).figure is not None:
            kept[name] = was if read_text(box, text_) == read_text(box, was) else text_
    return kept
