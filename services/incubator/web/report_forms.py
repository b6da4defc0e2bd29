"""What a reviewer typed beside a report, read as orders; what cannot be read is told at its field."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from starlette.datastructures import FormData

from services.incubator.usecases.district_review import ReviewInDistrict
from services.incubator.usecases.reports import ReturnReport
from shared.core.dates import parse_date
from shared.core.errors import DomainError

DEFECT = "defect:"
"""What stands before the name of a field in the box for its defect."""
MOST_OF_DEFECT = 500
MOST_TYPED = 4_000
MOST_DIGITS = 9


class FieldWrong(DomainError):
    """A form that cannot be read; `field` is where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__("form-wrong", message)
        self.field = field


class Typed(NamedTuple):
    """A form as it was typed, to be shown again beside what is wrong with it."""

    texts: Mapping[str, str]

    def get(self, name: str) -> str:
        return self.texts.get(name, "")


def typed_in(form: FormData) -> Typed:
    """The texts of a form: without what cannot be printed, and without files sent under a text's name."""
    return Typed(
        {
            name: "".join(char for char in value[:MOST_TYPED] if char.isprintable() or char == "\n").strip()
            for name, value in form.multi_items()
            if isinstance(value, str)
        }
    )


def first_review(report_id: str, typed: Typed) -> ReviewInDistrict:
    recommended = typed.get("recommended")
    if recommended not in {"yes", "no"}:
        raise FieldWrong("recommended", "请选择推荐或不推荐")
    return ReviewInDistrict(
        report_id=report_id,
        version=version_in(typed),
        recommended=recommended == "yes",
        opinion=typed.get("opinion"),
        site_checked_on=_day(typed, "site_checked_on", "现场核查日期"),
        site_note=typed.get("site_note"),
    )


def return_order(report_id: str, typed: Typed) -> ReturnReport:
    reasons = {
        name.removeprefix(DEFECT): text for name, text in typed.texts.items() if name.startswith(DEFECT) and text
    }
    if not reasons:
        raise FieldWrong("defects", "请在有问题的那一项旁边写明要改什么；至少写一项才能退回")
    for name, text in reasons.items():
        if len(text) > MOST_OF_DEFECT:
            raise FieldWrong(f"{DEFECT}{name}", f"一项至多 {MOST_OF_DEFECT} 字，这里写了 {len(text)} 字")
    deadline = _day(typed, "deadline", "更正期限")
    if deadline is None:
        raise FieldWrong("deadline", "请写更正期限")
    return ReturnReport(report_id=report_id, reasons=reasons, deadline=deadline, version=version_in(typed))


def version_in(typed: Typed) -> int:
    """The version the form was opened with; what is none is older than all."""
    given = typed.get("version")
    return max(int(given), 1) if given.isascii() and given.isdecimal() and len(given) <= MOST_DIGITS else 1


def _day(typed: Typed, name: str, label: str) -> date | None:
    given = typed.get(name)
    found = parse_date(given)
    if given and found is None:
        raise FieldWrong(name, f"{label}请写成 2018-12-20 这样的日期")
    return found
