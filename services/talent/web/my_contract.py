"""My 任务书: whatever was typed is kept first, then it is confirmed; what another window saved is not written over."""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from services.talent.store import award_list
from services.talent.usecases import contracts
from services.talent.web import award_view
from services.talent.web.applicant import APPLICANT_ONLY, text, version
from services.talent.web.award_duties import asked_by
from services.talent.web.contract_form import contract_form, sums_said, typed_of
from services.talent.web.looks import PAGES, to
from services.talent.web.my_application import MOST_NAME
from services.talent.web.my_award import own_award
from shared.core.errors import DomainError
from shared.identity.who import Who
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known
from shared.webkit.templates import second

LIVE = ("budget", "budget-own", "milestones")
"""What is told while it is being typed, though nothing of it is unreadable."""


class Sent(NamedTuple):
    typed: Mapping[str, str]
    based_on: int
    signed_by: str = ""
    committed: bool = False


def my_contract_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/awards/{award_id}/contract", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def contract(request: Request, who: Known, award_id: str) -> HTMLResponse:
        return await _page(running, request, who, award_id)

    @router.post("", dependencies=[APPLICANT_ONLY])
    async def save(request: Request, who: Known, award_id: str) -> Response:
        """Each step in a transaction of its own: what the confirming refuses, the saving has kept."""
        form = await request.form()
        sent = _sent(form)
        by_script = request.headers.get("accept", "").startswith("application/json")
        try:
            async with running.unit(who.account) as unit:
                award = (await own_award(unit.connection, who, award_id)).row
                order = contracts.SaveContract(award_id=award_id, typed=dict(sent.typed), based_on=sent.based_on)
                saved = await contracts.save_contract(unit, order)
        except DomainError as wrong:
            if by_script or wrong.status == 404:
                raise
            return await _page(running, request, who, award_id, error=wrong, sent=sent, kept=False)
        if by_script:
            live = {name: saved.lacking.get(name, "") for name in LIVE} | dict(saved.terms.problems)
            at, said = second(running.now())[11:], sums_said(award, saved.terms)
            told = {"version": saved.version, "at": at, "problems": live, "typed": {}, "both": [], "summary": said}
            return JSONResponse(told)
        if text(form, "do") != "confirm":
            return RedirectResponse(f"{to('mine/awards', award_id)}/contract?done=saved", 303)
        confirm = contracts.ConfirmContract(
            award_id=award_id, version=saved.version, signed_by=sent.signed_by, committed=sent.committed
        )
        try:
            async with running.unit(who.account) as unit:
                await contracts.confirm_contract(unit, confirm)
        except DomainError as wrong:
            return await _page(running, request, who, award_id, error=wrong, sent=sent)
        return RedirectResponse(f"{to('mine/awards', award_id)}?done=confirmed", 303)

    return router


def _sent(form: FormData) -> Sent:
    return Sent(
        typed_of(form),
        version(text(form, "based_on").strip()),
        text(form, "signed_by").strip()[:MOST_NAME],
        text(form, "committed") == "yes",
    )


async def _page(
    running: Running,
    request: Request,
    who: Who,
    award_id: str,
    *,
    error: DomainError | None = None,
    sent: Sent | None = None,
    kept: bool = True,
) -> HTMLResponse:
    """The 任务书 as it stands; or, if what was `sent` is not `kept`, as it was just typed, beside what is wrong."""
    async with running.look() as connection:
        whole = await own_award(connection, who, award_id)
        since = await award_list.contract_since(connection, award_id)
    row = whole.contract
    typed = row["typed"] if sent is None or kept else sent.typed
    theirs = row["typed"] if isinstance(error, contracts.ContractChanged) else None
    listed = error.problems if isinstance(error, contracts.ContractIncomplete) else {}
    form = contract_form(whole.row, typed, listed, row["reasons"], theirs)
    address = f"{to('mine/awards', award_id)}/contract"
    return PAGES.show(
        request, "my_contract.html", 200 if error is None else error.status, at=address,
        award=whole.row, row=row, f=form, until=asked_by(since),
        error=error, listed=listed, kept=kept, open=row["state"] == "draft",
        based_on=row["version"], versions=award_view.signed(whole), sent=sent or Sent({}, 0),
        programme=load_programme(whole.row["programme_id"]), unit=whole.unit,
        done="已保存。" if request.query_params.get("done") == "saved" and error is None else "",
    )  # fmt: skip
