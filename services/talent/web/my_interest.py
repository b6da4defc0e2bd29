"""Interest claims of my award: a year begun, filled in as typed, handed in with its proofs, withdrawn, its result."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.talent.domain.interest_claim import CLAIMABLE, years
from services.talent.store import interest
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases import interest_claims
from services.talent.usecases.interest_claims import FIELDS, FILE
from services.talent.web import my_files
from services.talent.web.applicant import APPLICANT_ONLY, text
from services.talent.web.interest_view import claims_of, of_award, one_claim
from services.talent.web.looks import PAGES, to
from services.talent.web.my_application import MOST_NAME
from services.talent.web.my_award import own_award
from services.talent.web.my_interest_files import keep_files
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evidence.files import open_file
from shared.evidence.web import MOST_OF_REQUEST, served
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known

DONE = {
    "saved": "已保存。",
    "files": "附件已收下，所填的已保存。",
    "removed": "附件已移除，所填的已保存。",
    "claimed": "贴息申请已提交，由项目办公室核定；核定以后来信告知核算结果。",
    "withdrawn": "贴息申请已撤回；这一年度可以另行申请。",
}
LONGEST_YEAR = 4
MOST_REASON = 1000


class Sent(NamedTuple):
    """The form as it was sent."""

    typed: Mapping[str, str]
    signed_by: str = ""
    committed: bool = False


def my_interest_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/awards/{award_id}/interest", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def every(request: Request, who: Known, award_id: str) -> HTMLResponse:
        return await _list(running, request, who, award_id)

    @router.post("", dependencies=[APPLICANT_ONLY])
    async def start(request: Request, who: Known, award_id: str) -> Response:
        typed = text(await request.form(), "year").strip()
        try:
            order = interest_claims.StartInterest.model_construct(award_id=award_id, year=_year(typed))
            async with running.unit(who.account) as unit:
                await own_award(unit.connection, who, award_id)
                claim_id = await interest_claims.start_interest(unit, order)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _list(running, request, who, award_id, wrong)
        return RedirectResponse(address(award_id, claim_id), 303)

    _one(running, router)
    return router


def _one(running: Running, router: APIRouter) -> None:
    """The claim of one year."""

    @router.get("/{claim_id}", dependencies=[APPLICANT_ONLY])
    async def one(request: Request, who: Known, award_id: str, claim_id: str) -> HTMLResponse:
        return await _page(running, request, who, award_id, claim_id)

    @router.post("/{claim_id}", dependencies=[APPLICANT_ONLY], max_body_size=MOST_OF_REQUEST)
    async def save(request: Request, who: Known, award_id: str, claim_id: str) -> Response:
        async with request.form() as form:
            return await _saved(running, request, who, award_id, claim_id, form)

    @router.post("/{claim_id}/withdraw", dependencies=[APPLICANT_ONLY])
    async def withdraw(request: Request, who: Known, award_id: str, claim_id: str) -> Response:
        reason = text(await request.form(), "reason")[:MOST_REASON]
        try:
            async with running.unit(who.account) as unit:
                await own_claim(unit.connection, who, award_id, claim_id)
                order = interest_claims.WithdrawInterest(claim_id=claim_id, reason=reason)
                await interest_claims.withdraw_interest(unit, order)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, who, award_id, claim_id, error=wrong)
        return RedirectResponse(f"{address(award_id, claim_id)}?done=withdrawn", 303)

    @router.get("/{claim_id}/files/{evidence_id}", dependencies=[APPLICANT_ONLY])
    async def file(who: Known, award_id: str, claim_id: str, evidence_id: str) -> Response:
        async with running.look() as connection:
            await own_claim(connection, who, award_id, claim_id)
            await interest.check_file_of(connection, claim_id, evidence_id)
            return served(await open_file(connection, EVIDENCE, my_files.store(running), evidence_id))


def address(award_id: str, claim_id: str = "") -> str:
    return f"{to('mine/awards', award_id)}/interest" + (f"/{claim_id}" if claim_id else "")


def _year(typed: str) -> int:
    """What is no year is the year 0, which no award may claim for."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_YEAR else 0


async def own_claim(connection: AsyncConnection, who: Who, award_id: str, claim_id: str) -> dict[str, Any]:
    """Somebody else's is as good as none."""
    await own_award(connection, who, award_id)
    found = await one_claim(connection, claim_id)
    of_award(found, award_id)
    return found


async def _saved(
    running: Running, request: Request, who: Who, award_id: str, claim_id: str, form: FormData
) -> Response:
    """Each step in a transaction of its own: what the files or the handing in refuse, the saving has kept."""
    typed = {name: text(form, name)[: interest_claims.MOST_TYPED] for name in FIELDS}
    sent = Sent(typed, text(form, "signed_by").strip()[:MOST_NAME], text(form, "committed") == "yes")
    try:
        async with running.unit(who.account) as unit:
            await own_claim(unit.connection, who, award_id, claim_id)
            await interest_claims.save_interest(unit, interest_claims.SaveInterest(claim_id=claim_id, typed=typed))
        done = await keep_files(running, who, claim_id, form) or "saved"
        if text(form, "do") == "submit":
            order = interest_claims.ClaimInterest(
                claim_id=claim_id, **typed, signed_by=sent.signed_by, committed=sent.committed
            )
            async with running.unit(who.account) as unit:
                await interest_claims.claim_interest(unit, order)
            done = "claimed"
    except DomainError as wrong:
        if wrong.status == 404:
            raise
        return await _page(running, request, who, award_id, claim_id, error=wrong, sent=sent)
    return RedirectResponse(f"{address(award_id, claim_id)}?done={done}", 303)


async def _list(
    running: Running, request: Request, who: Who, award_id: str, error: DomainError | None = None
) -> HTMLResponse:
    async with running.look() as connection:
        whole = await own_award(connection, who, award_id)
        claims = await claims_of(connection, whole.row)
    if claims is None:
        raise DomainError("no-interest", "这个项目的资助不按贷款利息计算，没有贴息可以申请", status=404)
    row, today = whole.row, legal_date(running.now())
    may = list(years(row["begins_on"], today))[::-1] if row["state"] in CLAIMABLE and row["begins_on"] else []
    return PAGES.show(
        request, "my_interest_list.html", 200 if error is None else error.status, at=address(award_id), award=row,
        claims=claims, years=may, error=error,
    )  # fmt: skip


async def _page(
    running: Running,
    request: Request,
    who: Who,
    award_id: str,
    claim_id: str,
    *,
    error: DomainError | None = None,
    sent: Sent | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        found = await own_claim(connection, who, award_id, claim_id)
    problems: Mapping[str, str] = getattr(error, "problems", {})
    return PAGES.show(
        request, "my_interest.html", 200 if error is None else error.status, at=address(award_id, claim_id), **found,
        typed=found["claim"]["typed"] if sent is None else sent.typed, sent=sent or Sent({}), error=error,
        problems=problems, file_mark=FILE,
        done=DONE.get(request.query_params.get("done", ""), "") if error is None else "",
    )  # fmt: skip
