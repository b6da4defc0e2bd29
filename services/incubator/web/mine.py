"""The operator's first page: my carriers at a glance."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.incubator.store import bank_accounts, own
from services.incubator.web.looks import PAGES
from shared.identity.roles import Role
from shared.ledger.bank_accounts import masked
from shared.running.running import Running
from shared.webkit.access import Known, may


def my_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine", include_in_schema=False)

    @router.get("", dependencies=[may(Role.OPERATOR)])
    async def mine(request: Request, who: Known) -> HTMLResponse:
        organisations = who.scopes(Role.OPERATOR)
        async with running.look() as connection:
            return PAGES.show(
                request, "mine.html",
                carriers=await own.carriers(connection, organisations),
                reports=await own.reports(connection, organisations),
                subsidies=await own.subsidies(connection, organisations),
                letters=await own.letters(connection, organisations),
                organisations=await own.organisations_of(connection, organisations),
                accounts=await bank_accounts.latest(connection, organisations),
                applications=await own.returned_applications(connection, organisations),
                masked=masked,
            )  # fmt: skip

    return router
