"""Enter a carrier's tenants from a workbook: all of them, or none and everything that is wrong."""

from dataclasses import dataclass

from sqlalchemy import update

from services.incubator.store import changes, tenants
from services.incubator.store.tables import CARRIER, TENANCY
from services.incubator.usecases.tenants import TenantRow, already, enter
from services.incubator.workbook.tenants import SentTenant, TenantsReader
from shared.messaging.unit import Unit


@dataclass(frozen=True)
class SendTenants:
    carrier_id: str
    content: bytes


async def send_tenants(unit: Unit, order: SendTenants) -> int:
    """Enters what the workbook has and answers how many; a WorkbookError tells all problems, and nothing is entered."""
    await changes.found(unit.connection, CARRIER, order.carrier_id, "载体", hold=True)
    reader = TenantsReader(order.content, unit.today)
    sent = reader.rows()
    there = await tenants.all_of(unit.connection, order.carrier_id)
    for each in sent:
        for column, problem in already(_row(each), there).items():
            reader.find(each.row, column, problem, "删去这一行")
    reader.check()
    ids = await enter(unit, order.carrier_id, [_row(each) for each in sent])
    for id_, each in zip(ids, sent, strict=True):
        if each.graduated_on is not None:
            same = (TENANCY.c.carrier_id == order.carrier_id) & (TENANCY.c.tenant_id == id_)
            await unit.connection.execute(update(TENANCY).where(same).values(graduated_on=each.graduated_on))
            why = f"{each.graduated_on} 毕业，{order.carrier_id}"
            await changes.note(unit, "tenant", [(id_, "inside", "graduated")], why)
    return len(ids)


def _row(sent: SentTenant) -> TenantRow:
    return TenantRow(sent.name, sent.credit_code, sent.founded_on, sent.entered_on, sent.field)
