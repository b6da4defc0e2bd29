"""Set up a year's call, open and close it. What an applicant may do depends on the call's days alone."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select, update

from services.talent.domain import lifecycles
from services.talent.store import changes
from services.talent.store.tables import CALL
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.programme.load import load_programme

CLOSES_IN_THE_PAST, CLOSES_EARLY = "closes-in-the-past", "closes-early"


class PlanCall(BaseModel):
    """设立申报批次：计划、文号和日程；不写的日程照计划文件。"""

    programme_id: str
    document_no: str = Field(min_length=1, max_length=100)
    opens_on: date | None = None
    closes_on: date | None = None
    units_until: date | None = None
    experts_until: date | None = None
    """专家评审的最后一天；不写为不限。"""
    number: int | None = Field(default=None, ge=1, le=10_000)
    """选拔人数。"""


class CallNamed(BaseModel):
    """按编号开放或截止一个申报批次。"""

    programme_id: str


class CloseCall(CallNamed):
    """截止一个申报批次；早于公布的申报截止的，写明理由。"""

    reason: str = Field(default="", max_length=1000)


class ChangeNumber(BaseModel):
    """公示以前改选拔人数，写明理由。"""

    programme_id: str
    number: int = Field(ge=1, le=10_000)
    reason: str = Field(min_length=1, max_length=1000)


async def plan_call(unit: Unit, order: PlanCall) -> None:
    """Sets up the call of a programme's year; its days follow the file unless others are given."""
    programme = load_programme(order.programme_id)
    call = programme.call
    row: dict[str, Any] = {
        "programme_id": programme.id,
        "state": "planned",
        "year": programme.year,
        "document_no": order.document_no,
        "opens_on": order.opens_on or call.opens,
        "closes_on": order.closes_on or call.closes,
        "units_until": order.units_until or call.units_until,
        "experts_until": order.experts_until,
        "cut_off": call.cut_off,
        "number": order.number or programme.select.number,
    }
    if not row["opens_on"] <= row["closes_on"] <= row["units_until"]:
        raise DomainError("bad-dates", "申报开始、申报截止、单位推荐截止应依次不早于前一个，请核对日程")
    if row["experts_until"] is not None and row["experts_until"] < row["units_until"]:
        raise DomainError("bad-dates", "专家评审截止不能早于单位推荐截止，请核对日程")
    closes_yet(row["closes_on"], unit.today)
    there = select(CALL.c.state).where(CALL.c.programme_id == programme.id)
    state = (await unit.connection.execute(there)).scalar_one_or_none()
    if state == "cancelled":  # taken back before anybody handed in, and planned anew
        values = {name: value for name, value in row.items() if name not in ("programme_id", "state")}
        await changes.move(unit, lifecycles.CALL, CALL, programme.id, "planned", order.document_no, **values)
        return
    if state is not None:
        raise DomainError(
            "call-there", f"{programme.title}已经设立申报批次，不必再设；要改日程请到这个批次的页面", status=409
        )
    await unit.connection.execute(insert(CALL), [row])
    await changes.note(unit, "call", [(programme.id, None, "planned")], order.document_no)


def closes_yet(closes_on: date, today: date) -> None:
    """A call yet to open must not close before today: it would open and close at once, and nobody could apply."""
    if closes_on < today:
        raise DomainError(
            CLOSES_IN_THE_PAST,
            f"申报截止 {closes_on} 已经过去，今天是 {today}；请改成今天或以后的日子，单位推荐截止也请一并核对",
        )


async def open_call(unit: Unit, order: CallNamed) -> None:
    row = await changes.found(unit.connection, CALL, order.programme_id, "申报批次")
    if unit.today < row["opens_on"]:
        raise DomainError("too-early", f"{row['opens_on']} 起才受理申报；要提前请先改日程", status=409)
    await changes.move(unit, lifecycles.CALL, CALL, order.programme_id, "open")


async def close_call(unit: Unit, order: CloseCall) -> None:
    """Ends the time of applying; what was returned may still be corrected until its own day. Closed before the day that
    was announced, which needs a reason, the call has the day on which it was; what was announced, and why it was not
    kept, stays among what happened to it."""
    row = await changes.found(unit.connection, CALL, order.programme_id, "申报批次")
    announced = row["closes_on"]
    if unit.today >= announced:
        await changes.move(unit, lifecycles.CALL, CALL, order.programme_id, "closed")
        return
    if not order.reason.strip():
        raise DomainError(CLOSES_EARLY, f"公布的申报截止是 {announced}，提前截止请写明理由")
    why = f"提前截止；公布的申报截止是 {announced}；{order.reason.strip()}"
    await changes.move(unit, lifecycles.CALL, CALL, order.programme_id, "closed", why, closes_on=unit.today)


async def change_number(unit: Unit, order: ChangeNumber) -> None:
    """Changes how many are to be selected, as long as nobody is public."""
    row = await changes.found(unit.connection, CALL, order.programme_id, "申报批次", hold=True)
    if row["state"] in ("publicised", "selected", "cancelled"):
        state = lifecycles.CALL.states[row["state"]]
        raise DomainError("call-is-public", f"申报批次现在是“{state}”，公示以前才能改选拔人数", status=409)
    change = update(CALL).where(CALL.c.programme_id == order.programme_id).values(number=order.number)
    await unit.connection.execute(change)
    why = f"选拔人数 {row['number']} → {order.number}：{order.reason.strip()}"
    await changes.note(unit, "call", [(order.programme_id, row["state"], row["state"])], why)


async def call_taking(unit: Unit, programme_id: str) -> RowMapping:
    """The call, if it takes applications today; it is not taken back before this transaction ends."""
    held = select(CALL.c.state).where(CALL.c.programme_id == programme_id).with_for_update(read=True)
    await unit.connection.execute(held)
    row = await changes.found(unit.connection, CALL, programme_id, "申报批次")
    if row["state"] != "open" or unit.today > row["closes_on"]:
        state = lifecycles.CALL.states[row["state"]]
        told = f"{load_programme(programme_id).title}{state}，申报时间为 {row['opens_on']} 至 {row['closes_on']}"
        raise DomainError("call-not-open", told, status=409)
    return row
