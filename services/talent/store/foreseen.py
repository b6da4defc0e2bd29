"""Names for what a step of this service would touch: of whatever has a life, and of whoever is written to."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Table, case, cast, func, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION, MEMBER
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD, AWARD_CHANGE, CONTRACT, INSTALMENT
from services.talent.store.broker_tables import DEAL
from services.talent.store.erasure_tables import ERASURE_REQUEST
from services.talent.store.interest_tables import INTEREST_CLAIM
from services.talent.store.ledger_tables import LEDGER
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


def _of_award(query: Select[Any]) -> Select[Any]:
    """With the person an award is of."""
    return query.join(APPLICANT, APPLICANT.c.id == AWARD.c.applicant_id)


_AWARDED = APPLICANT.c.name + " · " + AWARD.c.project
_YEAR = "（第 " + cast(ASSESSMENT.c.number, String) + " 年）"
_ASSESSED = ASSESSMENT.c.name + case((ASSESSMENT.c.kind == "yearly", _YEAR), else_="")
_INSTALMENT = select(
    INSTALMENT.c.id, _AWARDED + " · 第 " + cast(INSTALMENT.c.number, String) + " 期", INSTALMENT.c.amount_fen
)
_INTEREST = select(INTEREST_CLAIM.c.id, _AWARDED + " · " + cast(INTEREST_CLAIM.c.year, String) + " 年贴息", null())


def _of_entry(fen: ColumnElement[Any], table: Table | None = None) -> Select[Any]:
    """What an entry of the ledger is about; `table`: what has the entry's id, if not the entry itself."""
    query = select(LEDGER.subsidy.c.id, func.coalesce(AWARD.c.project, DEAL.c.title), fen)
    if table is not None:
        query = query.join_from(LEDGER.subsidy, table, table.c.subsidy_id == LEDGER.subsidy.c.id)
    query = query.outerjoin_from(LEDGER.subsidy, AWARD, AWARD.c.id == LEDGER.subject)
    return query.outerjoin(DEAL, DEAL.c.id == LEDGER.subject)


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
    "award": (AWARD.c.id, _of_award(select(AWARD.c.id, _AWARDED, AWARD.c.amount_fen))),
    "instalment": (INSTALMENT.c.id, _of_award(_INSTALMENT.join(AWARD, AWARD.c.id == INSTALMENT.c.award_id))),
    "contract": (
        CONTRACT.c.award_id,
        _of_award(select(CONTRACT.c.award_id, _AWARDED, null()).join(AWARD, AWARD.c.id == CONTRACT.c.award_id)),
    ),
    "assessment": (
        ASSESSMENT.c.id,
        _of_award(
            select(ASSESSMENT.c.id, _AWARDED + " · " + _ASSESSED, null()).join(
                AWARD, AWARD.c.id == ASSESSMENT.c.award_id
            )
        ),
    ),
    "award_change": (
        AWARD_CHANGE.c.id,
        _of_award(select(AWARD_CHANGE.c.id, _AWARDED, null()).join(AWARD, AWARD.c.id == AWARD_CHANGE.c.award_id)),
    ),
    "interest_claim": (
        INTEREST_CLAIM.c.id,
        _of_award(_INTEREST.join(AWARD, AWARD.c.id == INTEREST_CLAIM.c.award_id)),
    ),
    "payment": (LEDGER.payment.c.subsidy_id, _of_entry(LEDGER.payment.c.amount_fen, LEDGER.payment)),
    "recovery": (LEDGER.recovery.c.subsidy_id, _of_entry(LEDGER.recovery.c.amount_fen, LEDGER.recovery)),
    "subsidy": (LEDGER.subsidy.c.id, _of_entry(LEDGER.subsidy.c.amount_fen)),
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
