"""Awards of a call are made together: one document, an amount each where the edition says "up to", all seen before."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping

from services.talent.domain.award_money import check_whole, granted
from services.talent.domain.contract_terms import read_wan
from services.talent.store import award_list, changes
from services.talent.store.tables import CALL
from services.talent.usecases.many_awards import MakeAwards, make_awards
from services.talent.web.awards import HEADS, HERE
from services.talent.web.foreseeing import foreseen_or_done
from services.talent.web.looks import PAGES, to
from services.talent.web.step_forms import texts
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.money import fen_text, in_yuan, wan_text
from shared.programme.load import load_programme
from shared.programme.model import Programme
from shared.reading.sent_text import problem_of
from shared.running.running import Running
from shared.webkit.access import READERS, Known
from shared.webkit.forms import FormWrong, order_of

CHOSEN, AMOUNT, REASON = "applications", "amount:", "reason:"
LABELS = {"document_no": "文号", "awards": "选中的申报"}
MOST_DOCUMENT = 100


class Amount(NamedTuple):
    """What each is given: `says` in words; `decided`: the office decides it one by one, up to what the edition says."""

    says: str
    decided: bool


def amount_of(programme: Programme, on: date) -> Amount:
    try:
        fen = granted(programme, "preview", on, None).fen
    except DomainError as wrong:
        if wrong.code != "amount-missing":
            return Amount(wrong.message, decided=False)
        return Amount(programme.policy.rules[0].says, decided=True)
    return Amount("按贷款利息贴息" if fen is None else wan_text(in_yuan(fen)), decided=False)


def award_making_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/calls/{programme_id}/awards", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def waiting(request: Request, programme_id: str) -> HTMLResponse:
        return await _page(running, request, programme_id)

    @router.post("", dependencies=[HEADS])
    async def make(request: Request, who: Known, programme_id: str) -> Response:
        form = await request.form()
        chosen = [value for value in form.getlist(CHOSEN) if isinstance(value, str)]
        given = texts(form)
        try:
            async with running.look() as connection:
                await changes.found(connection, CALL, programme_id, "申报批次")
                rows = await award_list.to_award(connection, programme_id)
            decided = amount_of(load_programme(programme_id), legal_date(running.now())).decided
            order = _order(chosen, given, {row["id"] for row in rows}, decided=decided)
            return await foreseen_or_done(
                running, request, who, title="设立项目", does="设立", to=f"{HERE}?done=made",
                work=lambda unit: make_awards(unit, order), back=f"{to('calls', programme_id)}/awards",
            )  # fmt: skip
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, programme_id, wrong, given, chosen)

    return router


def _order(chosen: Sequence[str], given: Mapping[str, str], known: Collection[str], *, decided: bool) -> MakeAwards:
    if not chosen:
        raise DomainError("nothing-chosen", "请先在左边的方框里选要设立项目的申报")
    if gone := [each for each in chosen if each not in known]:
        told = f"有 {len(gone)} 份已经设立了项目，或不再是入选；请在刷新后的名单里重新选"
        raise DomainError("application-moved", told, status=409)
    document = given.get("document_no", "")
    wrong = {"document_no": problem} if (problem := _problem_of_document(document)) else {}
    made: list[dict[str, Any]] = [
        {"application_id": each, **(_decided(given, each, wrong) if decided else {})} for each in chosen
    ]
    if wrong:
        raise FormWrong(wrong, LABELS)
    return order_of(MakeAwards, {"document_no": document, "awards": made}, LABELS)


def _problem_of_document(document: str) -> str:
    if not document:
        return "请写明入选的文号"
    return problem_of(document) or (f"至多 {MOST_DOCUMENT} 个字" if len(document) > MOST_DOCUMENT else "")


def _decided(given: Mapping[str, str], application_id: str, wrong: dict[str, str]) -> dict[str, str]:
    """The amount and the reason of one application; what is wrong goes to its fields."""
    amount, reason = f"{AMOUNT}{application_id}", f"{REASON}{application_id}"
    fen = read_wan(given, wrong, amount, "金额") or 0
    if fen <= 0:
        wrong.setdefault(amount, "请写明金额（万元）")
    else:
        try:
            check_whole(fen_text(fen))
        except DomainError as uneven:
            wrong.setdefault(amount, uneven.message)
    said = given.get(reason, "")
    if not said or problem_of(said):
        wrong[reason] = problem_of(said) or "请写明为什么是这个数"
    return {"amount": fen_text(fen), "reason": said}


async def _page(
    running: Running,
    request: Request,
    programme_id: str,
    error: DomainError | None = None,
    given: Mapping[str, str] | None = None,
    chosen: Sequence[str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        call = await changes.found(connection, CALL, programme_id, "申报批次")
        rows: Sequence[RowMapping] = await award_list.to_award(connection, programme_id)
    programme = load_programme(programme_id)
    return PAGES.show(
        request, "award_making.html", 200 if error is None else error.status, at=f"{to('calls', programme_id)}/awards",
        rows=rows, call=call, programme=programme, amount=amount_of(programme, legal_date(running.now())), error=error,
        given=given or {}, chosen=[row["id"] for row in rows] if chosen is None else chosen,
        problems=error.fields if isinstance(error, FormWrong) else {},
    )  # fmt: skip
