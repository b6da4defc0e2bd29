"""What the talent service tells technology brokers: their registration, and each claim of a deal's reward, decided."""

from typing import Any, ClassVar, Literal

from shared.contracts.event import Event, Id, LegalDate, Text

BROKER: dict[str, Any] = {"org_id": "b7k3m2"}


class _OfBroker(Event):
    """`org_id`: the broker, a person or a company; its id says nothing of whose it is."""

    org_id: Id


class TalentBrokerDecided(_OfBroker):
    """The office registers a broker, or refuses and says why; refused, he may ask again."""

    type_: ClassVar[str] = "talent.broker.decided.v1"
    about_field: ClassVar[str] = "org_id"
    example: ClassVar[dict[str, Any]] = {
        **BROKER, "outcome": "refused", "date": "2018-05-08", "reason": "请附技术经纪人培训证书，补齐后再申请",
    }  # fmt: skip
    outcome: Literal["registered", "refused"]
    date: LegalDate
    reason: Text | None = None
    """Of a refusal always."""


class TalentBrokerEnded(_OfBroker):
    """A registration ends: nothing further is rewarded."""

    type_: ClassVar[str] = "talent.broker.ended.v1"
    about_field: ClassVar[str] = "org_id"
    example: ClassVar[dict[str, Any]] = {**BROKER, "date": "2020-03-02", "reason": "本人申请注销登记"}
    date: LegalDate
    reason: Text


class TalentDealDecided(_OfBroker):
    """The office checked a claim: confirmed, the reward is computed next; returned, it may be claimed again; refused,
    nothing is paid. `number`: which claim of the deal."""

    type_: ClassVar[str] = "talent.deal.decided.v1"
    about_field: ClassVar[str] = "deal_id"
    example: ClassVar[dict[str, Any]] = {
        **BROKER, "deal_id": "7c1d0e9a4b3f4e5d8a6b2c1f0e9d8c7b", "contract_no": "2018210200000123", "number": 1,
        "outcome": "returned", "reason": "到账凭证缺第二笔付款",
    }  # fmt: skip
    deal_id: Id
    contract_no: Text
    number: int
    outcome: Literal["confirmed", "returned", "refused"]
    reason: Text | None = None
    """Of a return and of a refusal always."""
