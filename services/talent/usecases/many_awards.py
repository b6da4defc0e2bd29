"""What the office does with many awards at once: makes those of a call, puts contracts in force; all or none."""

from datetime import date

from pydantic import BaseModel, Field

from services.talent.usecases.awards import MakeAward, award
from services.talent.usecases.contracts import Countersign, countersign
from shared.messaging.unit import Unit

MOST = 500


class OfOneApplication(BaseModel):
    """一份入选的申报；金额（元）只在计划写明“最高”时填写，并写明理由。"""

    application_id: str
    amount: str | None = Field(default=None, pattern=r"^[0-9]{1,13}(\.[0-9]{1,2})?$")
    reason: str = Field(default="", max_length=2000)


class MakeAwards(BaseModel):
    """为选中的入选申报一并设立项目，用同一个文号。"""

    document_no: str = Field(min_length=1, max_length=100)
    awards: list[OfOneApplication] = Field(min_length=1, max_length=MOST)


class SeenContract(BaseModel):
    """一份任务书：看到的是第几版。"""

    award_id: str
    number: int = Field(ge=1, le=2**31 - 1)


class CountersignMany(BaseModel):
    """一并签署选中的任务书：项目从哪天开始执行，不写为当日。"""

    contracts: list[SeenContract] = Field(min_length=1, max_length=MOST)
    begins_on: date | None = None


async def make_awards(unit: Unit, order: MakeAwards) -> list[str]:
    """Makes each of them as it is made alone, in one order for all who do so; answers their ids."""
    given = sorted(order.awards, key=lambda each: each.application_id)
    return [
        await award(unit, MakeAward(**each.model_dump(), document_no=order.document_no)) for each in given
    ]  # fmt: skip


async def countersign_many(unit: Unit, order: CountersignMany) -> None:
    for each in sorted(order.contracts, key=lambda one: one.award_id):
        await countersign(unit, Countersign(**each.model_dump(), begins_on=order.begins_on))
