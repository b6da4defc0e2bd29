"""Where figures of a carrier stand: its newest report, its newest application for a title, the registers."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import mentors, tenants
from services.incubator.store.mentors import MENTOR_KIND
from services.incubator.store.tables import CARRIER, REPORT, ROUND
from services.incubator.store.title_tables import TITLE_APPLICATION, TITLE_SUBMISSION


class Reported(NamedTuple):
    """A report's figures as they were handed in."""

    id: str
    year: int
    period: int
    version: int
    scheme: str
    figures: dict[str, Any]
    at: datetime


async def newest_report(connection: AsyncConnection, carrier_id: str) -> Reported | None:
    """The report handed in for the newest year."""
    query = (
        select(
            REPORT.c.id, ROUND.c.year, ROUND.c.period, REPORT.c.version, ROUND.c.scheme, REPORT.c.figures,
            REPORT.c.submitted_at,
        )
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
        .where(REPORT.c.carrier_id == carrier_id, REPORT.c.version > 0, REPORT.c.submitted_at.is_not(None))
        .order_by(ROUND.c.year.desc())
        .limit(1)
    )  # fmt: skip
    row = (await connection.execute(query)).first()
    return None if row is None else Reported(*row)


async def newest_application(connection: AsyncConnection, carrier_id: str) -> RowMapping | None:
    """What was typed into the application for a title that was handed in last."""
    query = (
        select(TITLE_SUBMISSION.c.typed, TITLE_SUBMISSION.c.on_date, TITLE_SUBMISSION.c.at)
        .join(TITLE_APPLICATION, TITLE_APPLICATION.c.id == TITLE_SUBMISSION.c.application_id)
        .where(TITLE_APPLICATION.c.carrier_id == carrier_id)
        .order_by(TITLE_SUBMISSION.c.at.desc())
        .limit(1)
    )
    return (await connection.execute(query)).mappings().first()


class Registered(NamedTuple):
    """What the registers say of a carrier on a day; a register nothing was ever entered in says nothing."""

    area: str | None
    tenants: int | None
    graduated: int | None
    mentors: int | None
    """创业导师 alone: conditions of titles do not count 创业辅导员."""


async def registered(connection: AsyncConnection, carrier_id: str, on: date) -> Registered:
    area = (await connection.execute(select(CARRIER.c.area).where(CARRIER.c.id == carrier_id))).scalar_one_or_none()
    counted = await tenants.counted(connection, carrier_id, on)
    any_mentor = bool(await mentors.all_of(connection, carrier_id))
    return Registered(
        area,
        counted.inside if counted.entered else None,
        counted.graduated if counted.entered else None,
        await mentors.engaged(connection, carrier_id, MENTOR_KIND, on, on) if any_mentor else None,
    )
