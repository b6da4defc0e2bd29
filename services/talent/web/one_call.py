"""One call at the office: its edition and its progress, other days; opened, closed and taken back by hand after a
preview."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import calls as rows
from services.talent.store import changes
from services.talent.store.tables import CALL
from services.talent.usecases import call_days, calls, cancelling
from services.talent.web.call_picture import STAGES, picture, standings
from services.talent.web.calls import LABELS, filled
from services.talent.web.edition_view import read
from services.talent.web.foreseeing import foreseen_or_done
from services.talent.web.looks import PAGES, programme_name, to
from services.talent.web.step_forms import texts, wrong_in
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of

CLERKS = may(Role.CLERK, Role.HEAD)
Cautions = Callable[[AsyncConnection, str, date], Awaitable[list[str]]]
"""What else to know of a call before a step of it is confirmed on this day."""
DONE = {
    "planned": "批次已设立。", "changed": "日程已修改。", "open": "批次已开放。", "close": "批次已截止。",
    "cancel": "批次已撤销；需要时可以重新设立。",
}  # fmt: skip
DAYS = ("document_no", "opens_on", "closes_on", "units_until", "reason")


class Step(NamedTuple):
    """`does` its verb, `who` may do it."""

    does: str
    order: type[BaseModel]
    work: Callable[..., Awaitable[None]]
    who: tuple[Role, ...]
    cautions: Cautions | None = None


async def _before_it_closes(connection: AsyncConnection, programme_id: str, today: date) -> list[str]:
    """What was announced, and who loses the chance to apply."""
    call = await changes.found(connection, CALL, programme_id, "申报批次")
    drafts, returned = await rows.unfinished(connection, programme_id)
    early = (call["closes_on"] - today).days
    told = []
    if early > 0:
        told.append(
            f"公布的申报截止是 {call['closes_on']}，现在截止提前 {early} 天，申报截止改为 {today}，"
            "理由和原来公布的日期留在“经过”里；没有开始填写的人不能再申报。"
        )
    if drafts:
        told.append(f"还有 {drafts} 份正在填写，没有提交；截止以后不能再提交，也没有信通知，请先确认已经另行告知。")
    if returned:
        told.append(f"已退回修改的 {returned} 份不受影响，仍可改到各自的期限。")
    return told


async def _before_it_is_taken_back(connection: AsyncConnection, programme_id: str, _: date) -> list[str]:
    """Who has begun to apply, and that the programme's year is not lost."""
    drafts, _returned = await rows.unfinished(connection, programme_id)
    told = ["还没有人提交过申报。撤销以后可以重新设立这个批次，写新的文号和日程。"]
    if drafts:
        told.append(f"有 {drafts} 份正在填写，撤销以后不能提交，重新设立并开放以后可以接着填；没有信通知，请另行告知。")
    return told


STEPS = {
    "open": Step("开放申报", calls.CallNamed, calls.open_call, (Role.CLERK, Role.HEAD)),
    "close": Step("截止申报", calls.CloseCall, calls.close_call, (Role.CLERK, Role.HEAD), _before_it_closes),
    "cancel": Step(
        "撤销批次", cancelling.CancelCall, cancelling.cancel_call, (Role.HEAD,), _before_it_is_taken_back
    ),
}  # fmt: skip


def one_call_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/calls", include_in_schema=False)

    @router.get("/{programme_id}", dependencies=[READERS])
    async def one(request: Request, programme_id: str) -> HTMLResponse:
        return await _page(running, request, programme_id)

    @router.post("/{programme_id}/days", dependencies=[CLERKS])
    async def days(request: Request, who: Known, programme_id: str) -> Response:
        given = texts(await request.form())
        try:
            values = {**filled(given, DAYS), "programme_id": programme_id}
            order = order_of(call_days.ChangeCall, values, LABELS)
            async with running.unit(who.account) as unit:
                await call_days.change_call(unit, order)
        except DomainError as wrong:
            return await _page(running, request, programme_id, wrong, given)
        return RedirectResponse(f"{to('calls', programme_id)}?done=changed", 303)

    for name, step in STEPS.items():
        router.add_api_route(
            f"/{{programme_id}}/{name}", _step(running, name, step), methods=["POST"], dependencies=[may(*step.who)]
        )
    return router


def _step(running: Running, name: str, step: Step) -> Callable[..., Awaitable[Response]]:
    async def move(request: Request, who: Known, programme_id: str) -> Response:
        async def said(connection: AsyncConnection) -> list[str]:
            return await step.cautions(connection, programme_id, legal_date(running.now())) if step.cautions else []

        given = texts(await request.form())
        address = to("calls", programme_id)
        try:
            order = order_of(step.order, {"reason": given.get("reason", ""), "programme_id": programme_id}, LABELS)
            return await foreseen_or_done(
                running, request, who, title=f"{step.does}：{programme_name(programme_id)}", does=step.does,
                work=lambda unit: step.work(unit, order), to=f"{address}?done={name}", back=address, cautions=said,
            )  # fmt: skip
        except DomainError as wrong:
            return await _page(running, request, programme_id, wrong, given, form=name)

    return move


async def _page(
    running: Running,
    request: Request,
    programme_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
    form: str = "days",
) -> HTMLResponse:
    async with running.look() as connection:
        call = await changes.found(connection, CALL, programme_id, "申报批次")
        counted = standings(await rows.by_unit(connection, programme_id))
        handed_in = await rows.handed_in(connection, programme_id)
        history = [row for row in await changes.of(connection, [programme_id]) if row["noun"] == "call"]
    given = {"days": {name: str(call[name]) for name in DAYS if name != "reason"}}
    if typed is not None:
        given[form] = dict(typed)
    return PAGES.show(
        request, "call.html", 200 if error is None else error.status, call=call,
        edition=read(load_programme(programme_id)), address=to("calls", programme_id), at=to("calls", programme_id),
        rows=counted, picture=picture(counted), stages=[name for name, _, _ in STAGES.values()], history=history,
        error=error, problems={form: wrong_in(error)}, typed=given, done=DONE.get(request.query_params.get("done", "")),
        changeable=call["state"] in call_days.CHANGEABLE, early=legal_date(running.now()) < call["closes_on"],
        cancellable="cancelled" in lifecycles.CALL.moves.get(call["state"], ()) and not handed_in,
    )  # fmt: skip
