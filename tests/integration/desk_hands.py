"""What tests of the office's desks do: read pages, fill forms, and confirm what they foresee."""

import re
from html import unescape
from typing import Any

import httpx

from tests.asking import HEADER
from tests.integration.little_city import City, Page

DID = re.compile(r"[?&]did=[a-z-]+\.[0-9]+")
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Desk:
    """Somebody of the office at a browser; `by` is the account."""

    def __init__(self, city: City, by: str = "head-1") -> None:
        self.city = city
        transport = httpx.ASGITransport(city.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers={HEADER: by})

    async def get(self, path: str, status: int = 200) -> Page:
        page = Page(await self.client.get(path))
        assert page.status == status, page.text
        return page

    async def post(self, path: str, status: int = 200, /, **typed: Any) -> Page:
        page = Page(await self.client.post(path, data=typed))
        assert page.status == status, page.text
        return page

    async def confirmed(self, path: str, **typed: Any) -> str:
        """Fills the form, and confirms what the page says it would touch; where that leads. If the address has what was
        done, the page there says so, once."""
        page = await self.post(path, **typed)
        answer = await self.client.post(path, data=hidden(page))
        assert answer.status_code == 303, Page(answer).text
        where = str(answer.headers["location"])
        plain = DID.sub("", where)
        if plain != where:
            assert 'role="status"' in (await self.get(where)).html
            assert 'role="status"' not in (await self.get(plain)).html
        return plain


def hidden(page: Page) -> dict[str, str]:
    """The fields a page sends back without showing them."""
    return {unescape(name): unescape(value) for name, value in HIDDEN.findall(page.html)}
