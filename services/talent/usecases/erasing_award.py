"""Erase who signed the papers of an award, once their years are over: plans, results and money stay."""

from sqlalchemy import select, update

from services.talent.store import award_trail, trail
from services.talent.store.assessment_tables import ASSESSMENT, ASSESSMENT_HAND_IN
from services.talent.store.award_tables import AWARD, CONTRACT_VERSION
from shared.messaging.unit import Unit


async def erase_signatures(unit: Unit, application_id: str) -> None:
    """Of the contract's versions and of every assessment that was handed in; nothing if there is no award."""
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
