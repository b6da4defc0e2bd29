"""What the review of his own application came to, as its applicant reads it once it is public, and how to object."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.store import objections
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.usecases.objection_area import DECIDE_WITHIN
from services.talent.usecases.objections import ObjectToOwnSelection, object_to_own_selection
from services.talent.web.applicant import APPLICANT_ONLY, own, text
from services.talent.web.looks import PAGES, programme_name, to
from services.talent.web.objection_words import SHOWING
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.who import Who
from shared.objections import store
from shared.objections.files import add_evidence, evidence_sent
from shared.objections.own import ObjectionUnclear
from shared.objections.showing import STATES
from shared.running.running import Running
from shared.webkit.access import Known

FIELDS = ("grounds", "name", "contact")
MOST_TYPED = 20_000
PUBLIC = ("publicised", "selected")
"""States in which an applicant reads what his application came to."""


def my_selection_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/selection/{application_id}", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def selection(request: Request, who: Known, application_id: str) -> HTMLResponse:
        return await _page(running, request, who, application_id)

    @router.post("/objections", dependencies=[APPLICANT_ONLY], max_body_size=MOST_OF_REQUEST)
    async def object_(request: Request, who: Known, application_id: str) -> Response:
        """Files it with its evidence, or shows the form again with everything typed."""
        form = await request.form()
        typed = {name: text(form, name).strip()[:MOST_TYPED] for name in FIELDS}
        try:
            async with evidence_sent(request, running) as files, running.unit(who.account) as unit:
                order = ObjectToOwnSelection(application_id=application_id, **typed)
                id_ = await object_to_own_selection(unit, order, SHOWING.objectors(who))
                await add_evidence(unit, running, EVIDENCE, files, id_)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, who, application_id, typed, wrong)
        return RedirectResponse(f"{SHOWING.receipt(id_)}?saved=filed", 303)

    return router


async def _page(
    running: Running,
    request: Request,
    who: Who,
    application_id: str,
    typed: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        row = await own(connection, who, application_id)
        result = await objections.about(connection, application_id)
        every = await store.about(connection, OBJECTIONS, application_id, SHOWING.objectors(who))
    shown = result if result is not None and row["state"] in PUBLIC else None
    takes = (
        shown is not None
        and row["state"] == "publicised"
        and shown["public_from"] is not None
        and shown["public_from"] <= today <= shown["public_until"]
    )
    return PAGES.show(
        request, "my_selection.html", 200 if error is None else error.status, row=row, result=shown,
        title=programme_name(row["programme_id"]), takes=takes, states=STATES, decide_within=DECIDE_WITHIN,
        objections=[each for each in every if each["own"] or each["state"] != "withdrawn"],
        waits=any(each["own"] and each["state"] == "filed" for each in every),
        typed=typed or dict.fromkeys(FIELDS, ""), error=error,
        problems=error.problems if isinstance(error, ObjectionUnclear) else {},
        address=to("mine/selection", application_id), application=to("mine/applications", application_id),
    )  # fmt: skip
