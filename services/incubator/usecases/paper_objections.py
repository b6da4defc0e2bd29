"""The office enters an objection that came on paper: in writing, by name, within publicity."""

from datetime import date

from pydantic import BaseModel
from sqlalchemy import insert

from services.incubator.store import objections, objections_of
from services.incubator.store.after_grading_tables import OBJECTION_CONTACT
from services.incubator.usecases.objections import FileObjection, file_objection
from services.incubator.usecases.own_objections import MOST_NAME, ObjectionUnclear, problems_of
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.reading.sent_text import problem_of


class FilePaperObjection(BaseModel):
    """登记一件书面异议：对哪一家、异议单位、联系人实名和联系方式、理由、收到日期。"""

    evaluation_id: str
    objector: str
    """异议单位的名称或编号。"""
    name: str
    contact: str
    grounds: str
    received_on: date | None = None


async def file_paper_objection(unit: Unit, order: FilePaperObjection) -> str:
    """Files it as of the day it was received and answers its id; entered twice, it is one.

    An objector no register knows has a number only: its name stands beside the contact, which no list and no event has.
    """
    clear = {name: getattr(order, name).strip() for name in ("grounds", "name", "contact", "objector")}
    problems = paper_problems(clear)
    if problems:
        raise ObjectionUnclear(problems)
    known = await objections.organisation_called(unit.connection, clear["objector"])
    objector = known or event_id("objector", order.evaluation_id, clear["objector"])
    open_ = await objections_of.open_of(unit.connection, order.evaluation_id, objector)
    if open_ is not None and open_["grounds"] == clear["grounds"]:
        return str(open_["id"])
    filed = FileObjection(
        evaluation_id=order.evaluation_id,
        objector_id=objector,
        grounds=clear["grounds"],
        received_on=order.received_on,
    )
    id_ = await file_objection(unit, filed)
    name = clear["name"] if known else f"{clear['objector']} {clear['name']}"
    row = {"objection_id": id_, "name": name, "contact": clear["contact"]}
    await unit.connection.execute(insert(OBJECTION_CONTACT), [row])
    return id_


def paper_problems(clear: dict[str, str]) -> dict[str, str]:
    """By field, what is missing or too long."""
    found = problems_of(clear)
    if not clear["objector"]:
        found["objector"] = "请填写异议单位的名称；匿名的异议不受理"
    elif len(clear["objector"]) + 1 + len(clear["name"]) > MOST_NAME:
        found["objector"] = f"异议单位和联系人姓名合计至多 {MOST_NAME - 1} 字，请用规范简称"
    elif wrong := problem_of(clear["objector"]):
        found["objector"] = f"异议单位：{wrong}"
    return found
