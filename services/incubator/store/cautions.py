"""What whoever confirms a step should know beside what it touches: it is shown above the button."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.reporting_tables import DISTRICT_REVIEW
from services.incubator.store.tables import CARRIER, REPORT

NAMED = 5
"""So many are named; of more, how many there are."""


async def not_reported(connection: AsyncConnection, round_id: str) -> list[str]:
    """Carriers of the round whose report is due or was given back."""
    query = (
        select(CARRIER.c.name)
        .join(REPORT, REPORT.c.carrier_id == CARRIER.c.id)
        .where(REPORT.c.round_id == round_id, REPORT.c.state.in_(("due", "returned")))
        .order_by(CARRIER.c.id)
    )
    names = list((await connection.execute(query)).scalars())
    said = f"还有 {len(names)} 家没有提交填报：{_named(names)}。截止以后不能再提交，没有按时报送的为不合格。"
    return [said] if names else []


async def not_reviewed(connection: AsyncConnection, report_ids: Collection[str]) -> list[str]:
    """Reports whose district has not reviewed the version that would be accepted."""
    reviewed = select(DISTRICT_REVIEW.c.report_id).where(
        DISTRICT_REVIEW.c.report_id == REPORT.c.id, DISTRICT_REVIEW.c.version == REPORT.c.version
    )
    query = select(func.count()).where(REPORT.c.id.in_(report_ids), ~reviewed.exists())
    count = (await connection.execute(query)).scalar_one()
    return [f"其中 {count} 份区县还没有初审，受理后不再初审。"] if count else []


def _named(names: list[str]) -> str:
    more = f"等 {len(names)} 家" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more
