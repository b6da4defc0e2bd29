"""Decide an objection. Upheld, it changes its own subject alone."""

from dataclasses import dataclass
from typing import Any, Generic

from sqlalchemy import RowMapping, update

from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.objections.area import Area, C, Decided, Subject
from shared.objections.life import FILED, OBJECTION

UPHELD, REJECTED, WITHDRAWN = "upheld", "rejected", "withdrawn"


@dataclass(frozen=True)
class Deciding(Generic[C]):
    """`correction`: what an upheld objection corrects; any other corrects nothing."""

    objection_id: str
    outcome: str
    reason: str
    correction: C | None = None


async def decide(unit: Unit, area: Area[C], order: Deciding[C]) -> Decided:
    """Decides an objection that waits, and tells of it under the story of its subject."""
    objection = await area.changes.move(
        unit, OBJECTION, area.tables.objection, order.objection_id, order.outcome, order.reason, reason=order.reason
    )
    subject = await area.subject(unit.connection, objection[area.tables.about_name])
    corrected = None
    if order.outcome == UPHELD:
        corrected = await _correct(unit, area, subject, order)
    elif order.correction is not None:
        raise DomainError("nothing-to-correct", f"异议不成立或已撤回时，不能更正{area.words.corrects}")
    decided = Decided(order.objection_id, objection["objector_id"], subject, order.outcome, order.reason, corrected)
    unit.tell(await area.decided(unit, decided), story=subject.id)
    return decided


async def _correct(unit: Unit, area: Area[C], subject: Subject, order: Deciding[C]) -> dict[str, Any]:
    """Gives the subject's own row what the correction comes to; no other row of its table is touched here."""
    words = area.words
    if not subject.public:
        told = f"{words.subject}“{subject.id}”不在公示中，异议不能改动它；{words.afterwards}"
        raise DomainError(f"{words.noun}-is-{subject.row['state']}", told, status=409)
    if order.correction is None:
        raise DomainError("correction-missing", f"异议成立时，请写明更正的{words.corrects}")
    correction = await area.correct(unit, subject, order.correction, order.reason)
    values = dict(correction.values) | ({} if correction.state is None else {"state": correction.state})
    await unit.connection.execute(update(area.table).where(area.table.c.id == subject.id).values(**values))
    state = subject.row["state"]
    await area.changes.note(unit, words.noun, [(subject.id, state, correction.state or state)], correction.why)
    return values


def check_open(objection: RowMapping) -> None:
    """Nothing is done to an objection that is decided; evidence is taken for it no more."""
    if objection["state"] != FILED:
        state = OBJECTION.states[objection["state"]]
        told = f"这件异议已经处理完毕，现在是“{state}”：不能再处理一次，也不再收证据"
        raise DomainError("objection-decided", told, status=409)
