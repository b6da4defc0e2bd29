"""The office's formal check: accept, return with defects and a deadline, decline; what excludes is shown before."""

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from services.talent.domain import lifecycles
from services.talent.store import changes, known
from services.talent.store.application_tables import APPLICATION
from services.talent.usecases.applications import told
from services.talent.usecases.recommending import ReturnToApplicant
from services.talent.usecases.returning import give_back
from shared.contracts.talent import TalentApplicationAccepted, TalentApplicationDeclined
from shared.core.errors import DomainError
from shared.core.workdays import ONE_DAY, WORKING, last_day
from shared.messaging.unit import Unit
from shared.programme.eligibility import Excluded, exclusions
from shared.programme.load import load_programme


class Accept(BaseModel):
    """受理：形式审查通过。"""

    application_id: str
    opinion: str = Field(default="", max_length=2000)
    """有排除情形而仍受理的，写明理由。"""


class Decline(BaseModel):
    """不予受理，写明理由。"""

    application_id: str
    reason: str = Field(min_length=1, max_length=2000)


async def excluded_by(unit: Unit, row: RowMapping) -> tuple[Excluded, ...]:
    """What excludes the application today, as others' records say."""
    found = await known.of_application(unit.connection, row)
    return exclusions(load_programme(row["programme_id"]), found, unit.today)


async def accept(unit: Unit, order: Accept) -> None:
    """Takes it in for the review; what excludes it has to be answered with a reason, and stays beside it."""
    row = await _waiting(unit, order.application_id)
    excluded = await excluded_by(unit, row)
    if excluded and not order.opinion.strip():
        listed = "；".join(f"{each.says}：{each.found}" for each in excluded)
        raise DomainError("excluded", f"这份申报有排除情形：{listed}。确需受理请写明理由", status=409)
    why = "；".join([*(each.found for each in excluded), order.opinion]) if excluded else order.opinion
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["id"], "accepted", why)
    event = TalentApplicationAccepted.model_validate({**told(row), "number": row["handed_in"]})
    unit.tell(event, str(row["handed_in"]), story=row["id"])


async def return_by_office(unit: Unit, order: ReturnToApplicant) -> None:
    """Gives it back with its defects; the days to correct it are the programme's, counted from tomorrow."""
    row = await _waiting(unit, order.application_id)
    days = load_programme(row["programme_id"]).call.correct_within
    until = last_day(unit.today + ONE_DAY, days, WORKING, await known.calendar(unit.connection))
    await give_back(unit, row, order.reasons, order.reason, until, by_unit=False)


async def decline(unit: Unit, order: Decline) -> None:
    row = await _waiting(unit, order.application_id)
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["id"], "declined", order.reason)
    event = TalentApplicationDeclined.model_validate({**told(row), "stage": "formal", "reason": order.reason})
    unit.tell(event, story=row["id"])


async def _waiting(unit: Unit, application_id: str) -> RowMapping:
    row = await changes.found(unit.connection, APPLICATION, application_id, "申报", hold=True)
    if row["state"] != "recommended":
        state = lifecycles.APPLICATION.states[row["state"]]
        raise DomainError("application-not-waiting", f"这份申报{state}，不在等待形式审查", status=409)
    return row
