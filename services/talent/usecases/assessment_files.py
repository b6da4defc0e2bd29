"""Attach files to an assessment, and take them away again; what was handed in stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.talent.store import assessment_files
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.assessments import fillable
from shared.core.errors import DomainError
from shared.evidence.files import add_file, remove_file
from shared.evidence.states import INFECTED
from shared.evidence.store import Arrived, Store
from shared.messaging.unit import Unit

MOST_FILES = 50
"""Of an assessment: a page that lists more helps nobody."""


@dataclass(frozen=True)
class AttachToAssessment:
    assessment_id: str
    files: Sequence[Arrived]


@dataclass(frozen=True)
class RemoveFromAssessment:
    assessment_id: str
    evidence_id: str


async def attach_to_assessment(unit: Unit, order: AttachToAssessment, store: Store) -> None:
    """All of the files or none, while it is the talent's turn. The same file twice is one."""
    row = await fillable(unit, order.assessment_id)
    there = len(await assessment_files.attached(unit.connection, row["id"]))
    if there + len(order.files) > MOST_FILES:
        told = f"一次考核至多 {MOST_FILES} 个附件，已有 {there} 个；请合并或移除一些"
        raise DomainError("too-many-attachments", told)
    for each in order.files:
        await add_file(unit, EVIDENCE, store, each, assessment_files.owner_of(row["id"]))


async def remove_from_assessment(unit: Unit, order: RemoveFromAssessment) -> None:
    """Takes a file away that nothing was handed in with; of one that was found infected since, no content is left to
    keep. One that is gone already stays gone: a form sent twice does no harm."""
    row = await fillable(unit, order.assessment_id)
    there = {each["id"]: each for each in await assessment_files.attached(unit.connection, row["id"])}
    found = there.get(order.evidence_id)
    if found is None:
        return
    if found["state"] != INFECTED and await assessment_files.was_handed_in(unit.connection, order.evidence_id):
        told = f"以前的提交带着“{found['name']}”，须留存；可以另外补充附件"
        raise DomainError("evidence-handed-in", told, status=409)
    await remove_file(unit, EVIDENCE, order.evidence_id)
