"""What the schedule does for assessments: opens each when its time has come, and reminds of it, once each time."""

from sqlalchemy import insert

from services.talent.domain import lifecycles
from services.talent.domain.assessment_dates import to_remind
from services.talent.store import assessments, changes
from services.talent.store.assessment_tables import ASSESSMENT, ASSESSMENT_REMINDER
from services.talent.store.award_tables import AWARD
from services.talent.usecases.assessments import held, told
from shared.contracts.talent import TalentAssessmentDue
from shared.core.errors import DomainError
from shared.messaging.unit import Unit


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
    award = await changes.found(unit.connection, AWARD, row["award_id"], "入选项目")
    event = TalentAssessmentDue.model_validate(
        {
            **told(award, row),
            "due_on": row["due_on"].isoformat(),
            "days_left": reminder.days_left,
            "rectifying": row["state"] == "rectifying",
        }
    )
    id_ = unit.tell(event, reminder.which, row["due_on"].isoformat(), story=award["application_id"])
    made = {
        "assessment_id": row["id"], "due_on": row["due_on"], "which": reminder.which, "on_date": unit.today,
        "event_id": id_, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(ASSESSMENT_REMINDER), [made])
