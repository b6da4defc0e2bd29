"""Claim that a tenant became a 高新技术企业; a clerk checks number, date and tenancy, and only then it is so."""

from datetime import date
from typing import Literal
from uuid import uuid4

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain import lifecycles
from services.incubator.domain.tenants import BASIS, Finding, certificate, certificate_findings, tenancy_finding
from services.incubator.store import changes, registers, tenants
from services.incubator.store.operator_tables import HNTE_CLAIM
from services.incubator.store.tables import CARRIER
from services.incubator.usecases.registers import RecogniseTenant, recognise_tenant
from shared.contracts.incubator import TenantHnteRefused
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.reading.typed_fields import TypedFields, Unclear

MOST_REASON = 1000
CHECKS = {
    "certificate": "证书编号与原件或公布名单一致",
    "date": "发证日期与原件一致",
    "tenancy": f"在孵情况符合{BASIS}",
}
"""What a clerk has to have looked at before anything is paid."""
Check = Literal["certificate", "date", "tenancy"]


class ClaimHnte(BaseModel):
    """申报在孵企业成为高新技术企业：证书编号、发证日期、首次或重新认定。"""

    carrier_id: str
    tenant_id: str
    certificate_no: str
    issued_on: str
    which: str = "first"
    """first or renewed."""


class WithdrawClaim(BaseModel):
    """撤回还没有核定的高新技术企业申报。"""

    claim_id: str


class DecideClaim(BaseModel):
    """核定高新技术企业申报：逐项核对后确认，或写明理由不予核定。"""

    claim_id: str
    outcome: Literal["confirmed", "refused"]
    reason: str = ""
    checked: list[Check] = Field(default_factory=list)


async def claim_hnte(unit: Unit, order: ClaimHnte) -> str:
    """Takes a claim and answers its id. One that could never be confirmed is refused at once, with the reason."""
    tenancy = await tenants.one(unit.connection, order.carrier_id, order.tenant_id, hold=True)
    fields = TypedFields(order.model_dump(), unit.today)
    number = fields.read("certificate_no", certificate, order.certificate_no)
    issued_on = fields.day("issued_on", "发证日期")
    which = fields.one_of("which", "首次或重新认定", ("first", "renewed"))
    if issued_on is not None:
        found = tenancy_finding(tenancy["entered_on"], tenancy["graduated_on"], issued_on)
        if found.tone == "bad":
            fields.find("issued_on", f"{found.says}，不能申报")
    if tenancy["credit_code"] is None:
        fields.find("certificate_no", "这家企业还没有统一社会信用代码，请先补上")
    fields.check()
    if number is None or issued_on is None:
        raise Unclear({"issued_on": "请填写发证日期"})
    earlier = await tenants.claims(unit.connection, order.carrier_id, order.tenant_id)
    if any(each["state"] == "pending" for each in earlier):
        raise DomainError("claim-waits", "这家企业已有一件申报等待核对，请等核定后再报，或先撤回那一件", status=409)
    if tenancy["hnte_on"] is not None and which == "first":
        told = f"这家企业已核定于 {tenancy['hnte_on']} 成为高新技术企业；如是重新认定，请选“重新认定”"
        raise DomainError("claim-confirmed", told, status=409)
    id_ = uuid4().hex
    row = {
        "id": id_,
        "carrier_id": order.carrier_id,
        "tenant_id": order.tenant_id,
        "certificate_no": number,
        "issued_on": issued_on,
        "renewed": which == "renewed",
        "state": "pending",
        "answer": "",
        "claimed_by": unit.by,
        "claimed_at": unit.now,
    }
    await unit.connection.execute(insert(HNTE_CLAIM), [row])
    await changes.note(unit, "hnte_claim", [(id_, None, "pending")], f"{tenancy['name']}：{number}，{issued_on}")
    return id_


async def withdraw_claim(unit: Unit, order: WithdrawClaim) -> None:
    await changes.move(unit, lifecycles.HNTE_CLAIM, HNTE_CLAIM, order.claim_id, "withdrawn", decided_at=unit.now)


async def findings(
    connection: AsyncConnection, claim: RowMapping, tenancy: RowMapping, today: date
) -> tuple[Finding, ...]:
    """What the register and the certificate's own words say of a claim."""
    found = [
        tenancy_finding(tenancy["entered_on"], tenancy["graduated_on"], claim["issued_on"]),
        *certificate_findings(claim["certificate_no"], claim["issued_on"], today, renewed=claim["renewed"]),
    ]
    others = await tenants.same_certificate(connection, claim["certificate_no"], claim["tenant_id"])
    if others:
        told = "、".join(each["tenant_id"] for each in others)
        found.append(Finding("bad", "证书是否用过", f"同一证书已为另一家企业（{told}）核定"))
    return tuple(found)


async def decide_claim(unit: Unit, order: DecideClaim) -> str:
    """Decides a claim. Confirmed by a clerk who has looked at all three, the tenant is recognised, and that is what
    the settlement pays by (大政发〔2017〕52号, art. 14); refused, its operator is told why."""
    reason = order.reason.strip()
    if len(reason) > MOST_REASON:
        raise Unclear({"reason": f"意见至多 {MOST_REASON} 字"})
    if order.outcome == "refused" and not reason:
        raise Unclear({"reason": "不予核定须写明理由，运营机构会在来信里看到"})
    if order.outcome == "confirmed" and set(order.checked) != set(CHECKS):
        lacking = "；".join(says for name, says in CHECKS.items() if name not in order.checked)
        raise Unclear({"checked": f"确认前请逐项核对并勾选：{lacking}"})
    values = {"answer": reason, "decided_at": unit.now}
    claim = await changes.move(unit, lifecycles.HNTE_CLAIM, HNTE_CLAIM, order.claim_id, order.outcome, reason, **values)
    tenancy = await tenants.one(unit.connection, claim["carrier_id"], claim["tenant_id"], hold=True)
    if order.outcome == "confirmed":
        bad = [each.says for each in await findings(unit.connection, claim, tenancy, unit.today) if each.tone == "bad"]
        if bad:
            raise DomainError("claim-does-not-hold", f"不能确认：{'；'.join(bad)}；请写明理由不予核定", status=409)
        recognised = RecogniseTenant(
            tenant_id=claim["tenant_id"], carrier_id=claim["carrier_id"], on=claim["issued_on"]
        )
        return await recognise_tenant(unit, recognised)
    carrier = await changes.found(unit.connection, CARRIER, claim["carrier_id"], "载体")
    event = TenantHnteRefused(
        claim_id=claim["id"],
        carrier=registers.told(carrier),
        tenant_id=claim["tenant_id"],
        tenant_name=tenancy["name"],
        certificate_no=claim["certificate_no"],
        date=claim["issued_on"].isoformat(),
        reason=reason,
    )
    return unit.tell(event)
