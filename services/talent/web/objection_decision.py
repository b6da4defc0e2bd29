"""One objection to a selection: grounds and evidence, the ranking it is about, and its decision with all it moves."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.talent.store import changes, objections
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.usecases.objections import DecideObjection, decide_objection
from services.talent.usecases.ranking import points
from services.talent.web.looks import PAGES, to
from services.talent.web.ranking import address_of
from services.talent.web.ranking_effects import total_effect
from services.talent.web.step_forms import texts
from services.talent.web.weighing import Effect, weighed_or_done
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evidence.files import files_of
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.roles import Role
from shared.messaging.unit import Unit
from shared.objections import store
from shared.objections.deciding import UPHELD, check_open
from shared.objections.files import add_evidence, evidence_sent, owner
from shared.objections.life import FILED, OBJECTION
from shared.objections.paper_page import CLERKS
from shared.objections.showing import STATES, days_left
from shared.reading.sent_text import problem_of
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may

OUTCOMES = {"rejected": "不成立", UPHELD: "成立", "withdrawn": "异议人已撤回"}
TOTAL, OUT = "total", "out"
WAYS = {TOTAL: "更正得分", OUT: "取消入选"}
MOST_REASON = 900


class Typed(NamedTuple):
    """The decision as it was typed, kept whatever is wrong with it."""

    outcome: str = ""
    way: str = ""
    total: str = ""
    reason: str = ""


def objection_decision_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/objections", include_in_schema=False)

    @router.get("/{objection_id}", dependencies=[READERS], response_class=HTMLResponse)
    async def one(request: Request, who: Known, objection_id: str) -> HTMLResponse:
        handles = who.may_be(Role.CLERK, Role.HEAD, Role.AUDITOR)
        return await _page(running, request, objection_id, handles=handles)

    @router.post("/{objection_id}", dependencies=[may(Role.HEAD)])
    async def decide(request: Request, who: Known, objection_id: str) -> Response:
        typed = _typed(await request.form())
        async with running.look() as connection:
            row = await store.one(connection, OBJECTIONS, objection_id)
            about = await objections.one(connection, objection_id)
        problems = _problems(typed)
        try:
            check_open(row)  # decided meanwhile, by somebody else or by a first click
            if problems:
                return await _page(running, request, objection_id, typed, problems)
            order = _order(objection_id, typed)

            async def work(unit: Unit) -> None:
                await decide_objection(unit, order)

            async with running.look() as connection:
                effect = await _effect(connection, running, row["subject_id"], order)
            address = to("objections", objection_id)
            return await weighed_or_done(
                running, request, who, title=f"异议{OUTCOMES[typed.outcome]}：{about['applicant']}", does="决定",
                work=work, effect=effect, to=f"{address}?saved=decided", back=address,
            )  # fmt: skip
        except DomainError as wrong:
            return await _page(running, request, objection_id, typed, {}, wrong)

    @router.post("/{objection_id}/evidence", dependencies=[CLERKS], max_body_size=MOST_OF_REQUEST)
    async def more(request: Request, who: Known, objection_id: str) -> Response:
        try:
            async with evidence_sent(request, running, needed=True) as files, running.unit(who.account) as unit:
                check_open(await store.one(unit.connection, OBJECTIONS, objection_id))
                await add_evidence(unit, running, EVIDENCE, files, objection_id)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, objection_id, error=wrong)
        return RedirectResponse(f"{to('objections', objection_id)}?saved=evidence", 303)

    return router


def _order(objection_id: str, typed: Typed) -> DecideObjection:
    upheld = typed.outcome == UPHELD
    return DecideObjection.model_validate(
        {
            "objection_id": objection_id, "outcome": typed.outcome, "reason": typed.reason,
            "total": typed.total if upheld and typed.way == TOTAL else None,
            "take_out": upheld and typed.way == OUT,
        }
    )  # fmt: skip


async def _effect(
    connection: AsyncConnection, running: Running, application_id: str, order: DecideObjection
) -> Effect | None:
    """What an upheld objection moves; any other moves nothing but itself."""
    if order.outcome != UPHELD:
        return None
    total = None if order.total is None else Decimal(points(order.total))
    return await total_effect(connection, application_id, total, legal_date(running.now()))


def _typed(form: FormData) -> Typed:
    given = texts(form)
    return Typed(*(given.get(name, "") for name in Typed._fields))


def _problems(typed: Typed) -> dict[str, str]:
    """By field, what keeps the decision from being shown."""
    found: dict[str, str] = {}
    if typed.outcome not in OUTCOMES:
        found["outcome"] = "请选择结论"
    if not typed.reason:
        found["reason"] = "请写明理由；异议人和申报人收到的信里就是这一段"
    elif len(typed.reason) > MOST_REASON:
        found["reason"] = f"理由有 {len(typed.reason)} 字，至多 {MOST_REASON} 字，请精简"
    elif wrong := problem_of(typed.reason):
        found["reason"] = wrong
    if typed.outcome != UPHELD:
        return found
    if typed.way not in WAYS:
        found["way"] = "异议成立的，请选择更正得分还是取消入选"
    elif typed.way == TOTAL:
        try:
            points(typed.total)
        except DomainError as wrong_total:
            found["total"] = wrong_total.message
    return found


async def _page(
    running: Running,
    request: Request,
    objection_id: str,
    typed: Typed | None = None,
    problems: Mapping[str, str] | None = None,
    error: DomainError | None = None,
    *,
    handles: bool = True,
) -> HTMLResponse:
    async with running.look() as connection:
        row = await store.one(connection, OBJECTIONS, objection_id)
        about = await objections.one(connection, objection_id)
        objector = await objections.name_of(connection, row["objector_id"]) if handles else None
        files = await files_of(connection, EVIDENCE, owner(objection_id)) if handles else ()
        history = [each for each in await changes.of(connection, [objection_id]) if each["before"] != each["after"]]
    ranking = address_of(about["programme_id"])
    return PAGES.show(
        request, "objection.html", error.status if error else 422 if problems else 200, objection=row, about=about,
        objector=objector, handles=handles, files=files, history=history, state=STATES[row["state"]],
        left=days_left(row, legal_date(running.now())), open=row["state"] == FILED, typed=typed or Typed(),
        problems=problems or {}, error=error, outcomes=OUTCOMES, ways=WAYS, address=to("objections", objection_id),
        ranking=ranking, life=OBJECTION,
    )  # fmt: skip
