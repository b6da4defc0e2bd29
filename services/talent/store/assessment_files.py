"""Files of assessments in the database: attached now, and those each hand-in was made with."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import award_trail, trail
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD
from services.talent.store.evidence_tables import ASSESSMENT_FILE, EVIDENCE
from shared.core.errors import DomainError
from shared.evidence.files import Owner, file_of, files_of
from shared.evidence.refusals import refused
from shared.evidence.states import INFECTED
from shared.messaging.unit import Unit

FILES = EVIDENCE.evidence
ASSESSMENT_KIND = "assessment"


def owner_of(assessment_id: str) -> Owner:
    return Owner(ASSESSMENT_KIND, assessment_id)


async def attached(connection: AsyncConnection, assessment_id: str) -> Sequence[RowMapping]:
    """What is attached to an assessment now, in the order it came; also what was found infected."""
    return await files_of(connection, EVIDENCE, owner_of(assessment_id))


async def handed_in(connection: AsyncConnection, assessment_id: str) -> Sequence[RowMapping]:
    """The files of every hand-in, with its number and with what became of each file since."""
    kept = ASSESSMENT_FILE.c
    query = (
        select(
            kept.number, kept.name, kept.bytes, kept.sha256, FILES.c.id, FILES.c.by, FILES.c.at, FILES.c.kind,
            FILES.c.state, FILES.c.signature,
        )
        .join(FILES, FILES.c.id == kept.evidence_id)
        .where(kept.assessment_id == assessment_id)
        .order_by(kept.number, FILES.c.at, kept.name, FILES.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def of_person(connection: AsyncConnection, applicant_id: str) -> Sequence[RowMapping]:
    """The assessments of the awards a person leads today, in the order in which they are due."""
    query = (
        select(ASSESSMENT, AWARD.c.programme_id, AWARD.c.project)
        .join(AWARD, AWARD.c.id == ASSESSMENT.c.award_id)
        .where(AWARD.c.applicant_id == applicant_id)
        .order_by(AWARD.c.id, ASSESSMENT.c.due_on, ASSESSMENT.c.key)
    )
    return (await connection.execute(query)).mappings().all()


async def was_handed_in(connection: AsyncConnection, evidence_id: str) -> bool:
    query = select(ASSESSMENT_FILE.c.number).where(ASSESSMENT_FILE.c.evidence_id == evidence_id).limit(1)
    return (await connection.execute(query)).first() is not None


async def units_given_to(connection: AsyncConnection, evidence_id: str) -> set[str]:
    """The units that answer today for the awards whose assessments were handed in with this file."""
    query = (
        select(AWARD.c.unit_id)
        .join(ASSESSMENT, ASSESSMENT.c.award_id == AWARD.c.id)
        .join(ASSESSMENT_FILE, ASSESSMENT_FILE.c.assessment_id == ASSESSMENT.c.id)
        .where(ASSESSMENT_FILE.c.evidence_id == evidence_id)
    )
    return set((await connection.execute(query)).scalars())


async def check_file_of(connection: AsyncConnection, assessment_id: str, evidence_id: str) -> None:
    """Raises unless the file is the assessment's."""
    found = await file_of(connection, EVIDENCE, evidence_id)
    if (found["owner_kind"], found["owner_id"]) != owner_of(assessment_id):
        raise refused("no-such-evidence")


async def hand_in(unit: Unit, assessment_id: str, number: int) -> None:
    """Writes down which files a hand-in has, by hash, and enters them in the audit trail."""
    found = await attached(unit.connection, assessment_id)
    infected = [row["name"] for row in found if row["state"] == INFECTED]
    if infected:
        told = f"附件“{'”、“'.join(infected)}”查出病毒，已经删除；请移除，换一份干净的，再提交"
        raise DomainError("evidence-infected", told)
    rows = [
        {
            "assessment_id": assessment_id,
            "number": number,
            "evidence_id": row["id"],
            **{name: row[name] for name in ("name", "bytes", "sha256")},
        }
        for row in found
    ]
    if rows:
        await unit.connection.execute(insert(ASSESSMENT_FILE), rows)
        await trail.record(unit, award_trail.ASSESSMENT_FILES, "assessment:handed-in-files", rows)
