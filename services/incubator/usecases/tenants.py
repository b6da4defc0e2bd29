"""Keep a carrier's tenants, as its operator does: enter, describe, graduate."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert, update

from services.incubator.store import changes, tenants
from services.incubator.store.tables import CARRIER, TENANCY
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.reading.identifiers import credit_code
from shared.reading.typed_fields import TypedFields, Unclear

MOST_NAME, MOST_FIELD = 200, 100


class AddTenant(BaseModel):
    """登记在孵企业：名称、统一社会信用代码、成立和入驻日期、领域。"""

    carrier_id: str
    name: str
    credit_code: str
    founded_on: str
    entered_on: str
    field: str


class DescribeTenant(BaseModel):
    """更正在孵企业的名称、统一社会信用代码、成立日期和领域。"""

    carrier_id: str
    tenant_id: str
    name: str
    credit_code: str
    founded_on: str
    field: str


class GraduateTenant(BaseModel):
    """登记在孵企业毕业。"""

    carrier_id: str
    tenant_id: str
    graduated_on: str


class TenantRow(NamedTuple):
    """A tenant as it was typed, read; what is none was not readable and is told."""

    name: str
    credit_code: str | None
    founded_on: date | None
    entered_on: date | None
    field: str


def read_tenant(fields: TypedFields) -> TenantRow:
    """The particulars of a tenant; whatever is wrong with them is found at its field."""
    row = described(fields)
    entered_on = fields.day("entered_on", "入驻日期")
    if row["founded_on"] and entered_on and entered_on < row["founded_on"]:
        fields.find("entered_on", f"入驻日期 {entered_on} 早于成立日期 {row['founded_on']}，请核对")
    return TenantRow(**row, entered_on=entered_on)


def described(fields: TypedFields) -> dict[str, Any]:
    return {
        "name": fields.line("name", "企业名称", MOST_NAME),
        "credit_code": fields.read("credit_code", credit_code, fields.texts.get("credit_code") or ""),
        "founded_on": fields.day("founded_on", "成立日期"),
        "field": fields.line("field", "领域", MOST_FIELD),
    }


async def add_tenant(unit: Unit, order: AddTenant) -> str:
    """Enters a tenant and answers its id: the one the company has at another carrier, else its credit code."""
    await changes.found(unit.connection, CARRIER, order.carrier_id, "载体", hold=True)
    fields = TypedFields(order.model_dump(), unit.today)
    row = read_tenant(fields)
    there = await tenants.all_of(unit.connection, order.carrier_id)
    for name, problem in already(row, there).items():
        fields.find(name, problem)
    fields.check()
    (id_,) = await enter(unit, order.carrier_id, [row])
    return id_


def already(row: TenantRow, there: Sequence[RowMapping]) -> dict[str, str]:
    """By field, why this tenant of the carrier is one that is there already."""
    for each in there:
        if row.credit_code and each["credit_code"] == row.credit_code:
            return {"credit_code": f"“{each['name']}”已用这个信用代码登记在本载体（{each['entered_on']} 入驻）"}
        if each["credit_code"] is None and each["name"] == row.name:
            return {"name": f"“{row.name}”已登记在本载体，但没有信用代码；请打开该企业补上，不要重复登记"}
    return {}


async def enter(unit: Unit, carrier_id: str, rows: list[TenantRow]) -> list[str]:
    """Enters tenants that were read and are new to the carrier; their ids."""
    known = await tenants.with_codes(unit.connection, [row.credit_code for row in rows if row.credit_code])
    ids: dict[str, str] = {}
    for each in known:
        ids.setdefault(each["credit_code"], each["tenant_id"])
    entered: list[Mapping[str, Any]] = [
        {
            **row._asdict(),
            "tenant_id": ids.get(str(row.credit_code), str(row.credit_code)),
            "carrier_id": carrier_id,
        }
        for row in rows
    ]
    if entered:
        await unit.connection.execute(insert(TENANCY), entered)
        moves = [(row["tenant_id"], None, "inside") for row in entered]
        await changes.note(unit, "tenant", moves, f"入驻载体 {carrier_id}")
    return [row["tenant_id"] for row in entered]


async def describe_tenant(unit: Unit, order: DescribeTenant) -> None:
    """Puts right what a tenant is called and what it is. A code that a decision stands on is no longer changed."""
    row = await tenants.one(unit.connection, order.carrier_id, order.tenant_id, hold=True)
    fields = TypedFields(order.model_dump(), unit.today)
    values = described(fields)
    if values["founded_on"] and values["founded_on"] > row["entered_on"]:
        fields.find("founded_on", f"成立日期 {values['founded_on']} 晚于入驻日期 {row['entered_on']}，请核对")
    if row["hnte_on"] and row["credit_code"] and values["credit_code"] != row["credit_code"]:
        fields.find("credit_code", "高新技术企业资格已按原信用代码核定，不能再改；有误请联系项目办公室")
    for each in await tenants.with_codes(unit.connection, [values["credit_code"]] if values["credit_code"] else []):
        if each["carrier_id"] == order.carrier_id and each["tenant_id"] != order.tenant_id:
            fields.find("credit_code", f"“{each['name']}”已用这个信用代码登记在本载体")
    fields.check()
    same = (TENANCY.c.carrier_id == order.carrier_id) & (TENANCY.c.tenant_id == order.tenant_id)
    await unit.connection.execute(update(TENANCY).where(same).values(**values))


async def graduate_tenant(unit: Unit, order: GraduateTenant) -> None:
    """Notes when a tenant left; told again with the same day it changes nothing, with another it is refused."""
    row = await tenants.one(unit.connection, order.carrier_id, order.tenant_id, hold=True)
    fields = TypedFields(order.model_dump(), unit.today)
    on = fields.day("graduated_on", "毕业日期")
    if on is not None and on < row["entered_on"]:
        fields.find("graduated_on", f"毕业日期 {on} 早于入驻日期 {row['entered_on']}，请核对")
    fields.check()
    if row["graduated_on"] == on:
        return
    if row["graduated_on"] is not None:
        raise DomainError(
            "tenant-graduated",
            f"“{row['name']}”已登记于 {row['graduated_on']} 毕业；日期有误请联系项目办公室更正",
            status=409,
        )
    if on is None:
        raise Unclear({"graduated_on": "请填写毕业日期"})
    same = (TENANCY.c.carrier_id == order.carrier_id) & (TENANCY.c.tenant_id == order.tenant_id)
    await unit.connection.execute(update(TENANCY).where(same).values(graduated_on=on))
    await changes.note(unit, "tenant", [(order.tenant_id, "inside", "graduated")], f"{on} 毕业，{order.carrier_id}")
