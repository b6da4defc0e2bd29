"""The talent office with its pages, and whoever looks at them: a role is named in a header."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import httpx
from nats.aio.client import Client
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.talent.service import SERVICE
from services.talent.usecases import formal_check, recommending
from services.talent.web.sealing import seal_of
from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.identity.opening import Identity
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.running.running import Running
from tests.integration.talent_office import Office, talent_office
from tests.one_app import make_app

ROLE = "x-role"


async def asks(request: Request) -> Who:
    """role, or role:scope."""
    role, _, scope = request.headers.get(ROLE, "clerk").partition(":")
    return Who(f"{role}-1", "测试", (Grant(Role(role), scope),), session="test", program=True)


class TalentSite:
    def __init__(self, office: Office, running: Running, browser: httpx.AsyncClient) -> None:
        self.office, self.running, self.browser = office, running, browser

    async def get(self, path: str, role: str = "clerk") -> httpx.Response:
        return await self.browser.get(path, headers={ROLE: role})

    async def post(self, path: str, role: str = "clerk", **data: str | list[str]) -> httpx.Response:
        return await self.browser.post(path, data=data, headers={ROLE: role})

    async def recommended(self, name: str, order: int = 1, **typed: str) -> str:
        id_ = await self.office.submitted(name, order, **typed)
        async with self.office.unit("T-01") as unit:
            await recommending.recommend(unit, recommending.Recommend(application_id=id_, opinion="同意推荐"))
        return id_

    async def declined(self, name: str, order: int = 1, **typed: str) -> str:
        id_ = await self.recommended(name, order, **typed)
        async with self.office.unit("head") as unit:
            await formal_check.decline(unit, formal_check.Decline(application_id=id_, reason="材料不实"))
        return id_


@asynccontextmanager
async def talent_site(engine: AsyncEngine, folder: Path) -> AsyncIterator[TalentSite]:
    async with talent_office(engine) as office:
        running = Running(SERVICE, Settings(data=folder), engine, Client().jetstream(), lambda: office.instant)
        office.seal = seal_of(running)
        identity = Identity(open_database("sqlite:///:memory:"), running.settings, "a secret of the tests" * 2)
        app = make_app("苗圃", [running], now=lambda: office.instant, identity=identity, asks=asks)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as browser:
            yield TalentSite(office, running, browser)


def rows_of(content: bytes) -> list[dict[str, object]]:
    """A workbook's rows, by the heads of its columns."""
    heads, *rows = load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]
