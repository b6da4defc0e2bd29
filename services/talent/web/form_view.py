"""An application as its form shows it: fields with why they are asked, conditions with how they stand, documents."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping

from services.talent.domain.application_form import Filled, said
from services.talent.domain.field_labels import STANDS
from services.talent.usecases.applications import IDENTITY
from services.talent.web.looks import PAGES
from shared.programme.eligibility import Running
from shared.programme.model import EXCLUSIONS, Field, Programme
from shared.reading.identifiers import masked

TONES = {"met": "good", "not_met": "bad", "unknown": "calm"}
SEEN = 4
"""Characters of an identity number that a page shows, the last ones."""
PAGES.environment.globals.update(EXCLUSIONS=EXCLUSIONS)


class Document(NamedTuple):
    """A place for files: a document the programme asks for, or, without a code, whatever else there is."""

    code: str
    label: str
    required: bool
    help: str
    files: Sequence[RowMapping]


def checked_shown(filled: Filled) -> list[dict[str, str]]:
    """Each condition with what was found and what it comes to."""
    return [
        {
            "id": each.condition.id, "says": each.condition.says, "interpretation": each.condition.interpretation or "",
            "sentence": each.finding.sentence, "state_name": STANDS[each.state], "tone": TONES[each.state],
        }
        for each in filled.checked
    ]  # fmt: skip


def summary(filled: Filled) -> str:
    """符合 2 项，不符合 1 项，没有填 1 项."""
    found = [(name, sum(1 for each in filled.checked if each.state == state)) for state, name in STANDS.items()]
    return "，".join(f"{name} {count} 项" for name, count in found if count) or "这个计划没有可以核对的条件"


def excluded_by(programme: Programme, running: Sequence[Running]) -> list[str]:
    """What he leads now and is excluded by while it runs; nothing if the programme minds none."""
    if "running_project" not in programme.excludes:
        return []
    return [f"您负责的在研项目“{each.name}”还没有结束；{EXCLUSIONS['running_project']}" for each in running]


def why_asked(programme: Programme) -> dict[str, str]:
    """By field: what it is needed for, in the file's own words and by the conditions that look at it."""
    found = {}
    for field in programme.fields:
        looked = [
            each.says for each in programme.conditions if field.name in {one.name for one in each.requirement.figures}
        ]
        reasons = [field.needed_for] if field.needed_for else []
        reasons += [f"核对条件“{says}”" for says in looked]
        found[field.name] = "；".join(reasons)
    return found


def documents(programme: Programme, files: Sequence[RowMapping]) -> list[Document]:
    """Each document the programme asks for, what is there of it, and last what belongs to none."""
    places = {each.code for each in programme.attachments}
    asked = [
        Document(each.code, each.label, each.required, each.help, [row for row in files if row["place"] == each.code])
        for each in programme.attachments
    ]
    return [*asked, Document("", "其他材料", False, "", [row for row in files if row["place"] not in places])]


def shown_number(number: str) -> str:
    """An identity number on a page: the last four characters alone; what is too short to hide shows nothing."""
    return masked(number) if len(number) > SEEN else "*" * len(number)


def answers(filled: Filled, number: str) -> list[tuple[str, list[tuple[Field, str]]]]:
    """The form as it is read, part by part: each field with its text, options in words."""
    return [(part.title, [(field, _said(field, filled.typed, number)) for field in part.fields])
            for part in filled.programme.form]  # fmt: skip


def _said(field: Field, typed: Mapping[str, str], number: str) -> str:
    if field.name == IDENTITY:
        return shown_number(number) if number else ""
    return said(field, typed)


def told(filled: Filled, version: int, at: str, problems: Mapping[str, str]) -> dict[str, Any]:
    """What the page's script is told after each save: nothing here is markup."""
    return {
        "version": version, "at": at, "filled": filled.filled, "of": len(filled.programme.fields),
        "problems": dict(filled.problems) | dict(problems), "typed": {}, "both": [], "summary": summary(filled),
        "checked": checked_shown(filled),
    }  # fmt: skip
