"""A new address for letters counts once whoever has it says so: under a link that is mailed there, and nowhere else."""

from datetime import date, timedelta
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.store import changes
from services.talent.store.tables import APPLICANT
from services.talent.usecases.people import ChangeContact, change_contact
from services.talent.web.applicant import APPLICANT_ONLY, ids_of
from services.talent.web.looks import PAGES
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.sealed import Seal
from shared.core.settings import Settings
from shared.identity.opening import secret_of
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known

PAGE = "/talent/mine/data"
LASTS = timedelta(days=7)
PURPOSE = "new address"
BETWEEN = "\x1f"


def link_for(settings: Settings, applicant_id: str, address: str, today: date) -> str:
    """The path under which this applicant takes up this address, for some days."""
    told = BETWEEN.join((applicant_id, address, (today + LASTS).isoformat()))
    return f"{PAGE}/email/{quote(Seal(secret_of(settings), PURPOSE).close(told).decode(), safe='')}"


def my_address_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/data/email", include_in_schema=False)

    @router.get("/{token}", dependencies=[APPLICANT_ONLY])
    async def asked(request: Request, who: Known, token: str) -> HTMLResponse:
        _, address = _meant(running, who, token)
        return PAGES.show(request, "my_address.html", address=address)

    @router.post("/{token}", dependencies=[APPLICANT_ONLY])
    async def take(who: Known, token: str) -> Response:
        person, address = _meant(running, who, token)
        async with running.unit(who.account) as unit:
            row = await changes.found(unit.connection, APPLICANT, person, "申报人")
            if row["erased_at"] is not None:
                raise _no_link()
            order = ChangeContact(applicant_id=person, name=row["name"], email=address, phone=row["phone"])
            await change_contact(unit, order)
        return RedirectResponse(f"{PAGE}?done=address", 303)

    return router


def _meant(running: Running, who: Who, token: str) -> tuple[str, str]:
    """The applicant and the address a link is for; one that is wrong, too old or somebody else's leads nowhere."""
    try:
        told = Seal(secret_of(running.settings), PURPOSE).open(token.encode())
    except DomainError:
        raise _no_link() from None
    person, address, until = told.split(BETWEEN)
    if person not in ids_of(who) or legal_date(running.now()) > date.fromisoformat(until):
        raise _no_link()
    return person, address


def _no_link() -> DomainError:
    told = "这个链接不对，或者已经过期；请用申报的账号登录，在“我的资料”里重新更改邮箱"
    return DomainError("no-such-link", told, status=404)
