"""The office's formal check: accept, return with defects and a deadline, decline; what excludes is shown before."""

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from services.talent.domain import lifecycles
from services.talent.store import changes, known
from services.talent.store.application_tables import APPLICATION
from services.talent.usecases.applications import told
from services.talent.usecases.excluding import named_exclusions
from services.talent.usecases.own_matter import check_somebody_elses
from services.talent.usecases.recommending import ReturnToApplicant, check_seen
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
    number: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """The hand-in that was looked at."""


class AcceptClear(BaseModel):
    """批量受理：没有排除情形、提交时条件都符合的。"""

    applications: list[str] = Field(min_length=1, max_length=2000)


class Decline(BaseModel):
    """不予受理，写明理由。"""

    application_id: str
    reason: str = Field(min_length=1, max_length=2000)
    number: int | None = Field(default=None, ge=1, le=2**31 - 1)


async def excluded_by(unit: Unit, row: RowMapping) -> tuple[Excluded, ...]:
    """What excludes the application today, as others' records say."""
    found = await known.of_application(unit.connection, row)
    return exclusions(load_programme(row["programme_id"]), found, unit.today)


async def accept(unit: Unit, order: Accept) -> None:
    """Takes it in for the review; what excludes it has to be answered with a reason, and stays beside it."""
    row = await _waiting(unit, order.application_id, order.number)
    excluded = await excluded_by(unit, row)
    if excluded and not order.opinion.strip():
        named, _ = await named_exclusions(unit.connection, row, unit.today)
        listed = "；".join(f"{each.says}：{each.found}" for each in named)
        raise DomainError("excluded", f"这份申报有排除情形：{listed}。确需受理请写明理由", status=409)
    why = "；".join([*(each.found for each in excluded), order.opinion]) if excluded else order.opinion
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["id"], "accepted", why)
    event = TalentApplicationAccepted.model_validate({**told(row), "number": row["handed_in"]})
    unit.tell(event, str(row["handed_in"]), story=row["id"])


async def accept_clear(unit: Unit, order: AcceptClear) -> list[str]:
    """Takes in those of these that nothing excludes, as `accept` does each; answers their ids.

    What excludes one may be another of the same list: both of a pair are left to be looked at one by one.
    """
    clear = []
    for id_ in sorted(set(order.applications)):
        row = await changes.found(unit.connection, APPLICATION, id_, "申报", hold=True)
        if row["state"] == "recommended" and not await excluded_by(unit, row):
            clear.append(id_)
    for id_ in clear:
        await accept(unit, Accept(application_id=id_))
    return clear


async def return_by_office(unit: Unit, order: ReturnToApplicant) -> None:
    """Gives it back with its defects; the days to correct it are the programme's, counted from tomorrow."""
    row = await _waiting(unit, order.application_id, order.number)
    days = load_programme(row["programme_id"]).call.correct_within
    until = last_day(unit.today + ONE_DAY, days, WORKING, await known.calendar(unit.connection))
    await give_back(unit, row, order.reasons, order.reason, until, by_unit=False)


async def decline(unit: Unit, order: Decline) -> None:
    row = await _waiting(unit, order.application_id, order.number)
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["id"], "declined", order.reason)
    event = TalentApplicationDeclined.model_validate({**told(row), "stage": "formal", "reason": order.reason})
    unit.tell(event, story=row["id"])


async def _waiting(unit: Unit, application_id: str, number: int | None) -> RowMapping:
    row = await changes.found(unit.connection, APPLICATION, application_id, "申报", hold=True)
    check_seen(row, number)
    await check_somebody_elses(unit, row["applicant_id"])
    if row["state"] != "recommended":
        state = lifecycles.APPLICATION.states[row["state"]]
        raise DomainError("application-not-waiting", f"这份申报{state}，不在等待形式审查", status=409)
    return row
