"""Change the document or the days of a call that still takes applications, or is yet to open."""

from datetime import date

from pydantic import BaseModel, Field
from sqlalchemy import update

from services.talent.domain import lifecycles
from services.talent.store import changes
from services.talent.store.tables import CALL
from services.talent.usecases.calls import closes_yet
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

CHANGEABLE = ("planned", "open")


class ChangeCall(BaseModel):
    """修改申报批次的文号和日程，写明理由。"""

    programme_id: str
    document_no: str = Field(min_length=1, max_length=100)
    opens_on: date
    closes_on: date
    units_until: date
    reason: str = Field(min_length=1, max_length=1000)


async def change_call(unit: Unit, order: ChangeCall) -> None:
    """Sets other days. What applicants and units were given until a day is never made shorter than today."""
    row = await changes.found(unit.connection, CALL, order.programme_id, "申报批次", hold=True)
    if row["state"] not in CHANGEABLE:
        told = f"这个批次{lifecycles.CALL.states[row['state']]}，日程不能再改"
        raise DomainError("call-not-changeable", told, status=409)
    if not order.opens_on <= order.closes_on <= order.units_until:
        raise DomainError("bad-dates", "申报开始、申报截止、单位推荐截止应依次不早于前一个，请核对日程")
    if row["state"] == "planned":
        closes_yet(order.closes_on, unit.today)
    if row["state"] == "open" and order.closes_on < min(unit.today, row["closes_on"]):
        raise DomainError(
            "bad-dates", f"已经开放的批次，申报截止不能改到今天（{unit.today}）以前；要提前结束请用“截止申报”"
        )
    values = order.model_dump(exclude={"programme_id", "reason"})
    await unit.connection.execute(update(CALL).where(CALL.c.programme_id == order.programme_id).values(values))
    await changes.note(unit, "call", [(order.programme_id, row["state"], row["state"])], order.reason)
