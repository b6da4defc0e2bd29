"""Keep a carrier's mentors (创业导师 and 创业辅导员) and their sessions, as its operator does."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert, update

from services.incubator.store import changes, mentors, tenants
from services.incubator.store.mentors import COUNSELLOR_KIND, MENTOR_KIND
from services.incubator.store.operator_tables import MENTOR, MENTOR_SESSION
from services.incubator.store.tables import CARRIER
from shared.core.errors import DomainError
from shared.core.exact import parse_decimal
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.reading.typed_fields import TypedFields, Unclear

MOST_NAME, MOST_FIELD, MOST_EMPLOYER, MOST_TOPIC = 100, 100, 200, 200
MOST_HOURS = Decimal(24)
MINUTES = 60
TIMES = {"full": "专职", "part": "兼职"}
KINDS = {MENTOR_KIND: "创业导师", COUNSELLOR_KIND: "创业辅导员"}
"""The plan counts both together (第 65 项：创业导师和创业辅导师); reports and conditions of titles ask for 创业导师."""


class RegisterMentor(BaseModel):
    """登记创业导师或创业辅导员：姓名、类别、专职或兼职、领域、所在单位、起聘日期。"""

    carrier_id: str
    name: str
    kind: str
    """mentor or counsellor."""
    time: str
    """full or part."""
    field: str
    employer: str
    began_on: str


class EndMentor(BaseModel):
    """登记导师不再聘任。"""

    carrier_id: str
    mentor_id: str
    ended_on: str


class NoteSession(BaseModel):
    """登记一次导师辅导：日期、企业、主题、时长（小时）。"""

    carrier_id: str
    mentor_id: str
    on_date: str
    tenant_id: str = ""
    """留空：面向多家企业。"""
    topic: str
    hours: str


async def register_mentor(unit: Unit, order: RegisterMentor) -> str:
    """Enters a mentor and answers the id; the same name with the same employer is entered once while engaged."""
    await changes.found(unit.connection, CARRIER, order.carrier_id, "载体", hold=True)
    fields = TypedFields(order.model_dump(), unit.today)
    values = read_mentor(fields, await mentors.all_of(unit.connection, order.carrier_id))
    fields.check()
    return (await enter_mentors(unit, order.carrier_id, [values]))[0]


def read_mentor(fields: TypedFields, there: Sequence[RowMapping]) -> dict[str, Any]:
    """What was typed of a mentor as the register keeps it; `fields` has whatever is wrong. `there`: who is known."""
    values = {
        "name": fields.line("name", "姓名", MOST_NAME),
        "kind": fields.one_of("kind", "类别", KINDS),
        "full_time": fields.one_of("time", "专职或兼职", TIMES) == "full",
        "field": fields.line("field", "领域", MOST_FIELD),
        "employer": fields.line("employer", "所在单位", MOST_EMPLOYER),
        "began_on": fields.day("began_on", "起聘日期"),
    }
    for each in there:
        same = (each["name"], each["employer"]) == (values["name"], values["employer"])
        if same and each["ended_on"] is None:
            known = f"{each['name']}（{each['employer']}）已在名单里，{each['began_on']} 起聘为{KINDS[each['kind']]}"
            fields.find("name", f"{known}；类别有变的，先登记离任，再按新的类别登记")
    return values


async def enter_mentors(unit: Unit, carrier_id: str, read: Sequence[Mapping[str, Any]]) -> list[str]:
    """Enters mentors that were read without a problem, and answers their ids."""
    rows = [{"id": uuid4().hex, "carrier_id": carrier_id, **values} for values in read]
    await unit.connection.execute(insert(MENTOR), rows)
    return [row["id"] for row in rows]


async def end_mentor(unit: Unit, order: EndMentor) -> None:
    """Notes the last day of a mentor; told again with the same day it changes nothing."""
    row = await mentors.one(unit.connection, order.carrier_id, order.mentor_id, hold=True)
    fields = TypedFields(order.model_dump(), unit.today)
    on = fields.day("ended_on", "离任日期")
    if on is not None and on < row["began_on"]:
        fields.find("ended_on", f"离任日期 {on} 早于起聘日期 {row['began_on']}，请核对")
    fields.check()
    if row["ended_on"] is not None and row["ended_on"] != on:
        raise DomainError("mentor-ended", f"{row['name']}已登记于 {row['ended_on']} 离任", status=409)
    await unit.connection.execute(update(MENTOR).where(MENTOR.c.id == row["id"]).values(ended_on=on))


async def note_session(unit: Unit, order: NoteSession) -> str:
    """Notes a session and answers its id. The same mentor, day, tenant and topic is one session, however often sent."""
    fields = TypedFields(order.model_dump(), unit.today)
    on = fields.day("on_date", "日期")
    topic = fields.line("topic", "主题", MOST_TOPIC)
    minutes = _minutes(fields)
    mentor_id = fields.line("mentor_id", "导师", 40)
    fields.check()
    mentor = await mentors.one(unit.connection, order.carrier_id, mentor_id, hold=True)
    if on is None:
        raise Unclear({"on_date": "请填写日期"})
    if on < mentor["began_on"] or (mentor["ended_on"] is not None and on > mentor["ended_on"]):
        until = "今" if mentor["ended_on"] is None else f" {mentor['ended_on']}"
        fields.find("on_date", f"{mentor['name']}的聘期是 {mentor['began_on']} 至{until}，{on} 不在聘期内")
    if order.tenant_id:
        tenancy = await tenants.one(unit.connection, order.carrier_id, order.tenant_id)
        if on < tenancy["entered_on"]:
            fields.find("on_date", f"{tenancy['name']} {tenancy['entered_on']} 才入驻，请核对日期")
    fields.check()
    id_ = event_id("mentor-session", mentor["id"], on.isoformat(), order.tenant_id, topic)
    there = MENTOR_SESSION.c.id == id_
    row = {
        "mentor_id": mentor["id"],
        "tenant_id": order.tenant_id or None,
        "on_date": on,
        "topic": topic,
        "minutes": minutes,
        "by": unit.by,
        "at": unit.now,
    }
    if (await unit.connection.execute(update(MENTOR_SESSION).where(there).values(**row))).rowcount == 0:
        await unit.connection.execute(insert(MENTOR_SESSION), [{"id": id_, **row}])
    return id_


def _minutes(fields: TypedFields) -> int:
    """Hours as they are typed (1.5), as whole minutes."""
    text = fields.line("hours", "时长", 20)
    hours = parse_decimal(text)
    if text and (hours is None or not 0 < hours <= MOST_HOURS or hours * MINUTES != int(hours * MINUTES)):
        fields.find("hours", "时长请写成小时数，大于 0、至多 24，例如 1.5")
        return 0
    return 0 if hours is None else int(hours * MINUTES)
