"""Who is to take an award over by a change, a unit or another leader: what he would take on, and his word whether he
does."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.contract_terms import read_terms
from services.talent.store import awards, changes
from services.talent.store.award_tables import AWARD_CHANGE
from services.talent.store.whole_award import WholeAward, whole_award
from services.talent.web.applicant import APPLICANT_ONLY
from services.talent.web.award_steps import ANSWER_CHANGE, order_from, wrong_at
from services.talent.web.award_view import asked_for
from services.talent.web.looks import PAGES, to
from services.talent.web.step_forms import texts
from services.talent.web.unit_awards import OWN
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known

NOT_YET = ("applied", "withdrawn")
"""As long as its own unit has not spoken nobody else is asked; what was taken back is nobody else's either."""


class Side(NamedTuple):
    """Who is asked: under `place`, the scopes of `role`, as the change names him in `asked`."""

    place: str
    role: Role
    kind: str
    asked: str
    may: Any
    takes_on: str


UNIT = Side(
    "unit", Role.UNIT, "unit", "unit_id", OWN,
    "同意接收的，获准以后由本单位履行任务书中单位的责任，保证条件和自筹经费到位；以后的资助拨付到本单位。",
)  # fmt: skip
LEADER = Side(
    "mine", Role.APPLICANT, "leader", "applicant_id", APPLICANT_ONLY,
    "同意接任的，获准以后由您作为负责人履行任务书，提交考核材料和总结；项目计入您的在研项目，期间不能再申报同时只承担一项的计划。",
)  # fmt: skip


class Proposed(NamedTuple):
    """`open`: what he would take on is his to read, until he has said no or the office has decided."""

    change: RowMapping
    award: WholeAward
    open: bool


def asked_change_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for side in (UNIT, LEADER):
        router.include_router(_pages(running, side))
    return router


def _pages(running: Running, side: Side) -> APIRouter:
    router = APIRouter(prefix=f"/{side.place}/changes/{{change_id}}", include_in_schema=False)

    @router.get("", dependencies=[side.may])
    async def one(request: Request, who: Known, change_id: str) -> HTMLResponse:
        return await _page(running, request, who, side, change_id)

    @router.post("/answer", dependencies=[side.may])
    async def answer(request: Request, who: Known, change_id: str) -> Response:
        given = texts(await request.form())
        async with running.look() as connection:
            await _proposed(connection, who, side, change_id)
        try:
            order = order_from(ANSWER_CHANGE.order, given, change_id=change_id)
            async with running.unit(who.account) as unit:
                await ANSWER_CHANGE.work(unit, order)
        except DomainError as wrong:
            return await _page(running, request, who, side, change_id, wrong, given)
        return RedirectResponse(f"{to(f'{side.place}/changes', change_id)}?done=answered", 303)

    return router


async def _proposed(connection: AsyncConnection, who: Who, side: Side, change_id: str) -> Proposed:
    """A change to somebody else, and one that is not asked for yet, is as good as none."""
    row = await changes.found(connection, AWARD_CHANGE, change_id, "变更申请")
    asked = row["asked"].get(side.asked) if row["kind"] == side.kind else None
    if asked not in who.scopes(side.role) or row["state"] in NOT_YET:
        raise DomainError("no-such-award-change", "没有这份变更申请", status=404)
    answer = await awards.answer_of(connection, change_id)
    open_ = row["state"] == "asked" or (row["state"] == "seen" and answer is not None and answer["agrees"])
    return Proposed(row, await whole_award(connection, row["award_id"]), open_)


async def _page(
    running: Running,
    request: Request,
    who: Who,
    side: Side,
    change_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        row, whole, open_ = await _proposed(connection, who, side, change_id)
        (asked,) = await asked_for(connection, [row], {})
    in_force = whole.in_force
    done = error is None and request.query_params.get("done") == "answered"
    return PAGES.show(
        request, "asked_change.html", 200 if error is None else error.status,
        at=to(f"{side.place}/changes", change_id), side=side, row=row, asked=asked, open=open_,
        award=whole.row, whole=whole, programme=load_programme(whole.row["programme_id"]),
        terms=None if in_force is None else read_terms(in_force["typed"]), error=error, typed=typed or {},
        problems=wrong_at(error), done=ANSWER_CHANGE.done if done else "",
    )  # fmt: skip
