"""The form of a round: what is typed for one kind, filled from the year before, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from services.incubator.domain.round_calendar import DAYS, Span, shifted
from services.incubator.usecases.letters_ahead import LettersAhead
from services.incubator.usecases.round_plan import RoundPlan
from services.incubator.usecases.round_setup import NAMES
from services.incubator.web.wording import kind_name
from shared.core.invalid import problems
from shared.core.workdays import COUNTED_IN, WORKING, Known
from shared.evaluation import Scheme, load_scheme
from shared.evaluation.load import published

FIELDS = tuple(name for name in NAMES if name != "period")
DEFAULTS = {"publicity_days": "5", "publicity_in": WORKING, "decide_within": "5", "corrections": "3"}
HELP = {
    "opens_on": "当天起接受填报，并发出开始考评的信件",
    "closes_on": "当天 24 时为止",
    "district_until": "可以不填",
    "experts_until": "可以不填",
    "decide_within": "从收到异议起算",
}
LONGEST = 200
"""What is kept of a field; nothing that fits a column is longer."""


@dataclass
class RoundForm:
    """One kind's part of the page. `last`: the round of the year before that stands beside it; `there`: the state of
    this year's round, if it is set up already; `spans` and `letters`: what a look ahead found."""

    year: int
    kind: str
    typed: dict[str, str]
    last: Mapping[Any, Any] | None
    carriers: int
    chosen: bool = False
    there: str | None = None
    problems: dict[str, str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    letters: LettersAhead | None = None

    @property
    def title(self) -> str:
        return kind_name(self.kind)

    @property
    def schemes(self) -> dict[str, str]:
        """The schemes of this kind by id: the title, marked if it is a sample."""
        return {each.id: _title(each) for each in schemes_of(self.kind)}

    @property
    def sample(self) -> bool:
        return any(each.sample for each in schemes_of(self.kind) if each.id == self.typed.get("scheme"))

    def last_said(self, name: str) -> str:
        """Last year's value as it stands beside the field."""
        value = None if self.last is None else self.last[name]
        if value is None:
            return "—"
        if name == "scheme":
            return _title(load_scheme(value))
        return COUNTED_IN[value] if name == "publicity_in" else str(value)

    def read(self) -> RoundPlan | None:
        """The plan that is typed; or None, and the problems are told at the fields."""
        given = {name: text for name, text in self.typed.items() if text or name in DEFAULTS}
        try:
            return RoundPlan.model_validate({**given, "year": self.year, "kind": self.kind})
        except ValidationError as wrong:
            self.problems |= problems(wrong.errors())
            return None

    def take(self, form: FormData) -> None:
        """What a person typed, whatever it is."""
        chosen = form.getlist("kind")
        self.chosen = self.kind in chosen
        for name in FIELDS:
            value = form.get(f"{self.kind}:{name}")
            if isinstance(value, str):
                self.typed[name] = value.strip()[:LONGEST]


def _title(scheme: Scheme) -> str:
    return f"{scheme.title}〔样例方案〕" if scheme.sample else scheme.title


def schemes_of(kind: str) -> list[Scheme]:
    return [scheme for scheme in map(load_scheme, published()) if scheme.carrier == kind]


def evaluated_kinds() -> set[str]:
    """The kinds some scheme evaluates."""
    return {load_scheme(each).carrier for each in published()}


def as_typed(row: Mapping[Any, Any]) -> dict[str, str]:
    """A round's values as they stand in the fields."""
    return {name: "" if row[name] is None else str(row[name]) for name in FIELDS}


def from_last_year(last: Mapping[Any, Any] | None, kind: str, year: int, known: Known) -> dict[str, str]:
    """Every value of last year moved to this one: days by whole years to the next working day, the document's number
    without its last part, which is new each year. With nothing to copy, what is usual."""
    schemes = schemes_of(kind)
    if last is None:
        only = schemes[0].id if len(schemes) == 1 else ""
        return {**dict.fromkeys(FIELDS, ""), **DEFAULTS, "scheme": only}
    years = year - last["year"]
    typed = as_typed(last)
    for name in DAYS:
        day: date | None = last[name]
        typed[name] = "" if day is None else shifted(day, years, known).isoformat()
    typed["document_no"] = _next_number(typed["document_no"], last["year"], year)
    return typed


def _next_number(document_no: str, before: int, year: int) -> str:
    """样例文〔2018〕31号 -> 样例文〔2019〕号: the year moves, the number is to be written in."""
    moved = document_no.replace(str(before), str(year))
    return re.sub(r"([〕\])】])\s*\d+\s*号", r"\1号", moved)
