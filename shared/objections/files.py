"""The evidence of an objection, as pages take it and hand it out."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import UploadFile

from shared.core.errors import DomainError
from shared.evidence.files import Owner, add_file, file_of, open_file
from shared.evidence.store import Arrived, store_of
from shared.evidence.tables import EvidenceTables
from shared.evidence.web import served, taken
from shared.messaging.unit import Unit
from shared.objections.life import OBJECTION
from shared.running.running import Running

FIELD = "evidence"


def owner(objection_id: str) -> Owner:
    """Whose a file of this objection is."""
    return Owner(OBJECTION.noun, objection_id)


@asynccontextmanager
async def evidence_sent(
    request: Request, running: Running, *, needed: bool = False
) -> AsyncIterator[Sequence[Arrived]]:
    """The files of the form, looked at and held until the end; none, unless they are needed, is as good as any."""
    form = await request.form()
    if not needed and not any(isinstance(each, UploadFile) and each.filename for each in form.getlist(FIELD)):
        yield ()
        return
    async with taken(request, FIELD, store_of(running.settings, running.service.name)) as files:
        yield files


async def add_evidence(
    unit: Unit, running: Running, evidence: EvidenceTables, files: Sequence[Arrived], objection_id: str
) -> None:
    """Puts the files to the objection; the same file sent twice is there once."""
    store = store_of(running.settings, running.service.name)
    for each in files:
        await add_file(unit, evidence, store, each, owner(objection_id))


async def served_file(
    running: Running, connection: AsyncConnection, evidence: EvidenceTables, objection_id: str, file_id: str
) -> Response:
    """A file of this objection, and of no other owner."""
    row = await file_of(connection, evidence, file_id)
    if Owner(row["owner_kind"], row["owner_id"]) != owner(objection_id):
        raise DomainError("no-such-evidence", f"这件异议没有附件“{file_id}”", status=404)
    return served(await open_file(connection, evidence, store_of(running.settings, running.service.name), file_id))
