"""Object to a selection that is public, and decide the objection; see shared.objections. Upheld, it changes that one
application alone: its total, or it is taken out. Who moves up then is a decision of its own."""

from collections.abc import Collection
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from services.talent.usecases.objection_area import AREA, Corrected
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.objections.deciding import UPHELD, Deciding, decide
from shared.objections.own import OwnObjection, object_to_own
from shared.objections.paper import PaperObjection, file_paper


class FilePaperObjection(BaseModel):
    """登记一件书面异议：对哪一份申报、异议人、联系人实名和联系方式、理由、收到日期。"""

    application_id: str
    objector: str
    """异议人或异议单位的名称，或编号。"""
    name: str
    contact: str
    grounds: str
    received_on: date | None = None


class ObjectToOwnSelection(BaseModel):
    """对本人公示中的结果提出异议：理由、真实姓名和联系方式。"""

    application_id: str
    grounds: str
    name: str
    contact: str


class DecideObjection(BaseModel):
    """处理异议：成立的，写明更正的得分，或取消入选。"""

    objection_id: str
    outcome: Literal["upheld", "rejected", "withdrawn"]
    reason: str = Field(min_length=1, max_length=900)
    total: str | None = Field(default=None, max_length=20)
    """更正的得分，0 到 100 分。"""
    take_out: bool = False
    """取消入选。"""


async def file_paper_objection(unit: Unit, order: FilePaperObjection) -> str:
    """Enters an objection that came on paper; its id."""
    paper = PaperObjection(
        order.application_id, order.objector, order.name, order.contact, order.grounds, order.received_on
    )
    return await file_paper(unit, AREA, paper)


async def object_to_own_selection(unit: Unit, order: ObjectToOwnSelection, persons: Collection[str]) -> str:
    """Files the objection of whose selection it is; its id. `persons`: the ids of whoever is logged in."""
    own = OwnObjection(order.application_id, order.grounds, order.name, order.contact)
    return await object_to_own(unit, AREA, own, persons)


async def decide_objection(unit: Unit, order: DecideObjection) -> None:
    """Decides an objection that waits; upheld, it says either which total is right, or that it is taken out."""
    total = (order.total or "").strip()
    if total and order.take_out:
        raise DomainError("total-or-out", "更正得分和取消入选只能选一项")
    correction = Corrected(total or None) if total or order.take_out else None
    if order.outcome == UPHELD and correction is None:
        raise DomainError("correction-missing", "异议成立时，请写明更正的得分，或取消入选")
    await decide(unit, AREA, Deciding(order.objection_id, order.outcome, order.reason.strip(), correction))
