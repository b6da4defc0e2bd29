"""Object to a public result. The objection holds its own subject, and nothing else, until it is decided."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import insert

from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.core.workdays import WORKING, last_day
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.objections.area import Area, Filed
from shared.objections.life import FILED, OBJECTION


class Filing(NamedTuple):
    """`received_on`: the day one on paper was received; today, if none is given."""

    subject_id: str
    objector_id: str
    grounds: str
    received_on: date | None = None


async def file(unit: Unit, area: Area[Any], filing: Filing) -> str:
    """Takes an objection from the first to the last day of publicity and answers its id; its subject waits until it is
    decided. The days in which that has to be done are counted from the day after.

    One on paper is as old as the day it was received, also if it is entered later, as long as the result is not final.
    """
    filed_on = filing.received_on or unit.today
    if filed_on > unit.today:
        raise DomainError("bad-dates", f"收到日期 {filed_on} 还没有到，请核对")
    subject = await area.subject(unit.connection, filing.subject_id, hold=True)
    if not subject.takes(filed_on):
        raise DomainError("not-public", "只能在公示期内提出异议", status=409)
    known = await area.calendar(unit.connection)
    decide_by = last_day(add_days(filed_on, 1), subject.decide_within, WORKING, known)
    id_ = _number(filed_on, event_id("objection", filing.subject_id, filing.objector_id, unit.now.isoformat()))
    row = {
        "id": id_,
        area.tables.about_name: filing.subject_id,
        "objector_id": filing.objector_id,
        "grounds": filing.grounds,
        "state": FILED,
        "filed_on": filed_on,
        "decide_by": decide_by,
    }
    await unit.connection.execute(insert(area.tables.objection), [row])
    await area.changes.note(unit, OBJECTION.noun, [(id_, None, FILED)], filing.grounds)
    unit.tell(await area.filed(unit, Filed(id_, filing.objector_id, subject, decide_by)), story=filing.subject_id)
    return id_


def _number(filed_on: date, id_: str) -> str:
    """As one reads it out on the telephone; it says nothing of who objects."""
    return f"YY-{filed_on:%Y%m%d}-{id_[:8].upper()}"
