"""Files that come with the form of an assessment: attached, taken away, given back to its talent."""

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import FormData

from services.talent.store import assessment_files
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.assessment_files import (
    AttachToAssessment,
    RemoveFromAssessment,
    attach_to_assessment,
    remove_from_assessment,
)
from services.talent.web import my_files
from services.talent.web.applicant import APPLICANT_ONLY, text
from services.talent.web.my_award import own_award
from shared.evidence.files import open_file
from shared.evidence.refusals import refused
from shared.evidence.web import looked_at, served
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known

ATTACH = "attach"


def my_assessment_file_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/awards/{award_id}/assessments/{key}/files", include_in_schema=False)

    @router.get("/{evidence_id}", dependencies=[APPLICANT_ONLY])
    async def file(who: Known, award_id: str, key: str, evidence_id: str) -> Response:
        async with running.look() as connection:
            whole = await own_award(connection, who, award_id)
            row = next((each for each in whole.assessments if each["key"] == key), None)
            if row is None:
                raise refused("no-such-evidence")
            await assessment_files.check_file_of(connection, row["id"], evidence_id)
            return served(await open_file(connection, EVIDENCE, my_files.store(running), evidence_id))

    return router


async def keep_files(running: Running, who: Who, assessment_id: str, form: FormData) -> str:
    """Attaches the files that were chosen, all of them or none, and takes away the one whose button was pressed. What
    was done, as the page says it; empty: nothing about files was asked."""
    does, store = text(form, "do"), my_files.store(running)
    sent = [file for _, file in my_files.sent_files(form)]
    if sent:
        async with looked_at(sent, store) as arrived, running.unit(who.account) as unit:
            await attach_to_assessment(unit, AttachToAssessment(assessment_id, arrived), store)
    elif does == ATTACH:
        raise refused("evidence-missing")
    if does.startswith(my_files.REMOVE):
        async with running.unit(who.account) as unit:
            evidence_id = does.removeprefix(my_files.REMOVE).rstrip(":")
            await remove_from_assessment(unit, RemoveFromAssessment(assessment_id, evidence_id))
        return "removed"
    return "files" if sent else ""
