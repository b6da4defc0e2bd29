"""What the incubator service tells of carriers and their tenants."""

from typing import Any, ClassVar

from shared.contracts.event import Data, Event, Id, LegalDate, Text

CARRIER = {"id": "Z12", "org_id": "U-Z12", "kind": "makerspace", "level": "city", "name": "样例众创空间 12"}


class Carrier(Data):
    """A carrier as every event names it, so that no reader has to ask back."""

    id: Id
    org_id: Id
    kind: Text
    level: Text | None = None
    name: Text


class _TitleMoved(Event):
    about_field: ClassVar[str] = "carrier_id"
    example: ClassVar[dict[str, Any]] = {"carrier": CARRIER, "date": "2018-06-20", "document_no": "样例文〔2018〕17号"}
    carrier: Carrier
    date: LegalDate
    document_no: Text

    @property
    def carrier_id(self) -> str:
        return self.carrier.id


class CarrierRecognised(_TitleMoved):
    """A title given at a level."""

    type_: ClassVar[str] = "incubator.carrier.recognised.v1"


class CarrierWithdrawn(_TitleMoved):
    """A title taken back."""

    type_: ClassVar[str] = "incubator.carrier.withdrawn.v1"
    example: ClassVar[dict[str, Any]] = {
        **_TitleMoved.example,
        "reason": "2017、2018 年度考评连续两次不合格",
        "basis": "国科发区〔2018〕300号第十四条",
    }
    reason: Text | None = None
    basis: Text | None = None
    """The article it rests on."""


class TenantHnteRecognised(Event):
    """Published once a clerk has checked certificate and dates."""

    type_: ClassVar[str] = "incubator.tenant.hnte_recognised.v1"
    about_field: ClassVar[str] = "tenant_id"
    example: ClassVar[dict[str, Any]] = {
        "carrier": CARRIER,
        "tenant_id": "E001",
        "date": "2018-11-30",
        "entered_on": "2016-03-01",
        "graduated_on": None,
    }
    carrier: Carrier
    tenant_id: Id
    date: LegalDate
    entered_on: LegalDate
    graduated_on: LegalDate | None = None
