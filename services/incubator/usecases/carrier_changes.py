"""Report a change of a carrier's name, operator, area or place; confirm it, and the register moves, or refuse it."""

from decimal import Decimal
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert, select, update

from services.incubator.domain import lifecycles
from services.incubator.domain.reported_changes import WHAT, days_late
from services.incubator.store import changes, registers
from services.incubator.store.operator_tables import REPORTED_CHANGE
from services.incubator.store.tables import CARRIER, ORGANISATION
from shared.contracts.incubator import CarrierChangeDecided
from shared.core.errors import DomainError
from shared.core.exact import parse_decimal, shortest
from shared.messaging.unit import Unit
from shared.reading.identifiers import credit_code
from shared.reading.typed_fields import TypedFields, Unclear

MOST_NAME, MOST_PLACE, MOST_REASON = 200, 300, 1000
LARGEST_AREA = Decimal(10_000_000)
"""In m2: a carrier larger than ten square kilometres is a slip of the keyboard."""


class ReportChange(BaseModel):
    """报告载体的名称、运营单位、场地面积或场地位置变更。"""

    carrier_id: str
    what: str
    """name, operator, area or place."""
    new: str
    """新的名称、新运营单位名称、面积（平方米）或地址。"""
    credit_code: str = ""
    """新运营单位的统一社会信用代码。"""
    district: str = ""
    """新场地所在地区。"""
    happened_on: str
    reason: str


class WithdrawChange(BaseModel):
    """撤回还没有核定的变更报告。"""

    change_id: str


class DecideChange(BaseModel):
    """核定运营机构报告的变更：确认后登记随之更新，不予核定须写明理由。"""

    change_id: str
    outcome: Literal["confirmed", "refused"]
    reason: str = ""


async def report_change(unit: Unit, order: ReportChange) -> str:
    """Takes a report of a change, late or not, and answers its id; the register stays as it is until it is decided.

    One change of each sort waits at a time, so that a clerk never decides about a register that is moving.
    """
    carrier = await changes.found(unit.connection, CARRIER, order.carrier_id, "载体", hold=True)
    if carrier["state"] == "withdrawn" or carrier["organisation_id"] is None:
        raise DomainError("carrier-not-active", f"载体“{carrier['name']}”不在册，不能报告变更", status=409)
    fields = TypedFields(order.model_dump(), unit.today)
    what = fields.one_of("what", "变更事项", WHAT)
    happened_on = fields.day("happened_on", "发生日期")
    reason = fields.line("reason", "变更原因", MOST_REASON)
    values = await _read_new(unit, fields, carrier, what)
    if happened_on is None:
        fields.check()
        raise Unclear({"happened_on": "请填写发生日期"})
    fields.check()
    waits = select(REPORTED_CHANGE.c.id).where(
        REPORTED_CHANGE.c.carrier_id == order.carrier_id,
        REPORTED_CHANGE.c.what == what,
        REPORTED_CHANGE.c.state == "pending",
    )
    if (await unit.connection.execute(waits)).first() is not None:
        raise DomainError(
            "change-waits", f"{WHAT[what]}变更已有一件等待核对，请等核定后再报，或先撤回那一件", status=409
        )
    id_ = uuid4().hex
    row = {
        "id": id_,
        "carrier_id": order.carrier_id,
        "what": what,
        "old": await _standing(unit, carrier, what),
        **values,
        "happened_on": happened_on,
        "reported_on": unit.today,
        "days_late": days_late(happened_on, unit.today),
        "reason": reason,
        "state": "pending",
        "answer": "",
        "reported_by": unit.by,
        "reported_at": unit.now,
    }
    await unit.connection.execute(insert(REPORTED_CHANGE), [row])
    late = f"，逾期 {row['days_late']} 天" if row["days_late"] else ""
    await changes.note(unit, "reported_change", [(id_, None, "pending")], f"{WHAT[what]}：{values['new']}{late}")
    return id_


async def withdraw_change(unit: Unit, order: WithdrawChange) -> None:
    await changes.move(
        unit, lifecycles.REPORTED_CHANGE, REPORTED_CHANGE, order.change_id, "withdrawn", decided_at=unit.now
    )


async def decide_change(unit: Unit, order: DecideChange) -> str:
    """Decides a reported change; confirmed, the register moves with it. Whoever reported it is told."""
    reason = order.reason.strip()
    if len(reason) > MOST_REASON:
        raise Unclear({"reason": f"意见至多 {MOST_REASON} 字"})
    if order.outcome == "refused" and not reason:
        raise Unclear({"reason": "不予核定须写明理由，运营机构会在来信里看到"})
    values = {"answer": reason, "decided_at": unit.now}
    row = await changes.move(
        unit, lifecycles.REPORTED_CHANGE, REPORTED_CHANGE, order.change_id, order.outcome, reason, **values
    )
    before = await changes.found(unit.connection, CARRIER, row["carrier_id"], "载体")
    moved: dict[str, Any] = await _move_register(unit, row, before) if order.outcome == "confirmed" else {}
    # an operator that has left is still the one who reported, and is written to
    named = {name: value for name, value in moved.items() if name != "organisation_id"}
    event = CarrierChangeDecided(
        change_id=row["id"],
        carrier=registers.told(before, **named),
        what=row["what"],
        what_name=WHAT[row["what"]],
        old=row["old"],
        new=said(row),
        happened_on=row["happened_on"].isoformat(),
        days_late=row["days_late"],
        outcome=order.outcome,
        reason=reason,
    )
    return unit.tell(event, order.outcome)


def said(row: RowMapping) -> str:
    """What is new, as people read it."""
    match row["what"]:
        case "operator":
            return f"{row['new']}（{row['credit_code']}）"
        case "area":
            return f"{row['new']} 平方米"
        case "place":
            return f"{row['district']}，{row['new']}"
        case _:
            return str(row["new"])


async def _read_new(unit: Unit, fields: TypedFields, carrier: RowMapping, what: str) -> dict[str, str | None]:
    """The new value, checked for what it is; nothing that is already so is reported."""
    found: dict[str, str | None] = {"new": "", "credit_code": None, "district": None}
    match what:
        case "name":
            found["new"] = fields.line("new", "新的名称", MOST_NAME)
            if found["new"] == carrier["name"]:
                fields.find("new", "与登记的名称相同，没有变更")
        case "operator":
            found["new"] = fields.line("new", "新运营单位名称", MOST_NAME)
            found["credit_code"] = fields.read("credit_code", credit_code, fields.texts.get("credit_code") or "")
            organisation = await changes.found(unit.connection, ORGANISATION, carrier["organisation_id"], "运营单位")
            if (found["new"], found["credit_code"]) == (organisation["name"], organisation["credit_code"]):
                fields.find("new", "与登记的运营单位相同，没有变更")
        case "area":
            found["new"] = _area(fields)
            if found["new"] and found["new"] == carrier["area"]:
                fields.find("new", "与登记的面积相同，没有变更")
        case "place":
            found["new"] = fields.line("new", "新的地址", MOST_PLACE)
            found["district"] = fields.line("district", "所在地区", 100)
            if (found["new"], found["district"]) == (carrier["address"], carrier["district"]):
                fields.find("new", "与登记的地址相同，没有变更")
    return found


def _area(fields: TypedFields) -> str:
    text = fields.line("new", "变更后的面积", 40).replace(",", "").replace("，", "")
    area = parse_decimal(text)
    if text and (area is None or not 0 < area <= LARGEST_AREA or area != round(area, 2)):
        fields.find("new", "面积请写成平方米数，大于 0、至多两位小数，例如 1200 或 1200.5")
        return ""
    return "" if area is None else shortest(area)


async def _standing(unit: Unit, carrier: RowMapping, what: str) -> str:
    """What the register says now; empty where it says nothing."""
    match what:
        case "name":
            return str(carrier["name"])
        case "operator":
            organisation = await changes.found(unit.connection, ORGANISATION, carrier["organisation_id"], "运营单位")
            return f"{organisation['name']}（{organisation['credit_code']}）"
        case "area":
            return f"{carrier['area']} 平方米" if carrier["area"] else ""
        case _:
            return "，".join(part for part in (carrier["district"], carrier["address"]) if part)


async def _move_register(unit: Unit, row: RowMapping, carrier: RowMapping) -> dict[str, Any]:
    """Enters the change, and answers which of the carrier's columns took which value."""
    moved: dict[str, Any] = {}
    match row["what"]:
        case "name":
            moved = {"name": row["new"]}
        case "area":
            moved = {"area": row["new"]}
        case "place":
            moved = {"address": row["new"], "district": row["district"]}
        case "operator":
            moved = {"organisation_id": await _organisation(unit, row, carrier)}
    await unit.connection.execute(update(CARRIER).where(CARRIER.c.id == carrier["id"]).values(**moved))
    why = f"{WHAT[row['what']]}变更：{row['old'] or '未登记'} → {said(row)}"
    await changes.note(unit, "carrier", [(carrier["id"], carrier["state"], carrier["state"])], why)
    return moved


async def _organisation(unit: Unit, row: RowMapping, carrier: RowMapping) -> str:
    """The new operator in the register, found by its credit code or entered. The same code under a new name is the
    same unit renamed."""
    same = select(ORGANISATION).where(ORGANISATION.c.credit_code == row["credit_code"]).order_by(ORGANISATION.c.id)
    known = (await unit.connection.execute(same)).mappings().all()
    for each in known:
        if each["id"] == carrier["organisation_id"]:
            renamed = update(ORGANISATION).where(ORGANISATION.c.id == each["id"]).values(name=row["new"])
            await unit.connection.execute(renamed)
            return str(each["id"])
    if known:
        return str(known[0]["id"])
    entered = {"id": row["credit_code"], "name": row["new"], "credit_code": row["credit_code"]}
    await registers.enter(unit.connection, ORGANISATION, [entered])
    return str(row["credit_code"])
