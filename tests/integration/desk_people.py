"""People at their desks: a browser for each, with what its account was granted, in the little city."""

import re
from datetime import date
from typing import Any

import httpx
from starlette.requests import Request

from services.incubator.usecases.reports import ReturnReport, SubmitReport, return_report, submit_report
from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from tests.asking import no_accounts
from tests.integration.little_city import FULL, ROUND, City, Page
from tests.one_app import make_app

CLERK = Who("clerk-1", "李经办", (Grant(Role.CLERK),), session="clerk", second_factor=True)
HEAD = Who("head-1", "赵主任", (Grant(Role.HEAD),), session="head", second_factor=True)
FINANCE = Who("finance-1", "钱会计", (Grant(Role.FINANCE),), session="finance", second_factor=True)
AUDITOR = Who("auditor-1", "审计员", (Grant(Role.AUDITOR),), session="auditor")
GAOXIN = Who("gaoxin-1", "高新初审", (Grant(Role.DISTRICT, "高新园区"),), session="gaoxin")
ZHONGSHAN = Who("zhongshan-1", "中山初审", (Grant(Role.DISTRICT, "中山区"),), session="zhongshan")


class Person:
    """A browser of one person. It follows no redirects: a step leads on, and the test looks where to."""

    def __init__(self, city: City, who: Who) -> None:
        identity = no_accounts()
        self.who = who

        async def asks(_: Request) -> Who:
            return self.who

        app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=identity, asks=asks)
        headers = {"x-form-token": form_token(who.session, identity.secret), "accept": "text/html"}
        transport = httpx.ASGITransport(app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers=headers)

    async def get(self, path: str, status: int = 200) -> Page:
        page = Page(await self.client.get(path))
        assert page.status == status, page.text
        return page

    async def post(self, path: str, status: int = 303, **form: Any) -> Page:
        page = Page(await self.client.post(path, data=form))
        assert page.status == status, page.text
        return page

    async def confirm(self, path: str, **form: Any) -> Page:
        """Sees what a step would touch, and confirms just that; the page that was seen."""
        seen = await self.post(path, 200, **form)
        await self.post(path, confirmed=hidden(seen, "confirmed"), **form)
        return seen


def hidden(page: Page, name: str) -> str:
    """What a form of the page holds under this name, out of sight."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page.html)
    assert found is not None, page.text
    return found[1]


async def hand_in(city: City, id_: str, figures: dict[str, Any] | None = None, explanation: str = "") -> None:
    """A carrier's report, handed in by its operator."""
    order = SubmitReport(round_id=ROUND, carrier_id=id_, figures=figures or FULL, explanation=explanation)
    await city.do(submit_report, order, "operator")


async def give_back(city: City, id_: str, deadline: date) -> None:
    reasons = {"mentors": "与附件名单不符，请核对"}
    order = ReturnReport(report_id=f"{ROUND}-{id_}", reasons=reasons, deadline=deadline)
    await city.do(return_report, order)
