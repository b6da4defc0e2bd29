"""An application as it was typed, read field by field and held against its programme; nothing typed is lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.core.errors import DomainError
from shared.core.exact import shortest
from shared.programme.eligibility import Checked, eligibility
from shared.programme.model import Field, Programme
from shared.reading.dates import read_day
from shared.reading.figures import COUNT, NUMBER, YES_NO, blank_for, read_text
from shared.reading.identifiers import born_on, credit_code, email, id_number, is_female, phone
from shared.reading.sent_text import problem_of

IDENTIFIERS: Mapping[str, Callable[[str], str]] = {
    "id_number": id_number, "credit_code": credit_code, "email": email, "phone": phone,
}  # fmt: skip
MOST = {"text": 200, "long_text": 5_000}
"""Characters of a text whose field says nothing else."""
MOST_ENTRIES = 100


@dataclass(frozen=True)
class Problem:
    """Why an application cannot be handed in yet, at the field named; no name: at the whole."""

    name: str
    label: str
    problem: str

    def __str__(self) -> str:
        return f"{self.label}：{self.problem}"


@dataclass(frozen=True)
class Filled:
    """`values`: what could be read, by field, each in its one form; `problems`: what could not, and what to do."""

    programme: Programme
    typed: Mapping[str, str]
    values: Mapping[str, object]
    problems: Mapping[str, str]
    checked: tuple[Checked, ...]

    @property
    def filled(self) -> int:
        return sum(1 for field in self.programme.fields if self.typed.get(field.name, "").strip())

    @property
    def unmet(self) -> tuple[Checked, ...]:
        return tuple(each for each in self.checked if each.state == "not_met")

    def lacking(self) -> tuple[Problem, ...]:
        """What has to be put right before it can be handed in, in the order of the form."""
        found = []
        for field in self.programme.fields:
            if field.name in self.problems:
                found.append(Problem(field.name, field.label, self.problems[field.name]))
            elif field.required and field.name not in self.values and self._is_asked(field):
                found.append(Problem(field.name, field.label, _missing(field)))
        return tuple(found)

    def _is_asked(self, field: Field) -> bool:
        """A field that conditions look at only as one of several ways is not needed once another way is met."""
        looked = [each for each in self.checked if field.figure in each.condition.requirement.figures]
        return not looked or any(each.state != "met" for each in looked) or bool(field.needed_for)


def fill(programme: Programme, typed: Mapping[str, str], today: date | None = None) -> Filled:
    """What was typed, read and held against the conditions on the call's cut-off day. `today`: the day after which
    nothing can have happened yet; none: only what stands is read, and nobody is told what to mend."""
    values: dict[str, object] = {}
    problems: dict[str, str] = {}
    for field in programme.fields:
        text = typed.get(field.name, "")
        if not text.strip():
            continue
        value, problem = read(field, text)
        if field.past and today is not None and isinstance(value, date) and value > today:
            problem = f"{value} 还没有到，这一项不能晚于今天 {today}；请核对年份和月日"
        if problem:
            problems[field.name] = problem
        elif value is not None:
            values[field.name] = value
    problems |= _contradictions(values, problems)
    figures = {field.name: values[field.name] for field in programme.fields if field.figure and field.name in values}
    known = {field.name for field in programme.fields}
    kept = {name: text for name, text in typed.items() if name in known}
    return Filled(programme, kept, values, problems, eligibility(programme, figures))


def read(field: Field, typed: str) -> tuple[object | None, str]:
    """The field's value, or what is wrong with it and what to do."""
    if told := problem_of(typed):
        return None, told
    return READERS[field.type](field, typed)


def said(field: Field, typed: Mapping[str, str]) -> str:
    """What was typed, as pages show it: an option in its words, a figure in the unit of its field; 120万 in a field of
    万元 is 120."""
    given = str(typed.get(field.name, "")).strip()
    if field.type in ("count", "amount"):
        box = blank_for(COUNT if field.type == "count" else NUMBER, field.unit)
        figure = read_text(box, given).figure
        return given if figure is None else shortest(Decimal(figure))
    return field.options.get(given, given)


def _identifier(field: Field, typed: str) -> tuple[object | None, str]:
    try:
        return IDENTIFIERS[field.type](typed), ""
    except DomainError as wrong:
        return None, wrong.message


def _day(_: Field, typed: str) -> tuple[object | None, str]:
    day = read_day(typed)
    return day, "" if day else f"“{typed.strip()[:40]}”不是日期；请写成 2018-06-01 这样的日期"


def _choice(field: Field, typed: str) -> tuple[object | None, str]:
    return (typed, "") if typed in field.options else (None, "没有这个选项，请从列出的里面选")


def _text(field: Field, typed: str) -> tuple[object | None, str]:
    text = typed.strip() if field.type == "long_text" else " ".join(typed.split())
    most = field.most or MOST[field.type]
    return (text, "") if len(text) <= most else (None, f"有 {len(text)} 字，至多 {most} 字，请精简")


def _entries(_: Field, typed: str) -> tuple[object | None, str]:
    """One entry a line."""
    lines = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
    if len(lines) > MOST_ENTRIES:
        return None, f"写了 {len(lines)} 条，至多 {MOST_ENTRIES} 条"
    return lines, ""


def _figure(field: Field, typed: str) -> tuple[object | None, str]:
    input_ = {"yes": YES_NO, "count": COUNT}.get(field.type, NUMBER)
    found = read_text(blank_for(input_, field.unit), typed)
    if found.figure is None:
        return None, found.problem
    return (found.figure == "1" if input_ == YES_NO else found.figure), ""


READERS: Mapping[str, Callable[[Field, str], tuple[object | None, str]]] = {
    **dict.fromkeys(MOST, _text),
    **dict.fromkeys(IDENTIFIERS, _identifier),
    **dict.fromkeys(("count", "amount", "yes"), _figure),
    "date": _day,
    "choice": _choice,
    "entries": _entries,
}


def _contradictions(values: Mapping[str, object], problems: Mapping[str, str]) -> dict[str, str]:
    """Birth date and sex as the id number says them; the id number wins, its digits are checked."""
    number, found = values.get("id_number"), dict[str, str]()
    if not isinstance(number, str):
        return found
    said = values.get("born_on")
    if isinstance(said, date) and said != born_on(number) and "born_on" not in problems:
        found["born_on"] = "与身份证件号码里的出生日期不一致，请核对两项"
    sex = values.get("sex")
    if sex in {"female", "male"} and (sex == "female") != is_female(number):
        found["sex"] = "与身份证件号码不一致，请核对两项"
    return found


def _missing(field: Field) -> str:
    return "没有填报；确实没有请填 0" if field.type in {"count", "amount"} else "没有填报"
