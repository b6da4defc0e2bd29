"""People who come to a report's pages, each with a browser of his own: its operator, another, district, expert, office."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.requests import Request

from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from shared.webkit.app import make_app
from tests.asking import no_accounts
from tests.integration.draft_hands import TYPED, Z1
from tests.integration.little_city import City

REPORT = f"/incubator/mine/reports/{Z1}"
OPERATOR = Grant(Role.OPERATOR, "U1")
DISTRICT = Grant(Role.DISTRICT, "高新园区")


@asynccontextmanager
async def visiting(city: City, *grants: Grant, account: str = "operator-1") -> AsyncIterator[httpx.AsyncClient]:
    """A browser whose forms carry their token."""
    identity = no_accounts()

    async def asks(_: Request) -> Who:
        return Who(account, "来人", grants, session=account)

    app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=identity, asks=asks)
    headers = {"x-form-token": form_token(account, identity.secret)}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1", headers=headers
    ) as made:
        yield made
    await identity.engine.dispose()


def form(version: int, **more: str) -> dict[str, str]:
    """A form filled whole."""
    return {**{f"typed:{name}": text for name, text in TYPED.items()}, "based_on": str(version), **more}


def chosen(*files: tuple[str, bytes], place: str = "") -> list[tuple[str, tuple[str, bytes, str]]]:
    """Files chosen at a place; what a browser says they are counts nothing."""
    return [(f"file:{place}", (name, content, "text/html")) for name, content in files]


async def handed_in(browser: httpx.AsyncClient, version: int = 0, **more: Any) -> httpx.Response:
    """The form, filled whole, signed and handed in."""
    signed = form(version, do="submit", signed_by="王某", committed="yes")
    return await browser.post(REPORT, data=signed, **more)
