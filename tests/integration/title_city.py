"""Titles in the little city: what an applicant types, browsers of each role, and what a page's form sends."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx
from sqlalchemy import select
from starlette.requests import Request

from services.incubator.store.tables import CARRIER, EVALUATION, REPORT, ROUND, SUBSIDY
from services.incubator.store.title_tables import TITLE_APPLICATION
from services.incubator.usecases import barring, title_review
from services.incubator.usecases import title_applications as applying
from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from tests.asking import no_accounts
from tests.integration.little_city import City, Page
from tests.one_app import make_app

TODAY = date(2018, 10, 8)
PROVINCIAL = {
    "legal_person": "是", "running_since": "2015-03-01", "area": "1,200", "shared_area": "９６０ 平方米", "seats": "80",
    "teams": "22", "new_companies": "6", "cases": "甲公司获融资\n乙公司上市辅导", "professionals": "6", "staff": "8",
    "mentors": "9", "activities": "12",
}  # fmt: skip
"""Everything a provincial makerspace is asked for; financed teams may be left out, new companies are enough."""
OPERATOR = Who("operator-1", "王运营", (Grant(Role.OPERATOR, "U1"),), session="op")
STRANGER = Who("operator-2", "李运营", (Grant(Role.OPERATOR, "U2"),), session="op2")
DISTRICT = Who("district-1", "赵初审", (Grant(Role.DISTRICT, "高新园区"),), session="d")
OTHER_DISTRICT = Who("district-2", "钱初审", (Grant(Role.DISTRICT, "中山区"),), session="d2")
CLERK = Who("clerk-1", "孙经办", (Grant(Role.CLERK),), session="c")
HEAD = Who("head-1", "周主任", (Grant(Role.HEAD),), session="h")
AUDITOR = Who("auditor-1", "吴审计", (Grant(Role.AUDITOR),), session="a")


@asynccontextmanager
async def browsing(city: City, who: Who) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of this person, with the form token in every request."""
    identity = no_accounts()

    async def asks(_: Request) -> Who:
        return who

    app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=identity, asks=asks)
    headers = {"x-form-token": form_token(who.session, identity.secret)}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1", headers=headers
    ) as made:
        yield made


async def get(browser: httpx.AsyncClient, path: str, status: int = 200) -> Page:
    page = Page(await browser.get(path))
    assert page.status == status, page.text
    return page


async def confirmed(browser: httpx.AsyncClient, path: str, form: Mapping[str, str]) -> tuple[Page, httpx.Response]:
    """Sends a form, reads what it would touch, and confirms exactly that."""
    seen = await browser.post(path, data=dict(form))
    assert seen.status_code == 200, Page(seen).text
    found = re.search(r'name="confirmed" value="([0-9a-f]{64})"', seen.text)
    assert found is not None, Page(seen).text
    done = await browser.post(path, data={**form, "confirmed": found[1]})
    assert done.status_code == 303, Page(done).text
    return Page(seen), done


async def started(city: City, **changed: Any) -> str:
    order = {"organisation_id": "U1", "carrier_id": "Z1", "level": "provincial"} | changed
    id_: str = await city.do(applying.start_application, applying.StartApplication(**order), "operator-1")
    return id_


async def submitted(city: City, typed: Mapping[str, str] = PROVINCIAL, **changed: Any) -> str:
    id_ = await started(city, **changed)
    saved = await city.do(
        applying.save_application,
        applying.SaveApplication(application_id=id_, typed=dict(typed), statement="服务能力强", based_on=0),
        "operator-1",
    )
    order = applying.SubmitApplication(application_id=id_, version=saved.version, signed_by="王某", committed=True)
    await city.do(applying.submit_application, order, "operator-1")
    return id_


async def recommended(city: City, **changed: Any) -> str:
    id_ = await submitted(city, **changed)
    order = title_review.RecommendApplication(application_id=id_, opinion="实地核查属实")
    await city.do(title_review.recommend_application, order, "district-1")
    return id_


async def row_of(city: City, application_id: str) -> Any:
    async with city.running.look() as connection:
        query = select(TITLE_APPLICATION).where(TITLE_APPLICATION.c.id == application_id)
        return (await connection.execute(query)).mappings().one()


async def carrier(city: City, carrier_id: str) -> Any:
    async with city.running.look() as connection:
        return (await connection.execute(select(CARRIER).where(CARRIER.c.id == carrier_id))).mappings().one()


async def failed_twice(city: City, carrier_id: str = "Z3", year: int = 2018) -> str:
    """A carrier's second failure in a row, final: entered as the engine leaves it."""
    id_ = f"{year}-{carrier_id}"
    round_ = {
        "id": f"{year}-makerspace", "year": year, "period": year - 1, "kind": "makerspace", "scheme": "makerspace-100",
        "document_no": f"样例文〔{year}〕31号", "opens_on": date(year, 11, 1), "closes_on": date(year, 11, 30),
        "publicity_days": 5, "publicity_in": "working", "decide_within": 5, "corrections": 3, "state": "finalised",
    }  # fmt: skip
    report = {
        "id": id_, "round_id": round_["id"], "carrier_id": carrier_id, "state": "due", "version": 0,
        "explanation": "", "returns": 0, "reasons": {},
    }  # fmt: skip
    evaluation = {
        "id": id_, "round_id": round_["id"], "carrier_id": carrier_id, "state": "finalised", "total": "41.00",
        "grade": "unqualified", "reason": "", "withdrawal_proposed": True, "scores": [],
        "finalised_on": date(year, 12, 20),
    }  # fmt: skip
    async with city.running.unit("test") as unit:
        for table, row in ((ROUND, round_), (REPORT, report), (EVALUATION, evaluation)):
            await unit.connection.execute(table.insert().values(**row))
    return id_


def form(typed: dict[str, str], version: int, **more: str) -> dict[str, str]:
    return {**{f"typed:{name}": text for name, text in typed.items()}, "based_on": str(version), **more}


async def rows(city: City, table: Any) -> list[Any]:
    async with city.running.look() as connection:
        return list((await connection.execute(select(table))).mappings())


async def ledger(city: City) -> list[tuple[str, str, int | None]]:
    async with city.running.look() as connection:
        query = select(SUBSIDY.c.carrier_id, SUBSIDY.c.outcome, SUBSIDY.c.amount_fen).order_by(SUBSIDY.c.position)
        return [tuple(row) for row in await connection.execute(query)]


async def barred(city: City, **changed: Any) -> str:
    order: dict[str, Any] = {
        "carrier_id": "Z1", "ground": "fraud", "from_on": TODAY, "on": TODAY, "document_no": "文 2 号",
        "reason": "到账凭证系伪造",
    }  # fmt: skip
    id_: str = await city.do(barring.bar_organisation, barring.BarOrganisation(**(order | changed)), "head-1")
    return id_


async def ended(city: City, bar: str, outcome: str, on: date) -> None:
    order = barring.EndBar.model_validate(
        {"bar_id": bar, "outcome": outcome, "on": on, "document_no": "文 3 号", "reason": "已经修复"}
    )
    await city.do(barring.end_bar, order, "head-1")
    await city.settled()
