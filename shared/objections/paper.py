"""The office enters an objection that came on paper: in writing, by name, within publicity."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.objections import store
from shared.objections.area import Area
from shared.objections.filing import Filing, file
from shared.objections.own import MOST_NAME, ObjectionUnclear, keep_contact, problems_of
from shared.reading.sent_text import problem_of


class PaperObjection(NamedTuple):
    """`objector`: the name or id of who objects, as the paper has it."""

    subject_id: str
    objector: str
    name: str
    contact: str
    grounds: str
    received_on: date | None = None


async def file_paper(unit: Unit, area: Area[Any], order: PaperObjection) -> str:
    """Files it as of the day it was received and answers its id; entered twice, it is one.

    An objector no register knows has a number only: its name stands beside the contact, which no list and no event has.
    """
    clear = {name: getattr(order, name).strip() for name in ("grounds", "name", "contact", "objector")}
    if problems := paper_problems(clear):
        raise ObjectionUnclear(problems)
    known = await area.called(unit.connection, clear["objector"])
    objector = known or event_id("objector", order.subject_id, clear["objector"])
    open_ = await store.open_of(unit.connection, area.tables, order.subject_id, objector)
    if open_ is not None and open_["grounds"] == clear["grounds"]:
        return str(open_["id"])
    id_ = await file(unit, area, Filing(order.subject_id, objector, clear["grounds"], order.received_on))
    name = clear["name"] if known else f"{clear['objector']} {clear['name']}"
    await keep_contact(unit, area, id_, name, clear["contact"])
    return id_


def paper_problems(clear: Mapping[str, str]) -> dict[str, str]:
    """By field, what is missing or too long."""
    found = problems_of(clear)
    if not clear["objector"]:
        found["objector"] = "请填写异议单位的名称；匿名的异议不受理"
    elif len(clear["objector"]) + 1 + len(clear["name"]) > MOST_NAME:
        found["objector"] = f"异议单位和联系人姓名合计至多 {MOST_NAME - 1} 字，请用规范简称"
    elif wrong := problem_of(clear["objector"]):
        found["objector"] = f"异议单位：{wrong}"
    return found
