"""Where a letter about an assessment leads its talent: the assessment knows the award below which its page lies."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from services.talent.store import changes
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD
from services.talent.web.applicant import APPLICANT_ONLY, ids_of
from services.talent.web.looks import to
from shared.core.errors import DomainError
from shared.running.running import Running
from shared.webkit.access import Known


def my_assessment_address(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/mine/assessments/{assessment_id}", dependencies=[APPLICANT_ONLY])
    async def assessment(who: Known, assessment_id: str) -> Response:
        """Somebody else's is as good as none."""
        async with running.look() as connection:
            row = await changes.found(connection, ASSESSMENT, assessment_id, "考核")
            award = await changes.found(connection, AWARD, row["award_id"], "入选项目")
        if award["applicant_id"] not in ids_of(who):
            raise DomainError("no-such-assessment", f"没有考核“{assessment_id}”", status=404)
        return RedirectResponse(f"{to('mine/awards', award['id'])}/assessments/{row['key']}", 303)

    return router
