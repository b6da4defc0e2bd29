"""Money that was paid for an award reversed since: it came back, or the office waives it. Each by a document."""

from datetime import date

from pydantic import BaseModel, Field

from shared.core.errors import DomainError
from shared.ledger.lifecycles import RECOVERY
from shared.ledger.orders import Reason
from shared.ledger.service import Ledger
from shared.messaging.unit import Unit


class ReceiveRecovery(BaseModel):
    """登记已经收回的款项：日期和凭证号。"""

    subsidy_id: str
    """被冲销的补助。"""
    received_on: date
    document_no: str = Field(min_length=1, max_length=100)


class WaiveRecovery(BaseModel):
    """决定免予追回，写明文号和理由。"""

    subsidy_id: str
    document_no: str = Field(min_length=1, max_length=100)
    reason: Reason


async def receive_recovery(ledger: Ledger, unit: Unit, order: ReceiveRecovery) -> None:
    """Notes that the money came back, whole. bad-dates if that day has not come."""
    if order.received_on > unit.today:
        raise DomainError("bad-dates", f"收回日期 {order.received_on} 还没有到，请核对")
    await _settle(ledger, unit, order.subsidy_id, "received", order.document_no, order.received_on, order.document_no)


async def waive_recovery(ledger: Ledger, unit: Unit, order: WaiveRecovery) -> None:
    why = f"{order.document_no}：{order.reason}"
    await _settle(ledger, unit, order.subsidy_id, "waived", why, unit.today, order.document_no)


async def _settle(ledger: Ledger, unit: Unit, id_: str, state: str, why: str, on: date, document_no: str) -> None:
    values = {"settled_on": on, "document_no": document_no}
    await ledger.changes.move(unit, RECOVERY, ledger.tables.recovery, id_, state, why, **values)
