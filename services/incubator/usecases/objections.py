"""Object to a public grade, and decide the objection; see shared.objections. Upheld, it changes that grade alone, even
beyond a quota."""

from collections.abc import Collection
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.incubator.usecases.objection_area import AREA, Corrected
from shared.messaging.unit import Unit
from shared.objections.deciding import Deciding, decide
from shared.objections.filing import Filing, file
from shared.objections.own import OwnObjection, object_to_own
from shared.objections.paper import PaperObjection, file_paper


class FileObjection(BaseModel):
    """公示期内对一家单位的等次提出异议。"""

    evaluation_id: str
    objector_id: str = Field(min_length=1)
    grounds: str = Field(min_length=1, max_length=4000)
    received_on: date | None = None
    """书面异议收到的日期；不写为今天。"""


class FilePaperObjection(BaseModel):
    """登记一件书面异议：对哪一家、异议单位、联系人实名和联系方式、理由、收到日期。"""

    evaluation_id: str
    objector: str
    """异议单位的名称或编号。"""
    name: str
    contact: str
    grounds: str
    received_on: date | None = None


class ObjectToOwnResult(BaseModel):
    """对本单位公示中的考评结果提出异议：理由、联系人实名和联系方式。"""

    evaluation_id: str
    grounds: str
    name: str
    contact: str


class DecideObjection(BaseModel):
    """处理异议：成立的，写明更正的数字，或直接写明更正的等次。"""

    objection_id: str
    outcome: Literal["upheld", "rejected", "withdrawn"]
    reason: str = Field(min_length=1, max_length=900)
    figures: dict[str, Any] = Field(default_factory=dict)
    grade: str | None = None


async def file_objection(unit: Unit, order: FileObjection) -> str:
    """Files an objection of whoever it is; its id."""
    return await file(unit, AREA, Filing(order.evaluation_id, order.objector_id, order.grounds, order.received_on))


async def file_paper_objection(unit: Unit, order: FilePaperObjection) -> str:
    """Enters an objection that came on paper; its id."""
    paper = PaperObjection(
        order.evaluation_id, order.objector, order.name, order.contact, order.grounds, order.received_on
    )
    return await file_paper(unit, AREA, paper)


async def object_to_own_result(unit: Unit, order: ObjectToOwnResult, organisations: Collection[str]) -> str:
    """Files the objection of the unit whose result it is; its id."""
    own = OwnObjection(order.evaluation_id, order.grounds, order.name, order.contact)
    return await object_to_own(unit, AREA, own, organisations)


async def decide_objection(unit: Unit, order: DecideObjection) -> str | None:
    """Decides an objection; the grade its evaluation has then."""
    correction = Corrected(order.figures, order.grade) if order.figures or order.grade else None
    decided = await decide(unit, AREA, Deciding(order.objection_id, order.outcome, order.reason, correction))
    given: str | None = (decided.corrected or decided.subject.row)["grade"]
    return given
