"""Every letter sent to my organisations, or to me as an expert: where it has got to, what it is about, the letter."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, unquote

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import my_letters
from services.incubator.store.tables import MESSAGE_SEEN
from services.incubator.web.looks import PAGES, to
from services.incubator.web.wording import LETTER_STATES, kind_name, letter_name
from shared.contracts.contact import expert_person
from shared.core.clock import start_of
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

STATES = {
    "queued": "正在寄出",
    "handed_over": "已交付",
    "no_address": "没有邮箱，寄不出",
    "failed": "没有寄到",
    "bounced": "被退回",
}
MEANS = {
    "queued": "等待交给邮件服务器，一时不成会自动再试",
    "handed_over": "",
    "no_address": "单位还没有登记邮箱；请联系项目办公室登记，登记后自动寄出",
    "failed": "邮件服务器拒收；请项目办公室核对登记的邮箱，信的全文可以在这里读",
    "bounced": "邮箱退回了这封信；请项目办公室核对登记的邮箱，信的全文可以在这里读",
}
PLACES = {"report": "mine/reports", "evaluation": "mine/results", "subsidy": "mine/subsidies"}
"""Where the page is of what an event of this noun is about."""
REVIEWED = ("review", "reviews")
"""What experts are told of stands on one page of theirs."""


def letter_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    receiver = may(Role.OPERATOR, Role.EXPERT)

    @router.get("/mine/letters", dependencies=[receiver])
    async def letters(request: Request, who: Known) -> HTMLResponse:
        own = _recipients(who)
        async with running.look() as connection:
            listing = await _listing(connection, own)
            listed = await listing.page(connection, my_letters.letters_to(own), request.query_params)
        return PAGES.show(request, "my_letters.html", listed=listed)

    @router.get("/mine/letters.xlsx", dependencies=[receiver])
    async def workbook(request: Request, who: Known) -> Response:
        own = _recipients(who)
        async with running.look() as connection:
            listing = await _listing(connection, own)
            return await export(connection, listing, my_letters.letters_to(own), request.query_params)

    return router


def _recipients(who: Who) -> Collection[str]:
    """As whom letters reach whoever is logged in: the organisations he acts for, and the expert he is."""
    return {*who.scopes(Role.OPERATOR), *map(expert_person, who.scopes(Role.EXPERT))}


async def _listing(connection: AsyncConnection, own: Collection[str]) -> Listing:
    years = await my_letters.years(connection, own)
    kinds = await my_letters.kinds(connection, own)
    return letter_list(years, kinds)


def letter_list(years: Sequence[int], kinds: Sequence[str]) -> Listing:
    return Listing(
        "收到的信件",
        columns=(
            Column("at", "时间", "moment", by=MESSAGE_SEEN.c.at),
            Column("letter", "信件", said=lambda row: letter_name(row["letter"]), to=_letter_page),
            Column("about", "关于", said=_about, to=_about_page),
            Column("state", "到了没有", "state", by=MESSAGE_SEEN.c.state, said=_state, tone=_tone),
            Column("means", "说明", said=_means),
        ),
        filters=(
            Filter("state", "到了没有", lambda state: MESSAGE_SEEN.c.state == state, STATES),
            Filter("year", "年份", _in_year, {str(year): f"{year} 年" for year in years}),
            Filter(
                "letter", "信件", lambda letter: MESSAGE_SEEN.c.letter == letter, {k: letter_name(k) for k in kinds}
            ),
        ),
        order=(MESSAGE_SEEN.c.at.desc(), MESSAGE_SEEN.c.message_id),
        empty="还没有信件；填报、考评、补助一有进展就会来信，同时列在这里",
    )


def _in_year(year: str) -> ColumnElement[bool]:
    first, after = start_of(date(int(year), 1, 1)), start_of(date(int(year) + 1, 1, 1))
    return (MESSAGE_SEEN.c.at >= first) & (MESSAGE_SEEN.c.at < after)


def _letter_page(row: RowMapping) -> str:
    return f"/notify/mine/{quote(row['message_id'], safe='')}"


def _state(row: RowMapping) -> str:
    state: str = row["state"]
    return STATES.get(state, state)


def _tone(row: RowMapping) -> str:
    shown = LETTER_STATES.get(row["state"])
    return "calm" if shown is None else shown.tone


def _means(row: RowMapping) -> str:
    """What the state means for its reader, and what the mail server said of it."""
    means = MEANS.get(row["state"], "")
    return f"{means}（{row['reason']}）" if row["reason"] else means


def _told(row: RowMapping) -> dict[str, Any]:
    """The event behind the letter; empty if another program told it."""
    return {} if row["body"] is None else dict(orjson.loads(bytes(row["body"])))


def _about(row: RowMapping) -> str:
    """The carrier the letter is about; an event of a unit as a whole names the unit, one to an expert the round."""
    told = _told(row)
    named = told.get("carrier") or told.get("organisation") or {}
    if not named and "person_id" in told:
        return f"{told.get('year')} 年度{kind_name(told.get('kind'))}考评"
    return str(named.get("name", "")) if isinstance(named, dict) else ""


def _about_page(row: RowMapping) -> str | None:
    """My page of what the letter is about: an objection of somebody else leads to my result."""
    if row["subject"] is None:
        return None
    about, told = unquote(row["headers"].get("ce-subject", "")), _told(row)
    noun = row["subject"].split(".")[1]
    if noun == "objection":
        own = told.get("objector_id") == row["recipient_id"]
        return to("mine/objections", about) if own else to("mine/results", str(told.get("evaluation_id", "")))
    if noun in PLACES and about:
        return to(PLACES[noun], about)
    if noun in REVIEWED:
        return "/incubator/reviews"
    carrier = told.get("carrier")
    return to("mine/carriers", str(carrier["id"])) if isinstance(carrier, dict) and "id" in carrier else None
