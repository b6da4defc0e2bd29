"""A document that shows an identity number, looked at from the page of its application: with a reason, and recorded."""

from collections.abc import Mapping

from fastapi.responses import FileResponse

from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.personal_looks import LookAtDocument, look_at_document
from services.talent.web import my_files
from services.talent.web.step_forms import LABELS
from shared.evidence.files import open_file
from shared.evidence.web import served
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.forms import order_of


def typed_at(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed, told apart by the form it stood on: a page has one for each document."""
    return {**given, "step": given.get("form", "")}


async def looked_at(
    running: Running, who: Who, application_id: str, evidence_id: str, given: Mapping[str, str]
) -> FileResponse:
    """The file, once the look is written down; a DomainError for one that is not there any more, and nothing is."""
    values = {"application_id": application_id, "evidence_id": evidence_id, "why": given.get("why", "")}
    order = order_of(LookAtDocument, values, LABELS)
    async with running.unit(who.account) as unit:
        await look_at_document(unit, order)
        opened = await open_file(unit.connection, EVIDENCE, my_files.store(running), evidence_id)
    return served(opened)
