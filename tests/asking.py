"""Who asks, for tests of pages that are not about logging in: somebody who may do everything, named by a header."""

import re

import httpx
from starlette.requests import Request

from services.onebox.demo_logins import KNOWN_TO_ALL
from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.identity.opening import Identity
from shared.identity.roles import Role
from shared.identity.who import Grant, Who

HEADER = "x-acting"
EVERY_ROLE = tuple(Grant(role) for role in Role)


async def anybody(request: Request) -> Who:
    """A program with every role, under the account the header names."""
    return with_every_role(request.headers.get(HEADER, "office"))


def with_every_role(account: str) -> Who:
    return Who(account, "测试", EVERY_ROLE, session="test", program=True)


def no_accounts() -> Identity:
    """An identity without a database behind it: nothing here logs in."""
    return Identity(open_database("sqlite:///:memory:"), Settings(), "a secret of the tests" * 2)


async def log_in(browser: httpx.AsyncClient, account: str, password: str = KNOWN_TO_ALL) -> None:
    """Logs in as a browser does; from then on its forms carry the session's token."""
    answer = await browser.post("/login", data={"account": account, "password": password})
    assert answer.status_code == 303, answer.text
    page = await browser.get("/account")
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.text
    browser.headers["x-form-token"] = found[1]
