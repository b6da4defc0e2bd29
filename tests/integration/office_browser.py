"""A browser of somebody with a role, at the little city's site: its forms carry its session's token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.requests import Request

from services.notify.service import SERVICE as NOTIFY
from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from shared.running.running import Running
from tests.asking import no_accounts
from tests.integration.little_city import City
from tests.one_app import make_app


@asynccontextmanager
async def office_browser(city: City, *roles: Role, account: str = "clerk-1") -> AsyncIterator[httpx.AsyncClient]:
    """With no role: a stranger who never logged in."""
    identity = no_accounts()

    async def asks(_: Request) -> Who | None:
        return Who(account, "某人", tuple(map(Grant, roles)), session="mine") if roles else None

    letters = Running(NOTIFY, city.running.settings, city.running.engine, city.running.jetstream, lambda: city.instant)
    app = make_app("苗圃", [city.running, letters], now=lambda: city.instant, identity=identity, asks=asks)
    headers = {"x-form-token": form_token("mine", identity.secret)} if roles else {}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers=headers) as made:
        yield made
