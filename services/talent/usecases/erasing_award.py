"""Erase what is personal in the papers of an award, once their years are over: who signed, and the files that came with
assessments. Plans, results and money stay."""

from sqlalchemy import select, update

from services.talent.store import assessment_files, award_trail, trail
from services.talent.store.assessment_tables import ASSESSMENT, ASSESSMENT_HAND_IN
from services.talent.store.award_tables import AWARD, CONTRACT_VERSION
from services.talent.store.evidence_tables import ASSESSMENT_FILE, EVIDENCE
from shared.evidence.files import files_of, remove_file
from shared.messaging.unit import Unit

GONE = "已清除"
"""What a file is called whose content was erased."""


async def erase_papers(unit: Unit, application_id: str) -> None:
    """Of the contract's versions and of every assessment that was filled in; nothing if there is no award."""
    award = select(AWARD.c.id).where(AWARD.c.application_id == application_id)
    award_id = (await unit.connection.execute(award)).scalar_one_or_none()
    if award_id is None:
        return
    signed = update(CONTRACT_VERSION).where(CONTRACT_VERSION.c.award_id == award_id)
    await unit.connection.execute(signed.values(signed_by=""))
    await trail.erased(unit, award_trail.VERSIONS, award_id)
    assessments = select(ASSESSMENT.c.id).where(ASSESSMENT.c.award_id == award_id).order_by(ASSESSMENT.c.id)
    for assessment_id in (await unit.connection.execute(assessments)).scalars().all():
        handed_in = update(ASSESSMENT_HAND_IN).where(ASSESSMENT_HAND_IN.c.assessment_id == assessment_id)
        await unit.connection.execute(handed_in.values(signed_by=""))
        await trail.erased(unit, award_trail.ASSESSMENT_HAND_INS, assessment_id)
        await _files(unit, assessment_id)


async def _files(unit: Unit, assessment_id: str) -> None:
    """The contents go once this is committed; which hashes were handed in stays."""
    owner, file = assessment_files.owner_of(assessment_id), EVIDENCE.evidence
    for row in await files_of(unit.connection, EVIDENCE, owner):
        await remove_file(unit, EVIDENCE, row["id"])
    named = update(file).where(file.c.owner_kind == owner.kind, file.c.owner_id == owner.id)
    await unit.connection.execute(named.values(name=GONE))
    given = update(ASSESSMENT_FILE).where(ASSESSMENT_FILE.c.assessment_id == assessment_id)
    await unit.connection.execute(given.values(name=GONE))
