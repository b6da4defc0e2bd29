"""Nobody stands on both sides of his own application: what a unit or the office says of it, somebody else says."""

from sqlalchemy import select

from services.talent.store.tables import APPLICANT
from shared.core.errors import DomainError
from shared.messaging.unit import Unit


async def check_somebody_elses(unit: Unit, *applicants: str | None) -> None:
    """Refuses whoever acts under a login with which one of these persons applies, whatever else it was granted."""
    query = select(APPLICANT.c.account).where(APPLICANT.c.id.in_([each for each in applicants if each]))
    accounts = set((await unit.connection.execute(query)).scalars())
    if unit.by in accounts:
        told = f"这是账号 {unit.by} 本人的申报，推荐、审查和单位意见不能由本人办理；请由本单位或办公室的其他人登录办理"
        raise DomainError("own-matter", told, status=409)
