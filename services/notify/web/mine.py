"""A letter as its receiver reads it on the site, whether or not the mail arrived. Nobody else's letter is there."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.domain.states import HELD, STATES
from services.notify.store import contacts, messages
from services.notify.web.pages import PAGES
from services.notify.web.shown import letters_of, of_talent, receiver_name, register_of, title_of
from shared.contracts.contact import applicant_person, expert_person, reviewer_person
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.guards import letter as shown_alone


def my_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine", include_in_schema=False)
    receiver = may(Role.OPERATOR, Role.EXPERT, Role.APPLICANT, Role.UNIT)

    @router.get("/{id_}", dependencies=[receiver])
    async def letter(request: Request, who: Known, id_: str) -> HTMLResponse:
        row = await _own(running, who, id_)
        kind, state = title_of(row["letter"]), STATES[row["state"]]
        return PAGES.show(
            request, "my_message.html", row=row, kind=kind, state=state, receiver=receiver_name(row),
            register=register_of(row), back=letters_of(row, of_unit=who.may_be(Role.UNIT)),
        )  # fmt: skip

    @router.get("/{id_}/letter", dependencies=[receiver])
    async def html(who: Known, id_: str) -> Response:
        return shown_alone((await _own(running, who, id_))["html"])

    return router


async def _own(running: Running, who: Who, id_: str) -> RowMapping:
    """A released letter to one of this person's organisations, or to himself; any other is as good as none."""
    async with running.look() as connection:
        row = await messages.one(connection, id_)
        own = await read_by(connection, row, who)
    if row["state"] == HELD or not own:
        raise DomainError("no-such-message", f"没有编号为 {id_} 的信件", status=404)
    return row


async def read_by(connection: AsyncConnection, row: RowMapping, who: Who) -> bool:
    """Whether a letter is this person's to read. Of brokers, whom no grant names, and of experts, whose grant does not
    say of which register, the contact says whose login it is."""
    login = await contacts.login_of(connection, contacts.owner_of(row), contacts.receiver_of(row))
    return _granted(row, who) if login is None else login == who.account


def _granted(row: RowMapping, who: Who) -> bool:
    """Whether a grant names whom the letter is to."""
    if row["person_id"] is None:
        role = Role.UNIT if of_talent(row) else Role.OPERATOR
        return bool({row["org_id"], row["recipient_id"]}.intersection(who.scopes(role)))
    of_expert = reviewer_person if of_talent(row) else expert_person
    experts = {of_expert(each) for each in who.scopes(Role.EXPERT)}
    return row["person_id"] in experts | {applicant_person(each) for each in who.scopes(Role.APPLICANT)}
