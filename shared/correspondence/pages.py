"""Every letter sent to whoever is logged in: where it has got to, what it is about, the letter itself."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.clock import start_of
from shared.correspondence.letters import Correspondence, letter_title
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export
from shared.webkit.templates import Pages

PAGES = Pages()
STATES = {
    "queued": "正在寄出",
    "handed_over": "已交付",
    "no_address": "没有邮箱，寄不出",
    "failed": "没有寄到",
    "bounced": "被退回",
}
TONES = {"handed_over": "good", "queued": "fair", "failed": "bad", "bounced": "bad"}
MEANS = {
    "queued": "等待交给邮件服务器，一时不成会自动再试",
    "handed_over": "",
    "no_address": "还没有登记邮箱；请联系项目办公室登记，登记后自动寄出",
    "failed": "邮件服务器拒收；请项目办公室核对登记的邮箱，信的全文可以在这里读",
    "bounced": "邮箱退回了这封信；请项目办公室核对登记的邮箱，信的全文可以在这里读",
}


@dataclass(frozen=True)
class MyLetters:
    """What a service says of them: as whom letters reach whoever is logged in (`recipients`; `also`: what his grants do
    not say and a register does), what one is about and where that is shown, and where the page lies (`crumbs`: title
    and address, by who looks)."""

    correspondence: Correspondence
    roles: frozenset[Role]
    recipients: Callable[[Who], Collection[str]]
    about: Callable[[RowMapping], str]
    about_page: Callable[[RowMapping], str | None]
    crumbs: Callable[[Who], Sequence[tuple[str, str]]]
    empty: str
    place: str = "/mine/letters"
    """Below the service's own address."""
    also: Callable[[AsyncConnection, Who], Awaitable[Collection[str]]] | None = None

    def pages(self, running: Running) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        receiver = may(*self.roles)

        @router.get(self.place, dependencies=[receiver])
        async def letters(request: Request, who: Known) -> HTMLResponse:
            async with running.look() as connection:
                own = await self.own(connection, who)
                listing = await self.listing(connection, own)
                listed = await listing.page(connection, self.correspondence.to(own), request.query_params)
            return PAGES.show(request, "my_letters.html", listed=listed, crumbs=self.crumbs(who))

        @router.get(f"{self.place}.xlsx", dependencies=[receiver])
        async def workbook(request: Request, who: Known) -> Response:
            async with running.look() as connection:
                own = await self.own(connection, who)
                listing = await self.listing(connection, own)
                return await export(connection, listing, self.correspondence.to(own), request.query_params)

        return router

    async def own(self, connection: AsyncConnection, who: Who) -> Collection[str]:
        """Everybody letters reach him as."""
        also = () if self.also is None else await self.also(connection, who)
        return {*self.recipients(who), *also}

    async def listing(self, connection: AsyncConnection, own: Collection[str]) -> Listing:
        years = await self.correspondence.years(connection, own)
        kinds = await self.correspondence.kinds(connection, own)
        seen = self.correspondence.seen

        def in_year(year: str) -> ColumnElement[bool]:
            first, after = start_of(date(int(year), 1, 1)), start_of(date(int(year) + 1, 1, 1))
            return (seen.c.at >= first) & (seen.c.at < after)

        return Listing(
            "收到的信件",
            columns=(
                Column("at", "时间", "moment", by=seen.c.at),
                Column("letter", "信件", said=lambda row: letter_title(row["letter"]), to=letter_page),
                Column("about", "关于", said=self.about, to=self.about_page),
                Column("state", "到了没有", "state", by=seen.c.state, said=_state, tone=_tone),
                Column("means", "说明", said=_means),
            ),
            filters=(
                Filter("state", "到了没有", lambda state: seen.c.state == state, STATES),
                Filter("year", "年份", in_year, {str(year): f"{year} 年" for year in years}),
                Filter("letter", "信件", lambda letter: seen.c.letter == letter, {k: letter_title(k) for k in kinds}),
            ),
            order=(seen.c.at.desc(), seen.c.message_id),
            empty=self.empty,
        )


def letter_page(row: RowMapping | dict[str, Any]) -> str:
    return f"/notify/mine/{quote(row['message_id'], safe='')}"


def _state(row: RowMapping) -> str:
    state: str = row["state"]
    return STATES.get(state, state)


def _tone(row: RowMapping) -> str:
    return TONES.get(row["state"], "calm")


def _means(row: RowMapping) -> str:
    """What the state means for its reader, and what the mail server said of it."""
    means = MEANS.get(row["state"], "")
    return f"{means}（{row['reason']}）" if row["reason"] else means
