"""What the schedule does for assessments: opens each when its time has come, and reminds of it, once each time. The
office reminds by hand as well: exactly of those that are due or late, each once a day."""

from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert

from services.talent.domain import lifecycles
from services.talent.domain.assessment_dates import to_remind
from services.talent.store import assessment_reminders, assessments, changes
from services.talent.store.assessment_tables import ASSESSMENT, ASSESSMENT_REMINDER
from services.talent.store.award_tables import AWARD
from services.talent.usecases.assessments import held, told
from shared.contracts.talent import TalentAssessmentDue
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

MOST_NAMED = 5
"""As many as one sentence names."""


class RemindOfAssessments(BaseModel):
    """提醒到期（30 天以内）和逾期没有提交的考核：全部，或选定的几项；一项一天只提醒一次，除非写明再次提醒。"""

    assessment_ids: list[str] | None = None
    """不写为全部。"""
    late_only: bool = False
    """只提醒已经逾期的。"""
    again: bool = False


class Reminded(NamedTuple):
    """`sent`: the assessments of which a letter goes; `already`: those that were reminded of today before."""

    sent: tuple[str, ...]
    already: tuple[str, ...]


async def open_assessment(unit: Unit, assessment_id: str) -> None:
    """From now on it can be filled in."""
    await changes.move(unit, lifecycles.ASSESSMENT, ASSESSMENT, assessment_id, "open")


async def remind_of_assessment(unit: Unit, assessment_id: str) -> None:
    """Reminds the talent of one that he has to hand in: each reminder once, whoever else tries at the same time."""
    row = await held(unit, assessment_id)
    sent = await assessments.sent_reminders(unit.connection, row["id"], row["due_on"])
    reminder = to_remind(row["due_on"], unit.today, sent)
    if row["state"] not in assessments.FILLABLE or reminder is None:
        raise DomainError("nothing-to-remind", f"“{row['name']}”今天没有要提醒的", status=409)
    await _send(unit, row, reminder.which)


async def remind_of_assessments(unit: Unit, order: RemindOfAssessments) -> Reminded:
    """Reminds on a person's order; raises if nobody is left to be reminded, and says why.

    What was handed in since the list was looked at is refused by name: nobody is reminded of what he has done.
    """
    if order.assessment_ids is not None and not order.assessment_ids:
        raise DomainError("nobody-chosen", "没有选中任何一项，请先在名单里勾选")
    due = await assessment_reminders.held_due(unit.connection, unit.today)
    if order.late_only:
        due = [row for row in due if row["due_on"] < unit.today]
    if order.assessment_ids is not None:
        chosen = set(order.assessment_ids)
        if strange := sorted(chosen - {row["id"] for row in due}):
            listed = "、".join(await _called(unit, strange[:MOST_NAMED]))
            more = "等" if len(strange) > MOST_NAMED else ""
            told_ = f"{listed}{more}已经提交，或 30 天以内不到期，不必提醒；请刷新名单后再选"
            raise DomainError("not-due", told_, status=409)
        due = [row for row in due if row["id"] in chosen]
    today = await assessment_reminders.reminded_on(unit.connection, unit.today)
    sent = [row for row in due if order.again or row["id"] not in today]
    for row in sent:
        await _send(unit, row, f"hand-{unit.today}-{today.get(row['id'], 0) + 1}")
    if sent:
        already = tuple(row["id"] for row in due if not order.again and row["id"] in today)
        return Reminded(tuple(row["id"] for row in sent), already)
    if due:
        told_ = f"这 {len(due)} 项今天都已提醒过；确实需要，请勾选“今天已提醒的再提醒一次”"
        raise DomainError("reminded-today", told_, status=409)
    raise DomainError("nobody-due", "没有可以提醒的：到期 30 天以内的都已提交", status=409)


async def _called(unit: Unit, ids: list[str]) -> list[str]:
    """What these assessments are called; one that is none, by its id."""
    names = await assessment_reminders.names(unit.connection, ids)
    return [f"“{names.get(each, each)}”" for each in ids]


async def _send(unit: Unit, row: RowMapping, which: str) -> None:
    award = await changes.found(unit.connection, AWARD, row["award_id"], "入选项目")
    event = TalentAssessmentDue.model_validate(
        {
            **told(award, row),
            "due_on": row["due_on"].isoformat(),
            "days_left": (row["due_on"] - unit.today).days,
            "rectifying": row["state"] == "rectifying",
        }
    )
    id_ = unit.tell(event, which, row["due_on"].isoformat(), story=award["application_id"])
    made = {
        "assessment_id": row["id"], "due_on": row["due_on"], "which": which, "on_date": unit.today,
        "event_id": id_, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(ASSESSMENT_REMINDER), [made])
