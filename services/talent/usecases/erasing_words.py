"""Erase what others wrote of an application: objections to it, what was seen on site, what experts and a panel held,
reasons that went out with events, and the names in the records of draws."""

from sqlalchemy import insert, select, update

from services.talent.store import awards, trail
from services.talent.store.award_tables import CHANGE_ANSWER
from services.talent.store.award_trail import ANSWERS
from services.talent.store.erasure_tables import ERASED_EVENT
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.selection_tables import PANEL_DECISION, RESULT, SITE_VISIT
from services.talent.store.tables import CHANGE, SPINE
from services.talent.usecases.erasing_award import GONE
from services.talent.usecases.review_area import AREA
from shared.contracts.talent.spoken import without_words
from shared.evidence.files import files_of, remove_file
from shared.messaging.unit import Unit
from shared.objections.files import owner
from shared.reviewing.forgetting import forget_parties, forget_words

PEOPLE = ("申报人", "团队成员", "导师", "近三年合作者")
"""As what people stand behind an application in a draw; units and companies are no persons."""


async def erase_words(unit: Unit, application_id: str, programme_id: str) -> None:
    """All of it, once; that there was an objection, a visit, a decision, and what came of it, stays."""
    await _selection(unit, application_id)
    await _objections(unit, application_id)
    await erase_told(unit, application_id)
    await forget_parties(unit, AREA, programme_id, application_id, PEOPLE)
    for of in await forget_words(unit, AREA, application_id, application_id):
        await erase_reasons(unit, of)


async def erase_reasons(unit: Unit, of: str) -> None:
    """What was written at each step speaks of the person; who took the step and when stays."""
    await unit.connection.execute(update(CHANGE).where(CHANGE.c.of == of).values(why=""))
    await trail.erased(unit, trail.CHANGES, of)


async def erase_contacts(unit: Unit, objector_id: str) -> None:
    """How to reach whoever objected, to whatever he did."""
    own = select(OBJECTIONS.objection.c.id).where(OBJECTIONS.objection.c.objector_id == objector_id)
    gone = update(OBJECTIONS.contact).where(OBJECTIONS.contact.c.objection_id.in_(own))
    await unit.connection.execute(gone.values(name="", contact=""))


async def erase_answers(unit: Unit, applicant_id: str) -> None:
    """What he said when he was asked to take over somebody's project; whether he agreed stays."""
    for row in await awards.asked_to_lead(unit.connection, applicant_id):
        gone = update(CHANGE_ANSWER).where(CHANGE_ANSWER.c.change_id == row["id"])
        await unit.connection.execute(gone.values(opinion=""))
        await trail.erased(unit, ANSWERS, row["id"])
        said = update(CHANGE).where(CHANGE.c.of == row["id"], CHANGE.c.after == "seen")
        await unit.connection.execute(said.values(why=""))
        await trail.erased(unit, trail.CHANGES, row["id"])


async def _selection(unit: Unit, application_id: str) -> None:
    for table, gone, recorded in (
        (SITE_VISIT, {"visitors": "", "findings": ""}, trail.VISITS),
        (PANEL_DECISION, {"reason": ""}, trail.PANEL_DECISIONS),
        (RESULT, {"chosen_for": ""}, trail.BY_NOUN["result"]),
    ):
        await unit.connection.execute(update(table).where(table.c.application_id == application_id).values(gone))
        await trail.erased(unit, recorded, application_id)


async def _objections(unit: Unit, application_id: str) -> None:
    """Whoever made them: grounds and answers speak of the application, and his address is needed no more."""
    objection, contact, file = OBJECTIONS.objection, OBJECTIONS.contact, EVIDENCE.evidence
    query = select(objection.c.id).where(OBJECTIONS.about == application_id).order_by(objection.c.id)
    for id_ in (await unit.connection.execute(query)).scalars().all():
        await unit.connection.execute(update(objection).where(objection.c.id == id_).values(grounds="", reason=""))
        gone = update(contact).where(contact.c.objection_id == id_)
        await unit.connection.execute(gone.values(name="", contact=""))
        await trail.erased(unit, trail.BY_NOUN["objection"], id_)
        await erase_reasons(unit, id_)
        its = owner(id_)
        for row in await files_of(unit.connection, EVIDENCE, its):
            await remove_file(unit, EVIDENCE, row["id"])
        named = update(file).where(file.c.owner_kind == its.kind, file.c.owner_id == its.id)
        await unit.connection.execute(named.values(name=GONE))


async def erase_told(unit: Unit, story: str) -> None:
    """The outbox keeps every event of the story, and its pages show them; the stream and whoever wrote letters have
    copies, which go once everybody has heard it."""
    outbox = SPINE.outbox
    query = select(outbox.c.event_id, outbox.c.subject, outbox.c.body).where(outbox.c.correlation_id == story)
    spoken = []
    for row in (await unit.connection.execute(query)).all():
        left = without_words(row.subject, bytes(row.body))
        if left is not None:
            change = update(outbox).where(outbox.c.event_id == row.event_id)
            await unit.connection.execute(change.values(body=left))
            spoken.append({"event_id": row.event_id, "subject": row.subject, "story": story})
    if spoken:
        await unit.connection.execute(insert(ERASED_EVENT), spoken)
