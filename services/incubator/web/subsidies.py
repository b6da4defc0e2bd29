"""The page of one entry of the ledger: every step of its explanation, its fingerprint, its payment."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.incubator.store import stories
from services.incubator.store.subsidy_files import subsidy_file
from services.incubator.web import naming
from services.incubator.web.explanation import explained
from services.incubator.web.looks import PAGES
from services.incubator.web.timeline import Letter, addressee
from services.incubator.web.wording import POLICY
from shared.running.running import Running
from shared.webkit.access import READERS


def subsidy_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/subsidies/{subsidy_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def subsidy(request: Request, subsidy_id: str) -> HTMLResponse:
        async with running.look() as connection:
            file = await subsidy_file(connection, subsidy_id)
            names = await naming.carriers_named(connection, [file.entry])
            organisations = await stories.organisations(connection, {each["recipient_id"] for each in file.letters})
        return PAGES.show(
            request,
            "subsidy.html",
            file=file,
            entry=file.entry,
            named=names[file.entry["carrier_id"]],
            explained=explained(file.entry),
            policy=POLICY,
            letters=[Letter(row, addressee(row, (), organisations)) for row in file.letters],
        )

    return router
