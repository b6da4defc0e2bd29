"""The unit's side: recommend an application within its quota, return it, or say why not."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert

from services.talent.domain import lifecycles
from services.talent.store import applications, changes, known, trail
from services.talent.store.application_tables import APPLICATION, RECOMMENDATION
from services.talent.store.tables import UNIT
from services.talent.usecases.applications import told
from services.talent.usecases.own_matter import check_somebody_elses
from services.talent.usecases.returning import give_back
from shared.contracts.talent import TalentApplicationDeclined, TalentApplicationRecommended
from shared.core.errors import DomainError
from shared.core.workdays import Known, next_working_day
from shared.messaging.unit import Unit
from shared.programme.load import load_programme

NO_RETURN = "今天以后没有工作日可以修改，不能再退回；可以推荐，在意见里写明要改的，由项目办公室退回，申报人另有期限修改"
"""Why a unit cannot give back any more, and what it does instead."""


class Recommend(BaseModel):
    """单位推荐：意见写进推荐书。"""

    application_id: str
    opinion: str = Field(min_length=1, max_length=2000)
    number: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """The hand-in that was looked at: of one that was handed in again since, nothing is said."""


class ReturnToApplicant(BaseModel):
    """退回申报人修改：哪些填报项有什么问题，改到哪天。"""

    application_id: str
    reasons: dict[str, str] = Field(default_factory=dict)
    reason: str = Field(min_length=1, max_length=2000)
    number: int | None = Field(default=None, ge=1, le=2**31 - 1)


class DoNotRecommend(BaseModel):
    """单位不推荐，写明理由。"""

    application_id: str
    opinion: str = Field(min_length=1, max_length=2000)
    number: int | None = Field(default=None, ge=1, le=2**31 - 1)


async def recommend(unit: Unit, order: Recommend) -> None:
    """Recommends what was handed in, until the call's last day for units and within the unit's quota.

    The unit's row is held while its quota is counted: two people of a unit cannot pass it together.
    """
    row = await _waiting(unit, order.application_id, order.number)
    quota = load_programme(row["programme_id"]).unit_quota
    if quota is not None:
        taken = await applications.recommended_by(unit.connection, row["programme_id"], row["unit_id"], row["id"])
        if taken >= quota:
            message = f"本单位在这个批次至多推荐 {quota} 名，已经推荐 {taken} 名；请先请别的申报人撤回，或不推荐这一份"
            raise DomainError("quota-full", message, status=409)
    await _say(unit, row, order.opinion, recommended=True)
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["id"], "recommended", order.opinion)
    event = TalentApplicationRecommended.model_validate({**told(row), "number": row["handed_in"]})
    unit.tell(event, str(row["handed_in"]), story=row["id"])


async def return_by_unit(unit: Unit, order: ReturnToApplicant) -> None:
    """Gives it back to be corrected, until the last day on which the unit may still recommend it; never on that day
    itself, for whoever applies has a working day after today."""
    row = await _waiting(unit, order.application_id, order.number)
    if not may_return(unit.today, row["recommend_until"], await known.calendar(unit.connection)):
        raise DomainError("last-day", f"单位推荐到 {row['recommend_until']} 为止，{NO_RETURN}", status=409)
    await give_back(unit, row, order.reasons, order.reason, row["recommend_until"], by_unit=True)


async def do_not_recommend(unit: Unit, order: DoNotRecommend) -> None:
    """Ends the application at the unit; the applicant is told why."""
    row = await _waiting(unit, order.application_id, order.number)
    await _say(unit, row, order.opinion, recommended=False)
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["id"], "declined", order.opinion)
    event = TalentApplicationDeclined.model_validate({**told(row), "stage": "unit", "reason": order.opinion})
    unit.tell(event, story=row["id"])


async def _waiting(unit: Unit, application_id: str, number: int | None) -> RowMapping:
    row = await changes.found(unit.connection, APPLICATION, application_id, "申报", hold=True)
    check_seen(row, number)
    await check_somebody_elses(unit, row["applicant_id"])
    if row["state"] != "submitted":
        state = lifecycles.APPLICATION.states[row["state"]]
        raise DomainError("application-not-waiting", f"这份申报{state}，不在等待单位推荐", status=409)
    await changes.found(unit.connection, UNIT, row["unit_id"], "推荐单位", hold=True)
    if unit.today > row["recommend_until"]:
        raise DomainError("too-late", f"单位推荐到 {row['recommend_until']} 为止，已经过了", status=409)
    return row


def may_return(today: date, recommend_until: date, calendar: Known) -> bool:
    """Whether a working day is left after today until the unit's last, in which it can be corrected."""
    return next_working_day(today, calendar) <= recommend_until


def check_seen(row: RowMapping, number: int | None) -> None:
    """Refuses what was said of an older hand-in than the newest."""
    if number is not None and number != row["handed_in"]:
        told = f"您看的是第 {number} 次提交，申报人已经第 {row['handed_in']} 次提交；请看过新的内容再办理"
        raise DomainError("handed-in-again", told, status=409)


async def _say(unit: Unit, row: RowMapping, opinion: str, *, recommended: bool) -> None:
    said: dict[str, Any] = {
        "application_id": row["id"], "number": row["handed_in"], "unit_id": row["unit_id"],
        "recommended": recommended, "opinion": opinion, "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(RECOMMENDATION), [said])
    await trail.record(unit, trail.RECOMMENDATIONS, "recommendation:said", [said])
