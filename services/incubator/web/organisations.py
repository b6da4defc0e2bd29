"""An organisation's page: its carriers and its contact, whom all letters go to and whom a clerk corrects here."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from services.incubator.store import changes
from services.incubator.store.tables import CARRIER, ORGANISATION
from services.incubator.usecases.registers import RegisterOrganisation, register_organisation
from services.incubator.web.looks import PAGES
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import FormWrong, order_of, typed

CLERKS = (Role.CLERK, Role.HEAD)
LABELS = {"contact_name": "联系人", "contact_email": "邮箱"}
MOST = {"contact_name": 100, "contact_email": 254}


def organisation_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/organisations", include_in_schema=False)

    @router.get("/{organisation_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def one(request: Request, who: Known, organisation_id: str) -> HTMLResponse:
        return await _page(running, request, organisation_id, may_correct=who.may_be(*CLERKS))

    @router.post("/{organisation_id:path}", dependencies=[may(*CLERKS)])
    async def correct(request: Request, who: Known, organisation_id: str) -> Response:
        form = typed(await request.form())
        values = {name: form.get(name, "") for name in LABELS}
        try:
            async with running.unit(who.account) as unit:
                row = await changes.found(unit.connection, ORGANISATION, organisation_id, "运营单位", hold=True)
                _complete(values)
                kept = {name: row[name] for name in ("id", "name", "credit_code")}
                await register_organisation(unit, order_of(RegisterOrganisation, {**kept, **values}, LABELS))
        except DomainError as error:
            return await _page(running, request, organisation_id, may_correct=True, error=error, values=values)
        return RedirectResponse(f"/incubator/organisations/{quote(organisation_id, safe='')}?kept=1", 303)

    return router


def _complete(values: Mapping[str, str]) -> None:
    wrong = {name: "请填写" for name in LABELS if not values[name]}
    wrong |= {name: f"至多 {most} 字" for name, most in MOST.items() if len(values[name]) > most}
    if wrong:
        raise FormWrong(wrong, LABELS)


async def _page(
    running: Running,
    request: Request,
    id_: str,
    *,
    may_correct: bool,
    error: DomainError | None = None,
    values: Mapping[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        row = await changes.found(connection, ORGANISATION, id_, "运营单位")
        query = select(CARRIER).where(CARRIER.c.organisation_id == id_).order_by(CARRIER.c.id)
        carriers = (await connection.execute(query)).mappings().all()
    present = {name: row[name] or "" for name in LABELS}
    return PAGES.show(
        request, "organisation.html", 200 if error is None else error.status, row=row, carriers=carriers,
        may_correct=may_correct, error=error, values=values or present,
        problems=error.fields if isinstance(error, FormWrong) else {},
    )  # fmt: skip
