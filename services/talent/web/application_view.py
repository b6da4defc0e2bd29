"""An application as it was handed in, ready to be looked at: field by field with what changed, conditions, files.

The identity number is never among it: of a number no more than its last four characters is shown.
"""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import RowMapping

from services.talent.domain.application_form import said
from services.talent.domain.field_labels import STANDS
from services.talent.store.whole_application import Whole
from shared.core.sealed import Seal
from shared.programme.load import load_programme
from shared.programme.model import Field, Programme

IDENTITY = "id_number"
SEEN = 4
"""How many characters of an identity number are shown, the last ones."""
TONES = {"met": "good", "not_met": "bad", "unknown": "wait"}


class Answer(NamedTuple):
    """A field as it was handed in; `before`: as it was the time before, if that was otherwise."""

    name: str
    label: str
    text: str
    help: str
    before: str | None


class Part(NamedTuple):
    title: str
    answers: tuple[Answer, ...]


class Held(NamedTuple):
    """A condition as it stood when the application was handed in."""

    says: str
    sentence: str
    state: str
    tone: str


class Asked(NamedTuple):
    """A document the programme asks for, with the files that were handed in for it."""

    label: str
    required: bool
    files: tuple[RowMapping, ...]
    personal: bool = False
    """It shows an identity number: who looks at it says why."""


class Version(NamedTuple):
    """One hand-in; `changed`: how many fields and files are other than the time before."""

    row: RowMapping
    parts: tuple[Part, ...]
    held: tuple[Held, ...]
    asked: tuple[Asked, ...]
    changed: int


def masked(number: str) -> str:
    """**************1234."""
    return "*" * max(len(number) - SEEN, 0) + number[-SEEN:]


def versions(found: Whole, seal: Seal) -> list[Version]:
    """Every hand-in, the newest first, each held against the one before it."""
    programme = load_programme(found.row["programme_id"])
    rows = list(found.hand_ins)
    return [
        _version(programme, row, rows[place + 1] if place + 1 < len(rows) else None, found, seal)
        for place, row in enumerate(rows)
    ]


def _version(programme: Programme, row: RowMapping, before: RowMapping | None, found: Whole, seal: Seal) -> Version:
    now, then = _texts(programme, row, seal), None if before is None else _texts(programme, before, seal)
    parts = tuple(
        Part(part.title, tuple(_answer(field, now, then) for field in part.fields)) for part in programme.form
    )
    files = found.files_of(row["number"])
    changed = sum(answer.before is not None for part in parts for answer in part.answers)
    if before is not None:
        own, old = ({(each["place"], each["sha256"]) for each in given} for given in (
            files, found.files_of(before["number"]),
        ))  # fmt: skip
        changed += len(own ^ old)
    return Version(row, parts, _held(programme, row), _asked(programme, files), changed)


def _texts(programme: Programme, row: RowMapping, seal: Seal) -> dict[str, str]:
    texts = {field.name: said(field, row["typed"]) for field in programme.fields}
    if IDENTITY in texts and row["id_number"] is not None:
        texts[IDENTITY] = masked(seal.open(row["id_number"]))
    return texts


def _answer(field: Field, now: Mapping[str, str], then: Mapping[str, str] | None) -> Answer:
    text = now[field.name]
    before = None if then is None or then[field.name] == text else then[field.name] or "（没有填）"
    unit = f"（{field.unit}）" if field.unit else ""
    return Answer(field.name, f"{field.label}{unit}", text, field.evidence, before)


def _held(programme: Programme, row: RowMapping) -> tuple[Held, ...]:
    says = {condition.id: condition.says for condition in programme.conditions}
    return tuple(
        Held(
            says.get(each["id"], each["id"]),
            each["sentence"],
            STANDS.get(each["state"], each["state"]),
            TONES.get(each["state"], "calm"),
        )
        for each in row["checked"]
    )


def _asked(programme: Programme, files: list[RowMapping]) -> tuple[Asked, ...]:
    known = {each.code for each in programme.attachments}
    found = [
        Asked(each.label, each.required, tuple(file for file in files if file["place"] == each.code), each.personal)
        for each in programme.attachments
    ]
    rest = tuple(each for each in files if each["place"] not in known)
    return (*found, Asked("其他材料", False, rest)) if rest else tuple(found)
