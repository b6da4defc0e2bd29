"""Who may look at a report, page by page. Somebody else's is as good as none."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import report_readers
from shared.core.errors import DomainError
from shared.identity.roles import READERS, Role
from shared.identity.who import Who


async def check_own(connection: AsyncConnection, who: Who, report_id: str) -> None:
    """Of its operator, asked before anything that was sent is kept."""
    whose = await report_readers.whose(connection, report_id)
    if whose is None or whose.organisation_id is None or whose.organisation_id not in who.scopes(Role.OPERATOR):
        raise _none(report_id)


async def check_desk(connection: AsyncConnection, who: Who, report_id: str) -> None:
    """Of the office, the auditor and the carrier's district."""
    whose = await report_readers.whose(connection, report_id)
    if whose is None or not (who.may_be(*READERS) or (whose.district and whose.district in who.scopes(Role.DISTRICT))):
        raise _none(report_id)


async def check_first_review(connection: AsyncConnection, who: Who, report_id: str) -> None:
    """Of the carrier's own district, whatever else the person may be."""
    whose = await report_readers.whose(connection, report_id)
    if whose is None or not whose.district or whose.district not in who.scopes(Role.DISTRICT):
        raise _none(report_id)


def _none(report_id: str) -> DomainError:
    return DomainError("no-such-report", f"没有填报“{report_id}”", status=404)
