"""What else is kept of an applicant beside applications: projects he leads, objections, who looked at his number."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import RECOMMENDATION
from services.talent.store.assessment_tables import ASSESSMENT_CONCLUSION, ASSESSMENT_OPINION
from services.talent.store.award_tables import AWARD, AWARD_CHANGE
from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.tables import MESSAGE_SEEN, PERSONAL_LOOK
from shared.contracts.contact import applicant_person

Rows = Sequence[RowMapping]


async def _rows(connection: AsyncConnection, query: Select[Any]) -> Rows:
    found: Rows = (await connection.execute(query)).mappings().all()
    return found


async def awards(connection: AsyncConnection, applicant_id: str) -> Rows:
    query = select(AWARD).where(AWARD.c.applicant_id == applicant_id)
    return await _rows(connection, query.order_by(AWARD.c.awarded_on, AWARD.c.id))


async def changes_of(connection: AsyncConnection, award_id: str) -> Rows:
    """What was applied for, with what its unit and the office said."""
    query = select(AWARD_CHANGE).where(AWARD_CHANGE.c.award_id == award_id)
    return await _rows(connection, query.order_by(AWARD_CHANGE.c.at, AWARD_CHANGE.c.id))


async def opinions(connection: AsyncConnection, application_id: str) -> Rows:
    """What units said of an application."""
    query = select(RECOMMENDATION).where(RECOMMENDATION.c.application_id == application_id)
    return await _rows(connection, query.order_by(RECOMMENDATION.c.number))


async def said_of(connection: AsyncConnection, assessment_id: str) -> tuple[Rows, Rows]:
    """What the unit said of an assessment, and what the office concluded."""
    said = select(ASSESSMENT_OPINION).where(ASSESSMENT_OPINION.c.assessment_id == assessment_id)
    concluded = select(ASSESSMENT_CONCLUSION).where(ASSESSMENT_CONCLUSION.c.assessment_id == assessment_id)
    return (
        await _rows(connection, said.order_by(ASSESSMENT_OPINION.c.number)),
        await _rows(connection, concluded.order_by(ASSESSMENT_CONCLUSION.c.number)),
    )


async def objections(connection: AsyncConnection, applicant_id: str) -> Rows:
    """Those he made himself, with the name and address he gave."""
    objection, contact = OBJECTIONS.objection, OBJECTIONS.contact
    query = (
        select(objection, OBJECTIONS.about.label("about"), contact.c.name, contact.c.contact)
        .outerjoin(contact, contact.c.objection_id == objection.c.id)
        .where(objection.c.objector_id == applicant_person(applicant_id))
        .order_by(objection.c.filed_on, objection.c.id)
    )
    return await _rows(connection, query)


async def looks(connection: AsyncConnection, applicant_id: str) -> Rows:
    """When his identity number was looked at, and why."""
    query = select(PERSONAL_LOOK).where(PERSONAL_LOOK.c.applicant_id == applicant_id)
    return await _rows(connection, query.order_by(PERSONAL_LOOK.c.position))


async def letters(connection: AsyncConnection, applicant_id: str) -> Rows:
    """Every letter to him, and where it has got to."""
    query = CORRESPONDENCE.to([applicant_person(applicant_id)])
    return await _rows(connection, query.order_by(MESSAGE_SEEN.c.at, MESSAGE_SEEN.c.message_id))
