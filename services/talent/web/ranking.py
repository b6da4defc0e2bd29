"""The ranking of a call at the office: the picture with its cut line, what another number would move, and the steps
from the ranking to the selection that stands. Each step is shown with all it touches before it is done."""

import re
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.talent.domain.moving_places import PUBLIC
from services.talent.usecases import calls, ranking, selecting
from services.talent.web import ranking_effects, ranking_sheet
from services.talent.web.before_ranking import before_ranking
from services.talent.web.looks import PAGES, programme_name, to
from services.talent.web.ranking_picture import picture
from services.talent.web.ranking_view import HOW_COMPUTED, PLACE_TONES
from services.talent.web.ranking_view import ranking as shown_ranking
from services.talent.web.step_forms import texts, wrong_in
from services.talent.web.weighing import Effect, weighed_or_done
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.programme.selection import PLACE_NAMES
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.asked import Asked
from shared.webkit.forms import order_of
from shared.webkit.takeaway import attached

CLERKS, HEAD = may(Role.CLERK, Role.HEAD), may(Role.HEAD)
LABELS = {
    "number": "选拔人数", "reason": "理由", "public_from": "公示第一天", "tied": "同分待定", "more": "增补",
    "application_id": "申报",
}  # fmt: skip
DONE = {
    "ranked": "已按专家评分排名。",
    "number": "选拔人数已改。",
    "public": "拟入选名单已公示。",
    "next": "已递补并公示。",
    "closed": "选拔已结束，没有入选的申报人会收到通知。",
}
MOST_NUMBER = 10_000
LISTS = ("tied", "more")
WRITTEN = "_ids"
"""Behind the name of a list: the field for the ids of those it does not name."""
SEVERAL = re.compile(r"[\s、，,;；]+")
Weighs = Callable[[AsyncConnection, str, Any, date], Awaitable[Effect]]
"""Of a call and an order about it, on this day."""


class Step(NamedTuple):
    """`does` its verb, `done` the word in the address afterwards, `fields` what is typed for it, `weighs` what else is
    said before it is done."""

    does: str
    done: str
    order: type[BaseModel]
    work: Callable[[Unit, Any], Awaitable[object]]
    fields: tuple[str, ...] = ()
    weighs: Weighs | None = None


RANK = Step("排名", "ranked", ranking.RankCall, ranking.rank_call)
DECISIONS = {
    "number": Step(
        "改选拔人数", "number", calls.ChangeNumber, calls.change_number, ("number", "reason"),
        ranking_effects.number_effect,
    ),
    "publicise": Step(
        "公示", "public", selecting.PubliciseSelection, selecting.publicise_selection,
        ("public_from", "reason", *LISTS), ranking_effects.publicity_effect,
    ),
    "next": Step(
        "递补", "next", selecting.PubliciseNext, selecting.publicise_next, ("application_id", "reason"),
        ranking_effects.next_effect,
    ),
    "close": Step("结束选拔", "closed", selecting.CloseSelection, selecting.close_selection),
}  # fmt: skip
"""What the head decides, by its place in the address."""


def address_of(programme_id: str) -> str:
    return f"{to('calls', programme_id)}/ranking"


def ranking_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/calls/{programme_id}/ranking", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def page(request: Request, programme_id: str) -> HTMLResponse:
        return await ranking_page(running, request, programme_id)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(programme_id: str) -> Response:
        async with running.look() as connection:
            content = await ranking_sheet.workbook(connection, programme_id)
        return attached(f"{programme_name(programme_id)}排名.xlsx", content)

    @router.post("/rank", dependencies=[CLERKS])
    async def rank(request: Request, who: Known, programme_id: str) -> Response:
        return await _step(running, request, who, programme_id, RANK)

    @router.post("/{step}", dependencies=[HEAD])
    async def decide(request: Request, who: Known, programme_id: str, step: str) -> Response:
        if step not in DECISIONS:
            raise DomainError("not-found", "没有这一步", status=404)
        return await _step(running, request, who, programme_id, DECISIONS[step])

    return router


async def _step(running: Running, request: Request, who: Who, programme_id: str, step: Step) -> Response:
    """Shows what the step would touch, or does it; what is wrong is said on the ranking, with everything typed."""
    form = await request.form()
    address = address_of(programme_id)
    try:
        order = order_of(step.order, _values(form, step, programme_id), LABELS)

        async def work(unit: Unit) -> None:
            await step.work(unit, order)

        effect, cautions = None, []
        async with running.look() as connection:
            if step.weighs is not None:
                effect = await step.weighs(connection, programme_id, order, legal_date(running.now()))
            if step is RANK:
                cautions = await before_ranking(Unit(connection, running.now(), who.account), programme_id)
        return await weighed_or_done(
            running, request, who, title=f"{step.does}：{programme_name(programme_id)}", does=step.does, work=work,
            effect=effect, to=f"{address}?done={step.done}", back=address, cautions=cautions,
        )  # fmt: skip
    except DomainError as wrong:
        if wrong.code == "no-such-call":
            raise
        return await ranking_page(running, request, programme_id, error=wrong, form=form)


def _values(form: FormData, step: Step, programme_id: str) -> dict[str, Any]:
    """What was written; what was left empty is as the use case has it."""
    given: dict[str, Any] = {name: text for name, text in texts(form).items() if name in step.fields and text}
    given |= {name: _chosen(form, name) for name in LISTS if name in step.fields}
    if "application_id" in step.fields and (written := _written(form, "application_id")):
        given["application_id"] = "、".join(written)
    return given | ({"programme_id": programme_id} if "programme_id" in step.order.model_fields else {})


def _chosen(form: FormData, name: str) -> list[str]:
    """Those marked in the list, and those whose ids were written because the list does not name all of them."""
    return list(dict.fromkeys([*_marked(form, name), *_written(form, name)]))


def _marked(form: FormData, name: str) -> list[str]:
    return [each for each in form.getlist(name) if isinstance(each, str)]


def _written(form: FormData, name: str) -> list[str]:
    return [each for each in SEVERAL.split(texts(form).get(f"{name}{WRITTEN}", "")) if each]


async def ranking_page(
    running: Running,
    request: Request,
    programme_id: str,
    error: DomainError | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    """A page of the ranking as it stands, or at the number that is asked about."""
    asked = request.query_params.get("number", "").strip()
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= len(str(MOST_NUMBER)) else 0
    valid, address = 1 <= number <= MOST_NUMBER, address_of(programme_id)

    def turned(page: int) -> str:
        """Another page of the same: not of what was posted."""
        return f"{address}?{urlencode({'number': asked, 'page': page} if valid else {'page': page})}"

    async with running.look() as connection:
        given = Asked(request.query_params)
        ranked = await shown_ranking(connection, programme_id, given, number if valid else None)
        drawn = await picture(connection, ranked)
    return PAGES.show(
        request, "ranking.html", 200 if error is None else error.status, ranked=ranked, picture=drawn, turned=turned,
        call=ranked.call, programme=ranked.stands.programme, address=address, at=address, error=error,
        problems=wrong_in(error), asked=asked, trying=valid and number != ranked.call["number"],
        wrong_number="请写 1 到 10000 的整数" if asked and not valid else "",
        typed=texts(form) if form is not None else {}, written=WRITTEN,
        chosen={name: _marked(form, name) if form is not None else [] for name in LISTS},
        places=PLACE_NAMES, tones=PLACE_TONES, public=PUBLIC, how_computed=HOW_COMPUTED,
        done=DONE.get(request.query_params.get("done", "")),
        today=legal_date(running.now()),
    )  # fmt: skip
