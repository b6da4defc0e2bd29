"""Everything of one application at the office, and its formal check; an identity number only with a reason, once."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.domain import lifecycles
from services.talent.store import known
from services.talent.store.whole_application import whole
from services.talent.usecases import formal_check
from services.talent.usecases.excluding import checked_clear, named_exclusions
from services.talent.usecases.personal_looks import LookAtIdentity, look_at_identity
from services.talent.usecases.recommending import ReturnToApplicant
from services.talent.web.application_view import versions
from services.talent.web.looks import PAGES, to
from services.talent.web.personal_documents import looked_at, typed_at
from services.talent.web.sealing import seal_of
from services.talent.web.step_forms import LABELS, Step, step_order, texts, wrong_in
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.workdays import ONE_DAY, WORKING, last_day
from shared.correspondence.letters import letter_title
from shared.correspondence.pages import STATES as LETTER_STATES
from shared.correspondence.pages import TONES as LETTER_TONES
from shared.identity.roles import Role
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.called import call_also
from shared.webkit.forms import order_of

CLERKS = may(Role.CLERK, Role.HEAD)
STEPS: Mapping[str, Step] = {
    "accept": Step(formal_check.Accept, formal_check.accept, "已受理，申报人会收到信。"),
    "return": Step(ReturnToApplicant, formal_check.return_by_office, "已退回，申报人会收到信。"),
    "decline": Step(formal_check.Decline, formal_check.decline, "已登记不予受理，申报人会收到信。"),
}
"""By the last part of the address."""


def application_page(running: Running) -> APIRouter:
    router = APIRouter(prefix="/applications", include_in_schema=False)

    @router.get("/{application_id}", dependencies=[READERS])
    async def one(request: Request, application_id: str) -> HTMLResponse:
        return await _page(running, request, application_id)

    @router.post("/{application_id}/identity", dependencies=[CLERKS])
    async def identity(request: Request, who: Known, application_id: str) -> Response:
        """The answer itself shows the number, so that it stands on no page that could be opened again."""
        given = texts(await request.form())
        try:
            order = order_of(LookAtIdentity, {"application_id": application_id, "why": given.get("why", "")}, LABELS)
            async with running.unit(who.account) as unit:
                number = await look_at_identity(unit, order, seal_of(running))
        except DomainError as wrong:
            return await _page(running, request, application_id, wrong, given | {"step": "identity"})
        shown = await _page(running, request, application_id, number=number)
        shown.headers["cache-control"] = "no-store"
        return shown

    @router.post("/{application_id}/documents/{evidence_id}", dependencies=[CLERKS])
    async def document(request: Request, who: Known, application_id: str, evidence_id: str) -> Response:
        given = texts(await request.form())
        try:
            return await looked_at(running, who, application_id, evidence_id, given)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, application_id, wrong, typed_at(given))

    for name in STEPS:
        router.add_api_route(
            f"/{{application_id}}/{name}", _step(running, name), methods=["POST"], dependencies=[CLERKS]
        )
    return router


def _step(running: Running, name: str) -> Callable[..., Awaitable[Response]]:
    step = STEPS[name]

    async def decide(request: Request, who: Known, application_id: str) -> Response:
        given = texts(await request.form())
        try:
            order = step_order(step, given, application_id)
            async with running.unit(who.account) as unit:
                await step.work(unit, order)
        except DomainError as wrong:
            return await _page(running, request, application_id, wrong, given | {"step": name})
        return RedirectResponse(f"{to('applications', application_id)}?done={name}", 303)

    return decide


async def _page(
    running: Running,
    request: Request,
    application_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
    number: str | None = None,
) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        found = await whole(connection, application_id)
        excluded, others = await named_exclusions(connection, found.row, today)
        days = load_programme(found.row["programme_id"]).call.correct_within
        until = last_day(today + ONE_DAY, days, WORKING, await known.calendar(connection))
    call_also({found.applicant["account"]: found.applicant["name"]})
    step = STEPS.get(request.query_params.get("done", ""))
    letters = [
        (row, letter_title(row["letter"]), LETTER_STATES.get(row["state"], "等人放行"),
         LETTER_TONES.get(row["state"], "wait"))
        for row in found.letters
    ]  # fmt: skip
    return PAGES.show(
        request, "application.html", 200 if error is None else error.status, found=found, application=found.row,
        versions=versions(found, seal_of(running)), excluded=excluded, others=others,
        clear=checked_clear(found.row, excluded), until=until, letters=letters,
        states=lifecycles.APPLICATION.states, number=number, error=error, problems=wrong_in(error), typed=typed or {},
        done=step.done if step and error is None and number is None else "", today=today,
        waits=found.row["state"] == "recommended", at=to("applications", application_id),
        address=to("applications", application_id),
    )  # fmt: skip
