"""The page of one entry of the ledger: its explanation step by step, its payment, what may be done with it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.incubator.store import bank_accounts, money, shortages, stories
from services.incubator.store.subsidy_files import subsidy_file
from services.incubator.web import naming
from services.incubator.web.looks import PAGES
from services.incubator.web.timeline import Letter, addressee
from services.incubator.web.wording import POLICY, RECOVERIES
from shared.core.clock import legal_date
from shared.identity.who import Who
from shared.ledger import forms
from shared.ledger.explaining import explained
from shared.ledger.forms import Typed
from shared.ledger.short import WAYS
from shared.running.running import Running
from shared.webkit.access import READERS, Known


def subsidy_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/subsidies/{subsidy_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def subsidy(request: Request, who: Known, subsidy_id: str) -> HTMLResponse:
        return await subsidy_page(running, request, who, subsidy_id)

    return router


async def subsidy_page(
    running: Running, request: Request, who: Who, subsidy_id: str, typed: Typed | None = None
) -> HTMLResponse:
    """`typed`: a form of this page that was sent and could not be done, with what is wrong with it."""
    typed = typed or Typed()
    async with running.look() as connection:
        file = await subsidy_file(connection, subsidy_id)
        names = await naming.carriers_named(connection, [file.entry])
        organisations = await stories.organisations(connection, {each["recipient_id"] for each in file.letters})
        cuts = await shortages.lines(connection, [subsidy_id])
        left = await shortages.due(connection, [file.entry]) if file.entry["outcome"] == "awarded" else {}
        touched = await money.touched(connection, subsidy_id) if file.reversed_by else ()
        recovery = await money.recovery(connection, subsidy_id)
        accounts = await bank_accounts.latest(connection, [file.entry["organisation_id"]])
    return PAGES.show(
        request,
        "subsidy.html",
        typed.status,
        file=file,
        entry=file.entry,
        named=names[file.entry["carrier_id"]],
        explained=explained(file.entry),
        policy=POLICY,
        letters=[Letter(row, addressee(row, (), organisations)) for row in file.letters],
        cuts=cuts,
        ways=WAYS,
        due=left.get(subsidy_id),
        touched=touched,
        unasked=[row for row in touched if row["requested_at"] is None],
        recovery=recovery,
        recoveries=RECOVERIES,
        account=accounts.get(file.entry["organisation_id"]),
        typed=typed,
        roles=forms.roles_of(who),
        by=who.account,
        today=legal_date(running.now()),
    )
