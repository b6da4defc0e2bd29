"""Take back a call to which nobody has handed in an application; the programme may be planned again afterwards."""

from pydantic import BaseModel, Field

from services.talent.domain import lifecycles
from services.talent.store import calls as rows
from services.talent.store import changes
from services.talent.store.tables import CALL
from shared.core.errors import DomainError
from shared.messaging.unit import Unit


class CancelCall(BaseModel):
    """撤销还没有人提交申报的批次，写明理由；撤销以后可以重新设立。"""

    programme_id: str
    reason: str = Field(min_length=1, max_length=1000)


async def cancel_call(unit: Unit, order: CancelCall) -> None:
    """Takes a call back. What was begun and never handed in stays as it is, for when the call is planned again."""
    row = await changes.found(unit.connection, CALL, order.programme_id, "申报批次", hold=True)
    lifecycles.CALL.check(row["state"], "cancelled", order.programme_id)
    handed_in = await rows.handed_in(unit.connection, order.programme_id)
    if handed_in:
        raise DomainError(
            "call-has-applications",
            f"已经有 {handed_in} 份申报提交过，这个批次不能撤销；日程有误请修改日程",
            status=409,
        )
    await changes.move(unit, lifecycles.CALL, CALL, order.programme_id, "cancelled", order.reason.strip())
