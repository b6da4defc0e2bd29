"""Hands at the registers of the little city's incubator F1: its operator's browser, the office's, and what they send."""

import re
from typing import Any

import httpx
from sqlalchemy import select
from stdnum.cn import uscc

from services.incubator.store.tables import CARRIER, SUBSIDY, TENANCY
from tests.integration.little_city import City

F1 = "/incubator/mine/carriers/F1"
CLAIMS = "/incubator/claims"


def code(number: int) -> str:
    """A credit code whose check character is right and whose region does not exist."""
    body = f"91000000MA{7_000 + number:07}"
    return body + uscc.calc_check_digit(body)


def tenant(number: int, **changed: str) -> dict[str, str]:
    """A tenant as its form is filled."""
    return {
        "name": f"样例企业 {number}",
        "credit_code": code(number),
        "founded_on": "2015-01-05",
        "entered_on": "2016-03-01",
        "field": "软件和信息技术服务",
        **changed,
    }


def change(what: str, new: str, happened_on: str = "2018-09-01", **more: str) -> dict[str, str]:
    return {"what": what, "new": new, "happened_on": happened_on, "reason": "样例原因", **more}


async def waiting(office: httpx.AsyncClient, kind: str) -> str:
    """The address of the first item of a kind in the office's list."""
    page = await office.get(CLAIMS, params={"state": "pending", "kind": kind})
    found = re.search(rf'href="({CLAIMS}/[a-z]+/[^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


async def decided(office: httpx.AsyncClient, address: str, **data: Any) -> tuple[str, httpx.Response]:
    """What was foreseen of a decision, and the answer once it was confirmed."""
    seen = await office.post(address, data=data)
    assert seen.status_code == 200, seen.text
    digest = re.search(r'name="confirmed" value="([0-9a-f]{64})"', seen.text)
    assert digest is not None, seen.text
    return seen.text, await office.post(address, data={**data, "confirmed": digest[1]})


async def carrier(city: City, id_: str = "F1") -> dict[str, Any]:
    async with city.running.look() as connection:
        row = (await connection.execute(select(CARRIER).where(CARRIER.c.id == id_))).mappings().one()
    return dict(row)


async def tenancies(city: City, carrier_id: str = "F1") -> dict[str, dict[str, Any]]:
    """By name."""
    async with city.running.look() as connection:
        rows = (await connection.execute(select(TENANCY).where(TENANCY.c.carrier_id == carrier_id))).mappings()
        return {row["name"]: dict(row) for row in rows}


async def awarded(city: City) -> list[int]:
    """What the ledger awarded, in fen."""
    async with city.running.look() as connection:
        query = select(SUBSIDY.c.amount_fen).where(SUBSIDY.c.outcome == "awarded").order_by(SUBSIDY.c.position)
        return list((await connection.execute(query)).scalars())
