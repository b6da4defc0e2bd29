"""The unit's side of awards: what waits for its word, each award with its 任务书, its changes, its money."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import award_list, unit_desk
from services.talent.store.award_tables import AWARD
from services.talent.store.tables import APPLICANT
from services.talent.store.whole_award import WholeAward, whole_award
from services.talent.web import award_view
from services.talent.web.award_steps import SAY_OF_CHANGE, UNIT_CONTRACT, AwardStep, order_from, wrong_at
from services.talent.web.interest_view import claims_of
from services.talent.web.looks import PAGES, TONES, programme_name, to
from services.talent.web.my_award import printed
from services.talent.web.step_forms import texts
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

OWN = may(Role.UNIT)
STATES, CONTRACTS = lifecycles.AWARD.states, lifecycles.CONTRACT.states
DONE = {**{name: step.done for name, step in UNIT_CONTRACT.items()}, "say": SAY_OF_CHANGE.done}


async def unit_award(connection: AsyncConnection, who: Who, award_id: str) -> WholeAward:
    """An award of another unit is as good as none."""
    found = await whole_award(connection, award_id)
    if found.row["unit_id"] not in who.scopes(Role.UNIT):
        raise DomainError("no-such-award", f"没有入选项目“{award_id}”", status=404)
    return found


def unit_award_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/unit/awards", include_in_schema=False)

    @router.get("", dependencies=[OWN])
    async def every(request: Request, who: Known) -> HTMLResponse:
        own = who.scopes(Role.UNIT)
        async with running.look() as connection:
            contracts = await award_list.to_confirm(connection, own)
            assessments = await award_list.to_say_of(connection, own)
            changes = await award_list.to_see(connection, own)
            proposed = await award_list.to_answer(connection, "unit_id", own)
            listed = await LISTING.page(connection, _own(who), request.query_params)
            units = await unit_desk.units(connection, own)
        return PAGES.show(
            request, "unit_awards.html", contracts=contracts, assessments=assessments, changes=changes, listed=listed,
            units=units, proposed=proposed, today=legal_date(running.now()),
        )  # fmt: skip

    @router.get(".xlsx", dependencies=[OWN])
    async def workbook(request: Request, who: Known) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, _own(who), request.query_params)

    @router.get("/{award_id}", dependencies=[OWN])
    async def one(request: Request, who: Known, award_id: str) -> HTMLResponse:
        return await _page(running, request, who, award_id)

    @router.get("/{award_id}/print", dependencies=[OWN])
    async def on_paper(request: Request, who: Known, award_id: str) -> HTMLResponse:
        async with running.look() as connection:
            whole = await unit_award(connection, who, award_id)
        return printed(request, whole, to("unit/awards", award_id))

    @router.post("/{award_id}/agree", dependencies=[OWN])
    async def agree(request: Request, who: Known, award_id: str) -> Response:
        return await _done(running, request, who, award_id, "agree", UNIT_CONTRACT["agree"])

    @router.post("/{award_id}/return", dependencies=[OWN])
    async def give_back(request: Request, who: Known, award_id: str) -> Response:
        return await _done(running, request, who, award_id, "return", UNIT_CONTRACT["return"])

    @router.post("/{award_id}/say", dependencies=[OWN])
    async def say(request: Request, who: Known, award_id: str) -> Response:
        return await _done(running, request, who, award_id, "say", SAY_OF_CHANGE)

    return router


def _own(who: Who) -> Select[Any]:
    return award_list.every().where(AWARD.c.unit_id.in_(who.scopes(Role.UNIT)))


LISTING = Listing(
    "本单位的入选项目",
    (
        Column("contract_no", "任务书编号", by=AWARD.c.contract_no, to=lambda row: to("unit/awards", row["id"])),
        Column("project", "项目", by=AWARD.c.project),
        Column("applicant", "负责人", by=APPLICANT.c.name),
        Column("programme_id", "计划", by=AWARD.c.programme_id, said=lambda row: programme_name(row["programme_id"])),
        Column("state", "状态", "state", by=AWARD.c.state, said=lambda row: STATES[row["state"]],
               tone=lambda row: TONES.get(row["state"], "calm")),
        Column("contract", "任务书", "state", said=lambda row: CONTRACTS[row["contract"]],
               tone=lambda row: TONES.get(row["contract"], "calm")),
        Column("amount_fen", "资助", "yuan", by=AWARD.c.amount_fen),
        Column("paid_fen", "已拨付", "yuan"),
        Column("next_due", "下次考核", "day"),
    ),
    filters=(Filter("state", "状态", lambda value: AWARD.c.state == value, STATES),),
    search=(AWARD.c.contract_no,),
    finds=award_list.holds,
    order=(AWARD.c.awarded_on.desc(), AWARD.c.id),
    empty="本单位还没有入选项目；申报入选以后列在这里，同时来信",
    search_title="编号、项目、姓名",
)  # fmt: skip


async def _done(running: Running, request: Request, who: Who, award_id: str, name: str, step: AwardStep) -> Response:
    """Does a step about an award of one's own, or shows the page again beside what is wrong."""
    given = texts(await request.form())
    async with running.look() as connection:
        whole = await unit_award(connection, who, award_id)
    ids = {"change_id": given.get("change_id", "")} if step is SAY_OF_CHANGE else {"award_id": award_id}
    if step is SAY_OF_CHANGE and ids["change_id"] not in {each["id"] for each in whole.asked}:
        raise DomainError("no-such-award-change", "没有这份变更申请", status=404)
    try:
        order = order_from(step.order, given, **ids)
        async with running.unit(who.account) as unit:
            await step.work(unit, order)
    except DomainError as wrong:
        return await _page(running, request, who, award_id, wrong, given | {"step": name})
    return RedirectResponse(f"{to('unit/awards', award_id)}?done={name}", 303)


async def _page(
    running: Running,
    request: Request,
    who: Who,
    award_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        whole = await unit_award(connection, who, award_id)
        in_force = whole.in_force
        typed_in_force = in_force["typed"] if in_force is not None else {}
        asked = await award_view.asked_for(connection, whole.asked, typed_in_force)
        claims = await claims_of(connection, whole.row)
        since = await award_list.contract_since(connection, award_id)
        seen = await unit_desk.own_hand_ins(connection, whole.row["application_id"], who.scopes(Role.UNIT))
    return PAGES.show(
        request, "unit_award.html", 200 if error is None else error.status, at=to("unit/awards", award_id),
        award=whole.row, whole=whole, programme=load_programme(whole.row["programme_id"]), asked=asked,
        handed_to_us=bool(seen), since=since, claims=claims,
        stages=award_view.stages(whole), versions=award_view.signed(whole), entries=award_view.entries(whole),
        error=error, typed=typed or {}, problems=wrong_at(error), today=legal_date(running.now()),
        done=DONE.get(request.query_params.get("done", ""), "") if error is None else "",
    )  # fmt: skip
