"""The evidence of a tenant's certificate: taken with the claim, shown to its operator and to the office."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import UploadFile

from services.incubator.store.evidence_tables import EVIDENCE
from shared.core.errors import DomainError
from shared.evidence.files import Owner, add_file, file_of, open_file
from shared.evidence.store import Arrived, store_of
from shared.evidence.web import served, taken
from shared.messaging.unit import Unit
from shared.running.running import Running

FIELD = "evidence"
HNTE_CLAIM = "hnte_claim"
"""The kind of owner the evidence of a claim has."""


def owner_of(claim_id: str) -> Owner:
    return Owner(HNTE_CLAIM, claim_id)


@asynccontextmanager
async def sent_files(running: Running, request: Request) -> AsyncIterator[tuple[Arrived, ...]]:
    """The files of a form, looked at; none if none was chosen."""
    form = await request.form()
    if not any(isinstance(each, UploadFile) and each.filename for each in form.getlist(FIELD)):
        yield ()
        return
    async with taken(request, FIELD, store_of(running.settings, running.service.name)) as files:
        yield files


async def keep_files(unit: Unit, running: Running, files: tuple[Arrived, ...], claim_id: str) -> None:
    store = store_of(running.settings, running.service.name)
    for each in files:
        await add_file(unit, EVIDENCE, store, each, owner_of(claim_id))


async def served_file(running: Running, connection: AsyncConnection, claim_id: str, file_id: str) -> Response:
    """A file of this claim as a download."""
    row = await file_of(connection, EVIDENCE, file_id)
    if (row["owner_kind"], row["owner_id"]) != owner_of(claim_id):
        raise DomainError("no-such-evidence", f"这件申报没有附件“{file_id}”", status=404)
    store = store_of(running.settings, running.service.name)
    return served(await open_file(connection, EVIDENCE, store, file_id))
