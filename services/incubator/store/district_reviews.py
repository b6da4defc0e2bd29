"""What districts said of reports: the latest of a version holds."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, ScalarSelect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.reporting_tables import DISTRICT_REVIEW
from services.incubator.store.tables import REPORT

NEWEST = DISTRICT_REVIEW.c.position.desc()


async def latest(connection: AsyncConnection, report_id: str, version: int) -> RowMapping | None:
    """What holds for this version; None if the district has not said anything of it."""
    of = (DISTRICT_REVIEW.c.report_id == report_id) & (DISTRICT_REVIEW.c.version == version)
    return (await connection.execute(select(DISTRICT_REVIEW).where(of).order_by(NEWEST).limit(1))).mappings().first()


async def every(connection: AsyncConnection, report_id: str) -> Sequence[RowMapping]:
    """Everything that was said of a report, of earlier versions too, the newest first."""
    query = select(DISTRICT_REVIEW).where(DISTRICT_REVIEW.c.report_id == report_id).order_by(NEWEST)
    return (await connection.execute(query)).mappings().all()


def recommended() -> ScalarSelect[bool]:
    """Within a question to reports: whether the version that stands is recommended; null if nothing was said of it."""
    of = (DISTRICT_REVIEW.c.report_id == REPORT.c.id) & (DISTRICT_REVIEW.c.version == REPORT.c.version)
    return select(DISTRICT_REVIEW.c.recommended).where(of).order_by(NEWEST).limit(1).scalar_subquery()
