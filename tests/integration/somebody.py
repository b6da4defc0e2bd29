"""A browser of somebody who is logged in with these roles, its form token in every request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.requests import Request

from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from shared.running.running import Running
from tests.asking import no_accounts
from tests.integration.little_city import City
from tests.one_app import make_app


@asynccontextmanager
async def somebody(
    city: City, role: Role, *scopes: str, also: tuple[Running, ...] = ()
) -> AsyncIterator[httpx.AsyncClient]:
    """`also`: other services of the same site."""
    identity = no_accounts()
    grants = tuple(Grant(role, scope) for scope in scopes or ("",))

    async def asks(_: Request) -> Who:
        return Who(f"{role}-1", "某人", grants, session="mine")

    app = make_app("苗圃", [city.running, *also], now=lambda: city.instant, identity=identity, asks=asks)
    headers = {"x-form-token": form_token("mine", identity.secret)}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers=headers) as browser:
        yield browser
