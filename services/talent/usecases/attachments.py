"""Attach files to an application, and take them away again; what was handed in stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.talent.store import attachments
from services.talent.store.attachments import OTHER
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.applications import editable
from shared.core.errors import DomainError
from shared.evidence.files import add_file, file_of, remove_file
from shared.evidence.states import DELETED
from shared.evidence.store import Arrived, Store
from shared.messaging.unit import Unit
from shared.programme.load import load_programme

MOST_FILES = 100
"""Of an application: a page that lists more helps nobody."""


class Placed(NamedTuple):
    """A file that has arrived, and where it is to stand: one of the programme's documents, or among the others."""

    place: str
    file: Arrived


@dataclass(frozen=True)
class AttachFiles:
    application_id: str
    files: Sequence[Placed]


@dataclass(frozen=True)
class DetachFile:
    application_id: str
    place: str
    evidence_id: str


async def attach_files(unit: Unit, order: AttachFiles, store: Store) -> None:
    """Attaches them all or none, while the application can be changed. The same file twice in a place is one."""
    row = await editable(unit, order.application_id)
    places = {OTHER, *(each.code for each in load_programme(row["programme_id"]).attachments)}
    there = len(await attachments.attached(unit.connection, row["id"]))
    if there + len(order.files) > MOST_FILES:
        told = f"一份申报至多 {MOST_FILES} 个附件，已有 {there} 个；请合并或移除一些"
        raise DomainError("too-many-attachments", told)
    for each in order.files:
        if each.place not in places:
            raise DomainError("no-such-document", f"这个计划不要“{each.place[:40]}”这份材料，附件没有收下")
        id_ = await add_file(unit, EVIDENCE, store, each.file, attachments.owner_of(row["id"]))
        if not await attachments.is_attached(unit.connection, row["id"], each.place, id_):
            await attachments.attach(unit, row["id"], each.place, id_, each.file.name)


async def detach_file(unit: Unit, order: DetachFile) -> None:
    """Takes a file from its place; its content goes once neither the draft nor any hand-in has it.

    One that is gone already stays gone: a form sent twice does no harm.
    """
    row = await editable(unit, order.application_id)
    if not await attachments.detach(unit.connection, row["id"], order.place, order.evidence_id):
        return
    if await attachments.is_needed(unit.connection, order.evidence_id):
        return
    if (await file_of(unit.connection, EVIDENCE, order.evidence_id))["state"] != DELETED:
        await remove_file(unit, EVIDENCE, order.evidence_id)
