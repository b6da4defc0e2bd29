"""Accept several reports at once."""

from pydantic import BaseModel

from services.incubator.usecases.reports import AcceptReport, accept_report
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

MOST = 500


class AcceptReports(BaseModel):
    """成批受理填报；有一份不能受理，就一份也不受理。"""

    report_ids: list[str]


async def accept_reports(unit: Unit, order: AcceptReports) -> int:
    """Accepts these reports, or none of them; how many."""
    if not order.report_ids:
        raise DomainError("nothing-chosen", "没有选中任何一份填报，请先勾选要受理的")
    ids = sorted(set(order.report_ids))
    if len(ids) > MOST:
        raise DomainError("too-many-chosen", f"一次至多受理 {MOST} 份，选了 {len(ids)} 份；请分几次")
    for id_ in ids:
        await accept_report(unit, AcceptReport(report_id=id_))
    return len(ids)
