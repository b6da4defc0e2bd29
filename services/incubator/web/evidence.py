"""A file of a report, handed out: to the office and the auditor, to its own operator, and to who reviews the report.

Evidence of anything else has pages of its own: who objects, for one, is not everybody's business.
"""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import attachments, report_readers
from services.incubator.store.evidence_tables import EVIDENCE
from shared.evidence.files import file_of, open_file
from shared.evidence.refusals import refused
from shared.evidence.store import store_of
from shared.evidence.web import served
from shared.identity.roles import READERS, Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may

REPORT = attachments.owner_of("").kind


def evidence_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/evidence/{evidence_id}", dependencies=[may(*READERS, Role.OPERATOR, Role.DISTRICT, Role.EXPERT)])
    async def evidence(who: Known, evidence_id: str) -> Response:
        async with running.look() as connection:
            row = await file_of(connection, EVIDENCE, evidence_id)
            if not await _may_have(connection, who, row["owner_kind"], row["owner_id"], evidence_id):
                raise refused("no-such-evidence")
            store = store_of(running.settings, running.service.name)
            return served(await open_file(connection, EVIDENCE, store, evidence_id))

    return router


async def _may_have(connection: AsyncConnection, who: Who, kind: str, owner: str, evidence_id: str) -> bool:
    """What is only in a draft is nothing to district and experts."""
    whose = await report_readers.whose(connection, owner) if kind == REPORT else None
    if whose is None:
        return False
    if who.may_be(*READERS):
        return True
    if whose.organisation_id is not None and whose.organisation_id in who.scopes(Role.OPERATOR):
        return True
    if not await attachments.was_handed_in(connection, owner, evidence_id):
        return False
    return bool(whose.district and whose.district in who.scopes(Role.DISTRICT)) or (
        who.may_be(Role.EXPERT) and await report_readers.reviews(connection, owner, who.account)
    )
