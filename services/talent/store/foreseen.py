"""Names for what a step of this service would touch: of whatever has a life, and of whoever is written to."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION, MEMBER
from services.talent.store.erasure_tables import ERASURE_REQUEST
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.review_tables import REVIEWS
from services.talent.store.tables import APPLICANT, CALL, UNIT
from shared.contracts import letters
from shared.contracts.contact import APPLICANT as APPLIES
from shared.contracts.contact import MEMBER as JOINS
from shared.contracts.contact import REVIEWER as REVIEWS_FOR
from shared.contracts.contact import person_of
from shared.foreseeing.foresight import Receiver

_APPLICATION = select(
    APPLICATION.c.id, APPLICANT.c.name + " · " + APPLICATION.c.project, null()
).join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)  # fmt: skip
NAMES: Mapping[str, tuple[Any, Select[Any]]] = {
    "application": (APPLICATION.c.id, _APPLICATION),
    "personal": (APPLICATION.c.id, _APPLICATION),
    "result": (APPLICATION.c.id, _APPLICATION),
    "objection": (
        OBJECTIONS.objection.c.id,
        select(OBJECTIONS.objection.c.id, APPLICANT.c.name + " · " + APPLICATION.c.project, null())
        .join(APPLICATION, APPLICATION.c.id == OBJECTIONS.about)
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id),
    ),
    "applicant": (APPLICANT.c.id, select(APPLICANT.c.id, APPLICANT.c.name, null())),
    "erasure_request": (
        ERASURE_REQUEST.c.id,
        select(ERASURE_REQUEST.c.id, APPLICANT.c.name, null()).join(
            APPLICANT, APPLICANT.c.id == ERASURE_REQUEST.c.applicant_id
        ),
    ),
    "call": (CALL.c.programme_id, select(CALL.c.programme_id, CALL.c.programme_id, null())),
}
"""By noun: the column of its id, and a question for id, name and amount. What is not here is called by its id."""


async def receivers(connection: AsyncConnection, to: Collection[letters.Receiver]) -> dict[letters.Receiver, Receiver]:
    """Who is written to: the unit's or the person's name, and whether the register has an address."""
    found = {each: Receiver(each.id, address=False) for each in to}
    people = {each: person_of(each.person_id) for each in to if each.person_id is not None}
    for table, email, known in (
        (UNIT, UNIT.c.contact_email, {each.org_id: each for each in to if each.org_id is not None}),
        (APPLICANT, APPLICANT.c.email, {who.id: each for each, who in people.items() if who.what == APPLIES}),
        (MEMBER, MEMBER.c.email, {who.id: each for each, who in people.items() if who.what == JOINS}),
        (
            REVIEWS.expert,
            REVIEWS.expert.c.contact_email,
            {who.id: each for each, who in people.items() if who.what == REVIEWS_FOR},
        ),
    ):
        query = select(table.c.id, table.c.name, email).where(table.c.id.in_(list(known)))
        for id_, name, address in await connection.execute(query):
            found[known[id_]] = Receiver(name, bool(address))
    return found
