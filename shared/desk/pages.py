"""The page of a desk: what waits for me, oldest first, narrowed as I like; and where else something waits."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.core.clock import legal_date
from shared.core.money import in_yuan
from shared.desk.matters import Desk, Elsewhere, Looked, elsewhere, tone
from shared.desk.rows import Waits, counted, waiting
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.asked import Asked


def desk_pages(running: Running, desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/desk", dependencies=[may(*desk.lookers)])
    async def at_desk(request: Request, who: Known) -> HTMLResponse:
        asked = Asked(request.query_params)
        today = legal_date(running.now())
        asking, mine = desk.asking(who, today), desk.of(who)
        matter = asked.choice("matter", mine)
        async with running.look() as connection:
            options = {each.column: await each.options(connection) for each in desk.narrowings}
            chosen = {column: asked.choice(column, known) or "" for column, known in options.items()}
            counts = await counted(connection, desk.queries(mine), asking)
            found = await waiting(connection, desk.queries([matter] if matter else mine), asking, chosen)
            around = await desk.around(connection, Looked(who, today, found))
        titles = {name: each.title for name, each in mine.items() if counts[name]}
        offered = [(each.title, each.column, options[each.column]) for each in desk.narrowings if each.offered(who)]
        return desk.pages.show(
            request,
            desk.template,
            waits=found,
            matters=desk.matters,
            counts=counts,
            total=sum(counts.values()),
            tone=tone,
            yuan_of=in_yuan,
            linked=_linked(request, desk, found),
            today=today,
            problems=asked.problems,
            narrowed=bool(matter or any(chosen.values())),
            choices=[("事项", "matter", titles), *offered],
            elsewhere=_elsewhere(request, desk, who),
            **around,
        )

    return router


def _elsewhere(request: Request, desk: Desk, who: Who) -> list[Elsewhere]:
    runnings: Sequence[Running] = request.app.state.runnings
    desks = {each.service.title: each.service.desk for each in runnings if each.service.desk is not None}
    return elsewhere(desks, desk, who, getattr(request.state, "badges", {}))


def _linked(request: Request, desk: Desk, found: list[Waits]) -> set[str]:
    """The matters that are done at a page this site has."""
    first = {each.matter: each.row for each in reversed(found)}
    answers = request.app.state.site.answers
    return {name for name, row in first.items() if answers(desk.matters[name].href(row).partition("?")[0])}
