"""Whose a report is, and who else has to do with it: what decides who may look at it."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.review_tables import EXPERT, REVIEW
from services.incubator.store.tables import CARRIER, REPORT

SHOWN = ("accepted", "marked")
"""States of a review in which its expert sees what was reported: he has said that nothing ties him to the unit."""


class Whose(NamedTuple):
    organisation_id: str | None
    district: str


async def whose(connection: AsyncConnection, report_id: str) -> Whose | None:
    """None if there is no such report."""
    query = (
        select(CARRIER.c.organisation_id, CARRIER.c.district)
        .join(REPORT, REPORT.c.carrier_id == CARRIER.c.id)
        .where(REPORT.c.id == report_id)
    )
    row = (await connection.execute(query)).first()
    return None if row is None else Whose(row.organisation_id, row.district)


async def reviews(connection: AsyncConnection, report_id: str, account: str) -> bool:
    """Whether this account is the expert's who reviews the report and has taken it on."""
    query = (
        select(REVIEW.c.id)
        .join(EXPERT, EXPERT.c.id == REVIEW.c.expert_id)
        .where(REVIEW.c.report_id == report_id, EXPERT.c.account == account, REVIEW.c.state.in_(SHOWN))
    )
    return (await connection.execute(query)).first() is not None
