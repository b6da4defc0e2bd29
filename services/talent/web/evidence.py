"""A file that an application or an assessment was handed in with, given out: to the office and the auditor, and to the
unit it was given to; of an award, the unit that answers for it today.

What is only attached to a draft is the applicant's alone, on pages of his own. A document the programme marks personal,
which shows an identity number, is looked at from the application's page, with a reason that is recorded.
"""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import assessment_files
from services.talent.store.application_tables import HAND_IN
from services.talent.store.evidence_tables import EVIDENCE, HAND_IN_FILE
from services.talent.usecases.personal_looks import personal_documents
from shared.evidence.files import open_file
from shared.evidence.refusals import refused
from shared.evidence.store import store_of
from shared.evidence.web import served
from shared.identity.roles import READERS, Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may


def evidence_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/evidence", include_in_schema=False)

    @router.get("/{evidence_id}", dependencies=[may(*READERS, Role.UNIT)])
    async def evidence(who: Known, evidence_id: str) -> Response:
        async with running.look() as connection:
            if not await _may_have(connection, who, evidence_id) or await personal_documents(connection, evidence_id):
                raise refused("no-such-evidence")
            store = store_of(running.settings, running.service.name)
            return served(await open_file(connection, EVIDENCE, store, evidence_id))

    return router


async def _may_have(connection: AsyncConnection, who: Who, evidence_id: str) -> bool:
    query = (
        select(HAND_IN.c.unit_id)
        .join(
            HAND_IN_FILE,
            (HAND_IN_FILE.c.application_id == HAND_IN.c.application_id) & (HAND_IN_FILE.c.number == HAND_IN.c.number),
        )
        .where(HAND_IN_FILE.c.evidence_id == evidence_id)
    )
    given_to = set((await connection.execute(query)).scalars())
    given_to |= await assessment_files.units_given_to(connection, evidence_id)
    return bool(given_to) and (who.may_be(*READERS) or not given_to.isdisjoint(who.scopes(Role.UNIT)))
