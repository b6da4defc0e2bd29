"""All awards at the office: found, filtered, sorted, taken away; contracts put in force together, seen before."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import application_list, award_list
from services.talent.store.award_tables import AWARD, CONTRACT
from services.talent.store.tables import APPLICANT, CALL, UNIT
from services.talent.usecases.many_awards import CountersignMany, countersign_many
from services.talent.web.award_steps import wrong_at
from services.talent.web.foreseeing import foreseen_or_done
from services.talent.web.looks import PAGES, TONES, programme_name, to
from services.talent.web.step_forms import texts
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

HEADS = may(Role.HEAD)
HERE, CHOSEN, NUMBER = "/talent/awards", "awards", "number:"
STATES, CONTRACTS = lifecycles.AWARD.states, lifecycles.CONTRACT.states
LABELS = {"begins_on": "开始执行的日期", "contracts": "选中的任务书"}
DONE = {"made": "项目已设立，申报人会收到信，接着填写任务书。", "countersigned": "任务书已签署，项目开始执行。"}


async def listing(connection: AsyncConnection) -> Listing:
    """With the calls and units there are to filter by."""
    programmes = await award_list.programmes(connection)
    years = sorted({load_programme(each).year for each in programmes}, reverse=True)
    return Listing(
        "入选项目",
        (
            Column("applicant", "负责人", by=APPLICANT.c.name, to=lambda row: to("awards", row["id"])),
            Column("project", "项目", by=AWARD.c.project),
            Column("contract_no", "任务书编号", by=AWARD.c.contract_no),
            Column("programme_id", "计划", by=AWARD.c.programme_id,
                   said=lambda row: programme_name(row["programme_id"])),
            Column("unit", "单位", by=UNIT.c.name),
            Column("state", "状态", "state", by=AWARD.c.state, said=lambda row: STATES[row["state"]],
                   tone=_tone("state")),
            Column("contract", "任务书", "state", by=CONTRACT.c.state, said=lambda row: CONTRACTS[row["contract"]],
                   tone=_tone("contract")),
            Column("amount_fen", "资助", "yuan", by=AWARD.c.amount_fen),
            Column("paid_fen", "已拨付", "yuan", by=award_list.PAID),
            Column("next_due", "下次考核", "day", by=award_list.NEXT_DUE),
            Column("awarded_on", "入选", "day", by=AWARD.c.awarded_on),
            Column("document_no", "文号"),
        ),
        filters=(
            Filter("programme", "计划", lambda value: AWARD.c.programme_id == value,
                   {each: programme_name(each) for each in programmes}),
            Filter("year", "年度", lambda value: CALL.c.year == int(value), {str(each): str(each) for each in years}),
            Filter("state", "状态", lambda value: AWARD.c.state == value, STATES),
            Filter("contract", "任务书", lambda value: CONTRACT.c.state == value, CONTRACTS),
            Filter("unit", "单位", lambda value: AWARD.c.unit_id == value, await application_list.units(connection)),
        ),
        search=(AWARD.c.contract_no,),
        finds=award_list.holds,
        order=(AWARD.c.awarded_on.desc(), AWARD.c.id),
        empty="还没有入选项目；入选确定以后，在“设立项目”里一并设立",
        search_title="编号、项目、姓名、文号",
    )  # fmt: skip


def _tone(name: str) -> Any:  # noqa: ANN401 - what a column takes: a row in, a tone out
    def tone(row: RowMapping) -> str:
        return TONES.get(row[name], "calm")

    return tone


def award_list_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/awards", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        return await _list(running, request)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, await listing(connection), award_list.every(), request.query_params)

    @router.post("/countersign", dependencies=[HEADS])
    async def sign(request: Request, who: Known) -> Response:
        """All that were chosen, each in the version that was seen, or none."""
        form = await request.form()
        chosen = [value for value in form.getlist(CHOSEN) if isinstance(value, str)]
        given = texts(form)
        try:
            order = _order(chosen, given)
            return await foreseen_or_done(
                running, request, who, title="批量签署任务书", does="签署", to=f"{HERE}?done=countersigned",
                work=lambda unit: countersign_many(unit, order), back=f"{HERE}?contract=agreed",
            )  # fmt: skip
        except DomainError as wrong:
            return await _list(running, request, wrong, chosen, given)

    return router


def _order(chosen: Sequence[str], given: dict[str, str]) -> CountersignMany:
    if not chosen:
        raise DomainError("nothing-chosen", "请先在左边的方框里选要签署的任务书")
    seen = [{"award_id": each, "number": given.get(f"{NUMBER}{each}") or 0} for each in chosen]
    return order_of(CountersignMany, {"contracts": seen, "begins_on": given.get("begins_on") or None}, LABELS)


async def _list(
    running: Running,
    request: Request,
    error: DomainError | None = None,
    chosen: Sequence[str] = (),
    given: dict[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        listed = await (await listing(connection)).page(connection, award_list.every(), request.query_params)
        waiting = await award_list.to_award(connection)
        changes = await award_list.to_decide(connection)
    calls: dict[str, int] = {}
    for row in waiting:
        calls[row["programme_id"]] = calls.get(row["programme_id"], 0) + 1
    signing = request.query_params.get("contract") == "agreed" or error is not None
    return PAGES.show(
        request, "awards.html", 200 if error is None else error.status, listed=listed, error=error, chosen=chosen,
        given=given or {}, problems=wrong_at(error), signing=signing, to_award=calls, changes=changes, at=HERE,
        done=DONE.get(request.query_params.get("done", ""), "") if error is None else "",
    )  # fmt: skip
