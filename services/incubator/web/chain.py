"""The chain page: everything under one correlation id, from an event to the letters about what came of it."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import stories
from services.incubator.web import naming
from services.incubator.web.looks import PAGES, to
from services.incubator.web.timeline import Happening, Station, ahead, stations
from shared.core.errors import DomainError
from shared.running.running import Running
from shared.webkit.access import READERS


def chain_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/chain/{story_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def chain(request: Request, story_id: str) -> Response:
        async with running.look() as connection:
            story = await stories.story(connection, story_id)
            if not story:
                other = await stories.of_event(connection, story_id)
                if other is None or other == story_id:
                    raise DomainError("no-such-story", f"没有关联号或事件编号为“{story_id}”的记录", status=404)
                return RedirectResponse(to("chain", other))
            names = await naming.carriers_named(connection, story.entries)
            line = stations(story)
            before = await _before(connection, line)
        return PAGES.show(
            request,
            "chain.html",
            id=story_id,
            story=story,
            line=line,
            names=names,
            carriers=list(names.items()),
            before=before,
            ahead=ahead(line),
        )

    return router


async def _before(connection: AsyncConnection, line: Sequence[Station]) -> dict[str, RowMapping]:
    """Events of other stories that caused one of this, by their id."""
    happenings = [station for station in line if isinstance(station, Happening)]
    here = {station.event_id for station in happenings}
    return await stories.told(connection, {each.caused_by for each in happenings if each.caused_by} - here)
