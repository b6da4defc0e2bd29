"""Attach files to a report's draft, and take them away again; what was handed in stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from services.incubator.domain.attachments import places_of
from services.incubator.domain.report_form import form_of
from services.incubator.store import attachments
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.usecases import draft_views
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.evidence.files import add_file, file_of, remove_file
from shared.evidence.states import DELETED
from shared.evidence.store import Arrived, Store
from shared.messaging.unit import Unit

MOST_FILES = 200
"""Of a report: a page that lists more helps nobody."""


class Placed(NamedTuple):
    """A file that has arrived, and where it is to stand."""

    place: str
    file: Arrived


@dataclass(frozen=True)
class AttachFiles:
    report_id: str
    files: Sequence[Placed]


@dataclass(frozen=True)
class DetachFile:
    report_id: str
    place: str
    evidence_id: str


async def attach_files(unit: Unit, order: AttachFiles, store: Store) -> None:
    """Attaches them all or none, while the report can be handed in. The same file twice in a place is one."""
    now = await _open(unit, order.report_id)
    places = places_of(form_of(load_scheme(now.round["scheme"])))
    there = len(await attachments.attached(unit.connection, order.report_id))
    if there + len(order.files) > MOST_FILES:
        raise DomainError(
            "too-many-attachments", f"一份填报至多 {MOST_FILES} 个附件，已有 {there} 个；请合并或移除一些"
        )
    for each in order.files:
        if each.place not in places:
            raise DomainError("no-such-field", f"这类填报没有“{each.place[:40]}”一项，附件没有收下")
        id_ = await add_file(unit, EVIDENCE, store, each.file, attachments.owner_of(order.report_id))
        if not await attachments.is_attached(unit.connection, order.report_id, each.place, id_):
            await attachments.attach(unit, order.report_id, each.place, id_, each.file.name)


async def detach_file(unit: Unit, order: DetachFile) -> None:
    """Takes a file from its place; its content goes once neither the draft nor any version handed in has it.

    One that is gone already stays gone: a form sent twice does no harm.
    """
    await _open(unit, order.report_id)
    if not await attachments.detach(unit.connection, order.report_id, order.place, order.evidence_id):
        return
    if await attachments.is_needed(unit.connection, order.evidence_id):
        return
    if (await file_of(unit.connection, EVIDENCE, order.evidence_id))["state"] != DELETED:
        await remove_file(unit, EVIDENCE, order.evidence_id)


async def _open(unit: Unit, report_id: str) -> draft_views.Standing:
    """The draft, held: what is handed in meanwhile waits, and has the files that were there."""
    now = await draft_views.standing(unit.connection, report_id, hold=True)
    why_not = draft_views.why_not_taken(now.report, now.round, unit.today)
    if why_not:
        raise DomainError("report-not-taken", f"{why_not}；附件没有改动", status=409)
    return now
