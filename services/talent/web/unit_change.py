"""The unit an award is to change to: what it would take on, and its word whether it does."""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.contract_terms import read_terms
from services.talent.store import changes
from services.talent.store.award_tables import AWARD_CHANGE
from services.talent.store.whole_award import WholeAward, whole_award
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


class Proposed(NamedTuple):
    change: RowMapping
    award: WholeAward


def unit_change_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/unit/changes/{change_id}", include_in_schema=False)

    @router.get("", dependencies=[OWN])
    async def one(request: Request, who: Known, change_id: str) -> HTMLResponse:
        return await _page(running, request, who, change_id)

    @router.post("/answer", dependencies=[OWN])
    async def answer(request: Request, who: Known, change_id: str) -> Response:
        given = texts(await request.form())
        async with running.look() as connection:
            await _proposed(connection, who, change_id)
        try:
            order = order_from(ANSWER_CHANGE.order, given, change_id=change_id)
            async with running.unit(who.account) as unit:
                await ANSWER_CHANGE.work(unit, order)
        except DomainError as wrong:
            return await _page(running, request, who, change_id, wrong, given)
        return RedirectResponse(f"{to('unit/changes', change_id)}?done=answered", 303)

    return router


async def _proposed(connection: AsyncConnection, who: Who, change_id: str) -> Proposed:
    """A change to another unit, and one that is not asked for yet, is as good as none."""
    row = await changes.found(connection, AWARD_CHANGE, change_id, "变更申请")
    new_unit = row["asked"].get("unit_id") if row["kind"] == "unit" else None
    if new_unit not in who.scopes(Role.UNIT) or row["state"] in NOT_YET:
        raise DomainError("no-such-award-change", "没有这份变更申请", status=404)
    return Proposed(row, await whole_award(connection, row["award_id"]))


async def _page(
    running: Running,
    request: Request,
    who: Who,
    change_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        row, whole = await _proposed(connection, who, change_id)
        (asked,) = await asked_for(connection, [row], {})
    in_force = whole.in_force
    done = error is None and request.query_params.get("done") == "answered"
    return PAGES.show(
        request, "unit_change.html", 200 if error is None else error.status, at=to("unit/changes", change_id),
        row=row, asked=asked, award=whole.row, whole=whole, programme=load_programme(whole.row["programme_id"]),
        terms=None if in_force is None else read_terms(in_force["typed"]), error=error, typed=typed or {},
        problems=wrong_at(error), done=ANSWER_CHANGE.done if done else "",
    )  # fmt: skip
