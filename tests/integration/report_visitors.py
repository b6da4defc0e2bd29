"""People who come to a report's pages, each with a browser of his own: its operator, another, district, expert, office."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from starlette.requests import Request

from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from tests.asking import no_accounts
from tests.integration.draft_hands import TYPED, Z1
from tests.integration.little_city import City
from tests.one_app import make_app

REPORT = f"/incubator/mine/reports/{Z1}"
OPERATOR = Grant(Role.OPERATOR, "U1")
DISTRICT = Grant(Role.DISTRICT, "高新园区")


HEADER = "x-visitor"


class _Site:
    """One site of a city for all who visit it; a header says which of them asks."""

    def __init__(self, city: City) -> None:
        self.people: dict[str, Who] = {}
        self.identity = no_accounts()
        self.app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=self.identity, asks=self._asks)

    async def _asks(self, request: Request) -> Who:
        return self.people[request.headers[HEADER]]


_SITES: WeakKeyDictionary[City, _Site] = WeakKeyDictionary()


@asynccontextmanager
async def visiting(city: City, *grants: Grant, account: str = "operator-1") -> AsyncIterator[httpx.AsyncClient]:
    """A browser whose forms carry their token."""
    site = _SITES.get(city) or _SITES.setdefault(city, _Site(city))
    session = f"{account}-{len(site.people)}"
    site.people[session] = Who(account, "来人", grants, session=session)
    headers = {"x-form-token": form_token(session, site.identity.secret), HEADER: session}
    transport = httpx.ASGITransport(site.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers=headers) as made:
        yield made


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
