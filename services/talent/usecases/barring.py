"""Records of dishonesty: kept by the mark of an identity number alone, which nobody can read back."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import insert, update

from services.talent.store import changes
from services.talent.store.tables import BAR
from shared.core.errors import DomainError
from shared.core.sealed import Seal
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.reading.identifiers import id_number


class AddBar(BaseModel):
    """登记科研失信惩戒：身份证件号码只保存不可还原的标记。"""

    id_number: str = Field(min_length=1, max_length=40)
    document_no: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=1000)
    from_on: date
    until_on: date


class EndBar(BaseModel):
    """提前结束或更正惩戒期，写明理由。"""

    bar_id: str
    until_on: date
    reason: str = Field(min_length=1, max_length=1000)


async def add_bar(unit: Unit, order: AddBar, seal: Seal) -> str:
    """Keeps the record; the same document for the same person is one record, however often it is sent."""
    if order.until_on < order.from_on:
        raise DomainError("bad-dates", "惩戒期的最后一天不能早于第一天，请核对")
    mark = seal.mark(id_number(order.id_number))
    id_ = event_id("bar", mark, order.document_no)
    row: dict[str, Any] = {
        "id": id_, "id_mark": mark, "document_no": order.document_no, "reason": order.reason,
        "from_on": order.from_on, "until_on": order.until_on, "by": unit.by, "at": unit.now,
    }  # fmt: skip
    there = (await unit.connection.execute(BAR.select().where(BAR.c.id == id_))).mappings().first()
    if there is not None:
        days = f"{there['from_on']} 至 {there['until_on']}"
        told = f"这个人按 {order.document_no} 已经登记过，惩戒期 {days}；要改请在列表里更正"
        raise DomainError("bar-there", told, status=409)
    await unit.connection.execute(insert(BAR), [row])
    await changes.note(unit, "bar", [(id_, None, "held")], order.reason)
    return id_


async def end_bar(unit: Unit, order: EndBar) -> None:
    """Sets another last day; what was refused meanwhile is not looked at again by itself."""
    row = await changes.found(unit.connection, BAR, order.bar_id, "失信惩戒记录", hold=True)
    if order.until_on < row["from_on"]:
        raise DomainError("bad-dates", f"惩戒期的最后一天不能早于第一天（{row['from_on']}），请核对")
    await unit.connection.execute(update(BAR).where(BAR.c.id == row["id"]).values(until_on=order.until_on))
    why = f"惩戒期到 {row['until_on']} → {order.until_on}：{order.reason}"
    await changes.note(unit, "bar", [(row["id"], "held", "held")], why)
