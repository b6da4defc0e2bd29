"""What the incubator service tells operators of what they reported themselves: changes, and tenants' certificates."""

from typing import Any, ClassVar, Literal

from shared.contracts.event import Event, Id, LegalDate, Text
from shared.contracts.incubator.carriers import CARRIER, Carrier


class CarrierChangeDecided(Event):
    """A reported change was entered in the register, or was not. `carrier` as it stands afterwards, written to by the
    organisation that reported it."""

    type_: ClassVar[str] = "incubator.carrier.change_decided.v1"
    about_field: ClassVar[str] = "change_id"
    example: ClassVar[dict[str, Any]] = {
        "change_id": "C-1",
        "carrier": CARRIER,
        "what": "area",
        "what_name": "场地面积",
        "old": "1200 平方米",
        "new": "1500 平方米",
        "happened_on": "2018-06-01",
        "days_late": 12,
        "outcome": "confirmed",
        "reason": "租赁合同已核对",
    }
    change_id: Id
    carrier: Carrier
    what: Literal["name", "operator", "area", "place"]
    what_name: Text
    old: str
    new: Text
    happened_on: LegalDate
    days_late: int
    """Days beyond the three months; 0 in time."""
    outcome: Literal["confirmed", "refused"]
    reason: str


class TenantHnteRefused(Event):
    """A clerk could not confirm what an operator claimed of a tenant's certificate."""

    type_: ClassVar[str] = "incubator.tenant.hnte_refused.v1"
    about_field: ClassVar[str] = "claim_id"
    example: ClassVar[dict[str, Any]] = {
        "claim_id": "H-1",
        "carrier": CARRIER,
        "tenant_id": "E001",
        "tenant_name": "样例企业 001",
        "certificate_no": "GR201821000123",
        "date": "2018-11-30",
        "reason": "证书编号与公布名单不符，请核对后重新申报",
    }
    claim_id: Id
    carrier: Carrier
    tenant_id: Id
    tenant_name: Text
    certificate_no: Text
    date: LegalDate
    reason: Text
