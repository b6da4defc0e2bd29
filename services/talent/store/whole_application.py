"""Everything there is of one application: what was handed in, with which files, the team, what was said of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import applications, changes
from services.talent.store.application_tables import APPLICATION, HAND_IN, MEMBER
from services.talent.store.evidence_tables import EVIDENCE, HAND_IN_FILE
from services.talent.store.tables import APPLICANT, CALL, MESSAGE_SEEN, UNIT

FILES = EVIDENCE.evidence


@dataclass(frozen=True)
class Whole:
    """`hand_ins`, and the `files` of all of them, the newest first; `steps` and `letters` the oldest first."""

    row: RowMapping
    call: RowMapping
    applicant: RowMapping
    unit: RowMapping | None
    hand_ins: Sequence[RowMapping]
    files: Sequence[RowMapping]
    members: Sequence[RowMapping]
    said: Sequence[RowMapping]
    steps: Sequence[RowMapping]
    letters: Sequence[RowMapping]

    def files_of(self, number: int) -> list[RowMapping]:
        return [row for row in self.files if row["number"] == number]


async def whole(connection: AsyncConnection, application_id: str) -> Whole:
    """A DomainError if there is no such application."""
    row = await changes.found(connection, APPLICATION, application_id, "申报")
    unit = None if row["unit_id"] is None else await changes.found(connection, UNIT, row["unit_id"], "推荐单位")
    return Whole(
        row,
        await changes.found(connection, CALL, row["programme_id"], "申报批次"),
        await changes.found(connection, APPLICANT, row["applicant_id"], "申报人"),
        unit,
        await hand_ins(connection, application_id),
        await files(connection, application_id),
        await members(connection, application_id),
        await applications.recommendations(connection, application_id),
        await changes.of(connection, [application_id]),
        await _letters(connection, application_id),
    )


async def hand_ins(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    """Each time it was handed in, the newest first."""
    query = select(HAND_IN).where(HAND_IN.c.application_id == application_id).order_by(HAND_IN.c.number.desc())
    return (await connection.execute(query)).mappings().all()


async def files(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    """What each was handed in with, and what became of each file since."""
    kept = HAND_IN_FILE.c
    query = (
        select(
            kept.number, kept.place, kept.name, kept.bytes, kept.sha256, FILES.c.id, FILES.c.by, FILES.c.at,
            FILES.c.kind, FILES.c.state, FILES.c.signature,
        )
        .join(FILES, FILES.c.id == kept.evidence_id)
        .where(kept.application_id == application_id)
        .order_by(kept.number.desc(), kept.place, kept.name, FILES.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def members(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    """The team as it is named; who was taken off it is nobody's business any more."""
    query = select(MEMBER).where(MEMBER.c.application_id == application_id, MEMBER.c.state != "removed")
    return (await connection.execute(query.order_by(MEMBER.c.asked_at, MEMBER.c.id))).mappings().all()


async def _letters(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    """Every letter its events caused, to whomever."""
    query = select(MESSAGE_SEEN).where(MESSAGE_SEEN.c.story == application_id)
    return (await connection.execute(query.order_by(MESSAGE_SEEN.c.at, MESSAGE_SEEN.c.message_id))).mappings().all()
