"""The form for an objection that came on paper, and the evidence of each as those who handle it open it."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from shared.core.clock import legal_date
from shared.core.dates import parse_date
from shared.core.errors import DomainError
from shared.evidence.kinds import ACCEPT
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.roles import Role
from shared.objections.files import FIELD, add_evidence, evidence_sent, served_file
from shared.objections.own import ObjectionUnclear
from shared.objections.paper import PaperObjection, file_paper, paper_problems
from shared.objections.showing import Showing
from shared.running.running import Running
from shared.webkit.access import Known, may

CLERKS = may(Role.CLERK, Role.HEAD)
HANDLERS = may(Role.CLERK, Role.HEAD, Role.AUDITOR)
"""Who learns who objects: whoever handles it, and who audits that."""
PAPER = ("objector", "name", "contact", "grounds", "received_on")


def paper_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(prefix="/objections", include_in_schema=False)
    subject = showing.area.tables.about_name

    @router.get("/new", dependencies=[CLERKS], response_class=HTMLResponse)
    async def new(request: Request) -> HTMLResponse:
        return await _form(running, showing, request, {subject: request.query_params.get(subject, "")})

    @router.post("/new", dependencies=[CLERKS], max_body_size=MOST_OF_REQUEST)
    async def enter(request: Request, who: Known) -> Response:
        """Enters it with its files, or shows the form again with everything typed."""
        typed: dict[str, str] = {}
        try:
            async with evidence_sent(request, running) as files:
                typed = _typed(await request.form(), subject)
                order = _order(typed, subject, showing.words.which)
                async with running.unit(who.account) as unit:
                    id_ = await file_paper(unit, showing.area, order)
                    await add_evidence(unit, running, showing.evidence, files, id_)
        except ObjectionUnclear as unclear:
            return await _form(running, showing, request, typed, unclear.problems, unclear)
        except DomainError as wrong:
            typed = typed or _typed(await request.form(), subject)
            return await _form(running, showing, request, typed, {}, wrong)
        return RedirectResponse(f"{showing.page(id_)}?saved=filed", 303)

    @router.get("/{objection_id}/evidence/{file_id}", dependencies=[HANDLERS])
    async def evidence(objection_id: str, file_id: str) -> Response:
        async with running.look() as connection:
            return await served_file(running, connection, showing.evidence, objection_id, file_id)

    return router


def _order(typed: Mapping[str, str], subject: str, which: str) -> PaperObjection:
    received = parse_date(typed["received_on"])
    problems = {}
    if typed["received_on"] and received is None:
        problems["received_on"] = "请写成 2018-12-20 这样的日期"
    if not typed[subject]:
        problems[subject] = f"请选择{which}有异议"
    if problems:
        raise ObjectionUnclear({**problems, **paper_problems(typed)})
    texts = {name: typed[name] for name in ("objector", "name", "contact", "grounds")}
    return PaperObjection(typed[subject], **texts, received_on=received)


def _typed(form: FormData, subject: str) -> dict[str, str]:
    found = {name: form.get(name, "") for name in (subject, *PAPER)}
    return {name: value.strip() if isinstance(value, str) else "" for name, value in found.items()}


async def _form(
    running: Running,
    showing: Showing,
    request: Request,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    subject = showing.area.tables.about_name
    async with running.look() as connection:
        public = await showing.public(connection)
        known = await showing.known(connection)
    return showing.pages.show(
        request,
        "objection_on_paper.html",
        200 if error is None else error.status,
        showing=showing,
        subject=subject,
        public=public,
        known=known,
        typed={name: typed.get(name, "") for name in (subject, *PAPER)},
        problems=problems or {},
        error=error,
        today=legal_date(running.now()),
        field=FIELD,
        accept=ACCEPT,
    )
