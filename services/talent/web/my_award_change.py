"""I apply for a change of my award: another unit, another plan, more time, the leader leaves; or take it back."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.talent.store import award_people, mine
from services.talent.usecases.award_changes import (
    KINDS,
    ApplyForChange,
    WithdrawChange,
    apply_for_change,
    withdraw_change,
)
from services.talent.usecases.changing import MOST_MONTHS
from services.talent.usecases.contracts import ContractIncomplete
from services.talent.web.applicant import APPLICANT_ONLY, text
from services.talent.web.contract_form import contract_form, typed_of
from services.talent.web.looks import PAGES, to
from services.talent.web.my_award import own_award
from shared.core.errors import DomainError
from shared.identity.who import Who
from shared.programme.load import load_programme
from shared.reading.sent_text import problem_of
from shared.running.running import Running
from shared.webkit.access import Known
from shared.webkit.forms import FormWrong, order_of

LABELS = {
    "reason": "理由", "months": "延期几个月", "unit": "新单位", "leader_name": "接任人姓名",
    "leader_email": "接任人邮箱",
}  # fmt: skip
MOST_TEXT = 300


def my_award_change_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/awards/{award_id}", include_in_schema=False)

    @router.get("/changes/{kind}", dependencies=[APPLICANT_ONLY])
    async def form(request: Request, who: Known, award_id: str, kind: str) -> HTMLResponse:
        return await _page(running, request, who, award_id, kind)

    @router.post("/changes/{kind}", dependencies=[APPLICANT_ONLY])
    async def apply(request: Request, who: Known, award_id: str, kind: str) -> Response:
        sent = await request.form()
        try:
            async with running.unit(who.account) as unit:
                await own_award(unit.connection, who, award_id)
                order = await _order(unit.connection, award_id, _kind(kind), sent)
                await apply_for_change(unit, order)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, who, award_id, kind, wrong, sent)
        return RedirectResponse(f"{to('mine/awards', award_id)}?done=applied", 303)

    @router.post("/withdraw-change", dependencies=[APPLICANT_ONLY])
    async def withdraw(request: Request, who: Known, award_id: str) -> Response:
        """Sent twice it has been done once."""
        change_id = text(await request.form(), "change_id").strip()
        async with running.unit(who.account) as unit:
            whole = await own_award(unit.connection, who, award_id)
            row = next((each for each in whole.asked if each["id"] == change_id), None)
            if row is None:
                raise DomainError("no-such-award-change", "没有这份变更申请", status=404)
            if row["state"] != "withdrawn":
                await withdraw_change(unit, WithdrawChange(change_id=change_id))
        return RedirectResponse(f"{to('mine/awards', award_id)}?done=withdrawn", 303)

    return router


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise DomainError("no-such-change", "没有这种变更；请从项目的页面进入", status=404)
    return kind


def _given(sent: FormData) -> dict[str, str]:
    return {name: text(sent, name).strip() for name in LABELS}


async def _order(connection: AsyncConnection, award_id: str, kind: str, sent: FormData) -> ApplyForChange:
    given = _given(sent)
    wrong = {name: problem for name, said in given.items() if (problem := problem_of(said))}
    if not given["reason"]:
        wrong.setdefault("reason", "请写明为什么要变更")
    values: dict[str, Any] = {"award_id": award_id, "kind": kind, "reason": given["reason"]}
    if kind == "plan":
        values["typed"] = typed_of(sent)
    elif not wrong:
        values |= await ASKED[kind](connection, given, wrong)
    if wrong:
        raise FormWrong(wrong, LABELS)
    return order_of(ApplyForChange, values, LABELS)


async def _unit(connection: AsyncConnection, given: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    found = await mine.units_called(connection, given["unit"][:MOST_TEXT])
    if len(found) == 1:
        return {"unit_id": found[0]["id"]}
    wrong["unit"] = "请从列表里选一家登记在册的单位，或填统一社会信用代码"
    return {}


async def _longer(_: AsyncConnection, given: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    if not given["months"]:
        wrong["months"] = f"请写明延期几个月，1 到 {MOST_MONTHS}"
    return {"months": given["months"]}


async def _leader(connection: AsyncConnection, given: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    """Name and address together: nobody learns from one of them who is registered."""
    if not given["leader_name"] and not given["leader_email"]:
        return {}
    leader = await award_people.called(connection, given["leader_name"], given["leader_email"])
    if leader is None:
        wrong["leader_email"] = "没有这样一位已经注册的申报人；姓名和邮箱要与他注册时一致，不接任的请都留空"
    return {"applicant_id": leader}


ASKED = {"unit": _unit, "extension": _longer, "leader": _leader}
"""What each kind of change asks for."""


async def _page(
    running: Running,
    request: Request,
    who: Who,
    award_id: str,
    kind: str,
    error: DomainError | None = None,
    sent: FormData | None = None,
) -> HTMLResponse:
    _kind(kind)
    async with running.look() as connection:
        whole = await own_award(connection, who, award_id)
        units = await mine.units(connection)
    in_force = whole.in_force
    typed: Mapping[str, str] = typed_of(sent) if sent is not None else in_force["typed"] if in_force is not None else {}
    listed = error.problems if isinstance(error, ContractIncomplete) else {}
    problems = error.fields if isinstance(error, FormWrong) else {}
    return PAGES.show(
        request, "my_award_change.html", 200 if error is None else error.status,
        at=f"{to('mine/awards', award_id)}/changes/{kind}", award=whole.row, kind=kind, units=units, unit=whole.unit,
        f=contract_form(whole.row, typed, listed, {}), listed=listed, problems=problems, error=error,
        given=_given(sent) if sent is not None else {}, open=in_force is not None, most_months=MOST_MONTHS,
        programme=load_programme(whole.row["programme_id"]),
    )  # fmt: skip
