"""Set up a year's rounds: plan several at once, change one before it opens, give one up."""

from pydantic import BaseModel, Field

from services.incubator.domain import lifecycles
from services.incubator.domain.round_calendar import DAYS, moved
from services.incubator.store import changes
from services.incubator.store.tables import ROUND
from services.incubator.usecases.round_plan import RoundPlan, RoundsNotPlanned, WrongValue, wrong_values
from services.incubator.usecases.rounds import OpenRound, RoundNamed, begin_round, open_round
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

NAMES = {
    "scheme": "指标方案",
    "document_no": "文号",
    **DAYS,
    "period": "数据期",
    "publicity_days": "公示天数",
    "publicity_in": "公示按",
    "decide_within": "异议处理工作日数",
    "corrections": "可退回更正次数",
}
"""What may be changed of a planned round; year and kind make it the round it is."""


class PlanRounds(BaseModel):
    """一次设立一个年度的几个考评批次；有一处不对就一个也不设立。"""

    rounds: list[OpenRound] = Field(min_length=1, max_length=50)


class EditRound(RoundPlan):
    """改动还没有开放的考评批次。"""


class CancelRound(RoundNamed):
    """撤销还没有开放的考评批次。"""

    reason: str = Field(min_length=1, max_length=1000)


async def plan_rounds(unit: Unit, order: PlanRounds) -> list[str]:
    """Sets up all of these rounds or none; one whose first day is today opens at once. Answers their ids.

    Everything that is wrong is told at once, by round and field.
    """
    wrong: list[WrongValue] = []
    seen: set[str] = set()
    for each in order.rounds:
        wrong += await wrong_values(unit.connection, each, not_before=unit.today)
        if each.id in seen:
            twice = DomainError("round-exists", f"{each.id} 列了两次，请去掉一个", status=409)
            wrong.append(WrongValue(each.kind, "kind", twice))
        seen.add(each.id)
    ids: list[str] = []
    for each in order.rounds if not wrong else ():
        try:
            ids.append(await open_round(unit, each))
        except DomainError as error:  # raised before it wrote anything: it is there already
            wrong.append(WrongValue(each.kind, "kind", error))
    if wrong:
        raise RoundsNotPlanned(wrong)
    return ids


async def edit_round(unit: Unit, order: EditRound) -> str:
    """Changes a round that has not opened yet; what was changed from what is kept. One that is to open today opens."""
    row = await changes.found(unit.connection, ROUND, order.id, "考评批次", hold=True)
    lifecycles.ROUND.check(row["state"], "planned", order.id)
    if row["state"] != "planned":
        raise DomainError("round-is-cancelled", f"考评批次“{order.id}”已撤销，请重新设立", status=409)
    wrong = await wrong_values(unit.connection, order, not_before=unit.today)
    if wrong:
        raise RoundsNotPlanned(wrong)
    values = order.model_dump(include=set(NAMES)) | {"period": order.period or order.year - 1}
    why = moved(row, values, NAMES)
    if why:
        await changes.move(unit, lifecycles.ROUND, ROUND, order.id, "planned", why, **values)
    if order.opens_on <= unit.today:
        await begin_round(unit, order.id)
    return order.id


async def cancel_round(unit: Unit, order: CancelRound) -> str:
    """Gives up a round that has not opened: nothing was sent and nothing is due. It may be set up anew."""
    await changes.move(unit, lifecycles.ROUND, ROUND, order.round_id, "cancelled", order.reason)
    return order.round_id
