"""The district's first review of a report: recommended or not, with its opinion and what was seen on the spot."""

from datetime import date

from pydantic import BaseModel, Field
from sqlalchemy import insert

from services.incubator.domain import lifecycles
from services.incubator.store import changes, district_reviews, trail
from services.incubator.store.reporting_tables import DISTRICT_REVIEW
from services.incubator.store.tables import REPORT
from services.incubator.usecases.reports import still_that_version
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

MOST_CHARACTERS = 2_000


class ReviewInDistrict(BaseModel):
    """登记区县初审：对第几版推荐或不推荐，写明意见；到现场看过的，写日期和情况。"""

    report_id: str
    version: int = Field(ge=1)
    recommended: bool
    opinion: str
    site_checked_on: date | None = None
    site_note: str = ""


async def review_in_district(unit: Unit, order: ReviewInDistrict) -> None:
    """Records what the district says of the version it looked at; said again, the later one holds and both are kept.

    The same said twice is recorded once. Nothing is said of a report that was returned or accepted meanwhile.
    """
    report = await changes.found(unit.connection, REPORT, order.report_id, "填报", hold=True)
    if report["state"] != "submitted":
        label = lifecycles.REPORT.states[report["state"]]
        raise DomainError(f"report-is-{report['state']}", f"填报{label}，现在不能初审；只有已提交的可以", status=409)
    still_that_version(report, order.version)
    _check(order, unit.today)
    said = {
        "report_id": order.report_id,
        "version": order.version,
        "recommended": order.recommended,
        "opinion": order.opinion.strip(),
        "site_checked_on": order.site_checked_on,
        "site_note": order.site_note.strip(),
        "by": unit.by,
    }
    before = await district_reviews.latest(unit.connection, order.report_id, order.version)
    if before is not None and said == {name: before[name] for name in said}:
        return
    row = said | {"at": unit.now}
    await unit.connection.execute(insert(DISTRICT_REVIEW), [row])
    act = "report:recommended" if order.recommended else "report:not_recommended"
    await trail.record(unit, trail.DISTRICT_REVIEWS, act, [row])


def _check(order: ReviewInDistrict, today: date) -> None:
    if not order.opinion.strip():
        raise DomainError("opinion-missing", "请写初审意见：核对了哪些材料，结论是什么；不推荐的写明原因")
    if max(len(order.opinion), len(order.site_note)) > MOST_CHARACTERS:
        raise DomainError("opinion-too-long", f"意见和现场情况各至多 {MOST_CHARACTERS} 字，请精简")
    if order.site_checked_on is not None and order.site_checked_on > today:
        raise DomainError("bad-dates", f"现场核查日期 {order.site_checked_on} 还没有到，请改为实际去的那一天")
    if order.site_note.strip() and order.site_checked_on is None:
        raise DomainError("site-date-missing", "写了现场情况，请补上现场核查日期")
