"""What an applicant takes along of what is known of him, as a technology broker too: everything, in a form a program
reads, with his files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert

from services.talent.store import assessment_files, assessments, attachments, changes, mine, trail
from services.talent.store.tables import APPLICANT, PERSONAL_LOOK
from services.talent.usecases.applications import typed_number
from services.talent.usecases.my_broker_data import kept as _kept
from services.talent.usecases.my_broker_data import listed as _listed
from services.talent.usecases.my_broker_data import taken_as_broker
from services.talent.usecases.my_other_data import opinions_of, said_of, taken_beside
from shared.core.sealed import Seal
from shared.evidence.states import CLEAN, UNCHECKED
from shared.messaging.unit import Unit
from shared.programme.load import load_programme

WHY = "本人下载"
PERSON = ("id", "account", "name", "email", "phone", "made_at")
APPLIED = ("id", "programme_id", "unit_id", "state", "version", "handed_in", "handed_in_at", "reason", "reasons", "at")
HANDED_IN = ("number", "receipt", "unit_id", "typed", "checked", "signed_by", "at")
ASSESSED = ("programme_id", "project", "key", "name", "due_on", "state", "typed", "handed_in", "handed_in_at", "reason")
REPORTED = ("number", "receipt", "typed", "found", "signed_by", "at")
MEMBER = ("name", "email", "duty", "state", "asked_at", "answered_at")


class TakeMyData(BaseModel):
    """下载我的资料。"""

    applicant_id: str


@dataclass(frozen=True)
class Taken:
    """`said`: everything but the files; `files`: those there are, each with its name in the archive."""

    said: Mapping[str, Any]
    files: Sequence[tuple[str, RowMapping]]


async def take_my_data(unit: Unit, order: TakeMyData, seal: Seal) -> Taken:
    """All that is kept of an applicant. Identity numbers are opened, so it is noted as every look at one is."""
    person = await changes.found(unit.connection, APPLICANT, order.applicant_id, "申报人")
    applied, assessed, files = [], [], []
    for row in await mine.applications(unit.connection, [order.applicant_id]):
        attached = await attachments.every(unit.connection, row["id"])
        applied.append(await _application(unit, row, attached, seal))
        files += _there(row["programme_id"], attached)
    for row in await assessment_files.of_person(unit.connection, order.applicant_id):
        attached = await assessment_files.attached(unit.connection, row["id"])
        given = await assessments.hand_ins(unit.connection, row["id"])
        reported = {"hand_ins": [_kept(each, REPORTED) for each in given], **await said_of(unit.connection, row["id"])}
        assessed.append({**_kept(row, ASSESSED), **reported, "files": _listed(attached)})
        files += _there(f"{row['programme_id']}/{row['key']}", attached)
    broker, of_deals = await taken_as_broker(unit.connection, person["account"])
    files += [each for folder, attached in of_deals for each in _there(folder, attached)]
    beside, of_objections = await taken_beside(unit.connection, person["id"])
    files += [each for folder, attached in of_objections for each in _there(folder, attached)]
    looks = [
        {"applicant_id": person["id"], "application_id": row["id"], "by": unit.by, "at": unit.now, "why": WHY}
        for row in applied
        if row["id_number"]
    ]
    if looks:
        await unit.connection.execute(insert(PERSONAL_LOOK), looks)
        await trail.record(unit, trail.LOOKS, "identity:looked", looks)
    said = {
        "applicant": _kept(person, PERSON), "applications": applied, "assessments": assessed, "broker": broker,
        **beside, "taken_at": unit.now.isoformat(),
    }  # fmt: skip
    return Taken(said, files)


async def _application(unit: Unit, row: RowMapping, files: Sequence[RowMapping], seal: Seal) -> dict[str, Any]:
    programme = load_programme(row["programme_id"])
    return {
        **_kept(row, APPLIED),
        "programme": programme.title,
        "labels": {field.name: field.label for field in programme.fields},
        "typed": dict(row["typed"]),
        "id_number": typed_number(row, seal),
        "members": [_kept(each, MEMBER) for each in await mine.members(unit.connection, row["id"])],
        "opinions": await opinions_of(unit.connection, row["id"]),
        "hand_ins": [_kept(each, HANDED_IN) for each in await mine.hand_ins(unit.connection, [row["id"]])],
        "steps": [
            _kept(each, ("before", "after", "at", "why")) for each in await changes.of(unit.connection, [row["id"]])
        ],
        "files": _listed(files),
    }


def _there(folder: str, files: Sequence[RowMapping]) -> list[tuple[str, RowMapping]]:
    """Those that may be had, each with its name in the archive."""
    return [
        (f"{folder}/{each['id'][:8]}-{each['name']}", each) for each in files if each["state"] in {UNCHECKED, CLEAN}
    ]
