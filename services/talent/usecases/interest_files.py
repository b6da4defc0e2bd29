"""Attach files to an interest claim, and take them away again; what was handed in stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.talent.store import interest
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.interest_claims import changeable
from shared.core.errors import DomainError
from shared.evidence.files import add_file, remove_file
from shared.evidence.states import INFECTED
from shared.evidence.store import Arrived, Store
from shared.messaging.unit import Unit

MOST_FILES = 30
"""Of a claim, for each thing they prove."""


@dataclass(frozen=True)
class AttachToInterest:
    """`place`: what they prove, the loan or that its interest was paid."""

    claim_id: str
    place: str
    files: Sequence[Arrived]


@dataclass(frozen=True)
class RemoveFromInterest:
    claim_id: str
    evidence_id: str


async def attach_to_interest(unit: Unit, order: AttachToInterest, store: Store) -> None:
    """All of the files or none, while it is the leader's turn. The same file twice is one."""
    _, row = await changeable(unit, order.claim_id)
    if order.place not in interest.PLACES:
        raise DomainError("no-such-document", "请选这些附件证明什么")
    there = len((await interest.files(unit.connection, row["id"]))[order.place])
    if there + len(order.files) > MOST_FILES:
        told = f"{interest.PLACES[order.place]}至多 {MOST_FILES} 个附件，已有 {there} 个；请合并或移除一些"
        raise DomainError("too-many-attachments", told)
    for each in order.files:
        await add_file(unit, EVIDENCE, store, each, interest.owner_of(row["id"], order.place))


async def remove_from_interest(unit: Unit, order: RemoveFromInterest) -> None:
    """Takes a file away that nothing was handed in with; of one that was found infected since, no content is left to
    keep. One that is gone already stays gone: a form sent twice does no harm."""
    _, row = await changeable(unit, order.claim_id)
    found = await interest.files(unit.connection, row["id"])
    there = {each["id"]: each for some in found.values() for each in some}.get(order.evidence_id)
    if there is None:
        return
    given = await interest.hand_ins(unit.connection, row["id"])
    handed_in = any(each["evidence_id"] == order.evidence_id for one in given for each in one["files"])
    if handed_in and there["state"] != INFECTED:
        told = f"以前的提交带着“{there['name']}”，须留存；可以另外补充附件"
        raise DomainError("evidence-handed-in", told, status=409)
    await remove_file(unit, EVIDENCE, order.evidence_id)
