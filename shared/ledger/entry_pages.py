"""The page of one entry of the ledger: its explanation step by step, its payment, what may be done with it."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.core.clock import legal_date
from shared.identity.who import Who
from shared.ledger import forms
from shared.ledger.entry_files import entry_file
from shared.ledger.explaining import explained
from shared.ledger.forms import Typed
from shared.ledger.short import WAYS
from shared.ledger.showing import Showing
from shared.running.running import Running
from shared.webkit.access import READERS, Known


def entry_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(prefix=f"/{showing.place}", include_in_schema=False)

    @router.get("/{subsidy_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def entry(request: Request, who: Known, subsidy_id: str) -> HTMLResponse:
        return await entry_page(running, showing, request, who, subsidy_id)

    return router


async def entry_page(
    running: Running, showing: Showing, request: Request, who: Who, subsidy_id: str, typed: Typed | None = None
) -> HTMLResponse:
    """`typed`: a form of this page that was sent and could not be done, with what is wrong with it."""
    typed = typed or Typed()
    tables = showing.ledger.tables
    async with running.look() as connection:
        file = await entry_file(showing.ledger, connection, subsidy_id)
        payee = file.entry[tables.payee_name]
        subjects = await showing.subjects(connection, [file.entry])
        accounts = await showing.accounts(connection, [payee])
        around = await showing.around(connection, file)
    return showing.pages.show(
        request,
        showing.template,
        typed.status,
        showing=showing,
        noun=showing.ledger.noun,
        file=file,
        entry=file.entry,
        subject=subjects[file.entry[tables.subject_name]],
        subject_id=file.entry[tables.subject_name],
        payee_id=payee,
        explained=explained(file.entry),
        document=showing.policy_of(file.entry["policy_version"]).document,
        ways=WAYS,
        unasked=[row for row in file.touched if row["requested_at"] is None],
        account=accounts.get(payee),
        typed=typed,
        roles=forms.roles_of(who),
        by=who.account,
        today=legal_date(running.now()),
        **around,
    )
