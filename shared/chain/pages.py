"""The page of a story, for the office: a service's chain page made from what it supplies."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.chain.stories import Stories, Story
from shared.chain.timeline import Happening, Station, Telling, ahead, stations
from shared.core.errors import DomainError
from shared.correspondence.letters import OFFICE_STATES, letter_title
from shared.ledger.showing import Behind, Subject
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.templates import Pages


@dataclass(frozen=True)
class Chain:
    """`pages`: furnished with the words of the ledger (see shared.ledger.words). `base`: the address of the service's
    pages; `place`: under which the page of an entry stands. `subjects`: whom or what a story is about. `shown_at`:
    where else an event of this service is shown. `crumbs`: title and address of the pages above."""

    stories: Stories
    telling: Telling
    pages: Pages
    base: str
    place: str
    subjects: Callable[[AsyncConnection, Story], Awaitable[Sequence[Subject]]]
    shown_at: Callable[[Happening], Behind | None]
    crumbs: Sequence[tuple[str, str]]

    def address(self, story: str) -> str:
        return f"{self.base}/chain/{quote(story, safe='')}"

    def entry(self, id_: str) -> str:
        return f"{self.base}/{self.place}/{quote(id_, safe='')}"


def chain_pages(chain: Chain, running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/chain/{story_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def of_story(request: Request, story_id: str) -> Response:
        """An event, or an entry of the ledger, leads to its story."""
        async with running.look() as connection:
            story = await chain.stories.story(connection, story_id)
            if not story:
                other = await chain.stories.of_event(connection, story_id)
                if other is None or other == story_id:
                    raise DomainError("no-such-story", f"没有关联号或事件编号为“{story_id}”的记录", status=404)
                return RedirectResponse(chain.address(other))
            subjects = await chain.subjects(connection, story)
            line = stations(story, chain.telling)
            before = await _before(chain, connection, line)
        return chain.pages.show(
            request,
            "story.html",
            id=story_id,
            story=story,
            line=line,
            subjects=subjects,
            before=before,
            ahead=ahead(line, chain.telling),
            chain=chain,
            states=OFFICE_STATES,
            letter_title=letter_title,
        )

    return router


async def _before(chain: Chain, connection: AsyncConnection, line: Sequence[Station]) -> dict[str, RowMapping]:
    """Events of other stories that caused one of this, by their id."""
    happenings = [station for station in line if isinstance(station, Happening)]
    here = {station.event_id for station in happenings}
    return await chain.stories.told(connection, {each.caused_by for each in happenings if each.caused_by} - here)
