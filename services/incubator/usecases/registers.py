"""Keep the registers: organisations and their contacts, carriers and their titles, tenants."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import update

from services.incubator.domain import lifecycles
from services.incubator.store import changes, registers, trail
from services.incubator.store.tables import CALENDAR_DAY, CARRIER, ORGANISATION, TENANCY
from services.incubator.usecases.contacts import tell_organisation
from shared.contracts.incubator import CarrierRecognised, CarrierWithdrawn, TenantHnteRecognised
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.policy import load_policy
from shared.reading.identifiers import credit_code

POLICY = load_policy("dalian-2017-52")
"""Its kinds and levels are those of the register."""


class RegisterOrganisation(BaseModel):
    """登记运营单位和联系人；再次登记即更新。"""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")
    name: str = Field(min_length=1, max_length=200)
    credit_code: str = Field(pattern=r"^[0-9A-Z]{18}$")
    contact_name: str | None = None
    contact_email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$")


class RegisterCarrier(BaseModel):
    """登记载体；再次登记即更新名称、地区和上年度等次，不改变级别和状态。"""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")
    organisation_id: str | None = None
    """仅登记名称的载体可以不写。"""
    kind: str
    level: str | None = None
    name: str = Field(min_length=1, max_length=200)
    district: str = ""
    evaluated: bool = True
    prior: dict[str, str] = Field(default_factory=dict)
    note: str = ""


class RecogniseCarrier(BaseModel):
    """认定或备案载体为某一级别。"""

    carrier_id: str
    level: str
    on: date
    document_no: str = Field(min_length=1)


class WithdrawTitle(BaseModel):
    """取消载体资格。"""

    carrier_id: str
    on: date
    document_no: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    basis: str | None = None
    """所依据的条款。"""


class EnterTenant(BaseModel):
    """登记在孵企业：何时入驻，何时毕业。"""

    tenant_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")
    carrier_id: str
    name: str = Field(min_length=1)
    credit_code: str | None = None
    founded_on: date | None = None
    field: str | None = None
    entered_on: date
    graduated_on: date | None = None


class RecogniseTenant(BaseModel):
    """核对证书和日期后，确认在孵企业成为高新技术企业。"""

    tenant_id: str
    carrier_id: str
    on: date


class ImportCalendar(BaseModel):
    """导入某年的放假和调休安排：哪些天休息，哪些周末上班。"""

    off: list[date]
    worked: list[date] = Field(default_factory=list)


async def register_organisations(unit: Unit, orders: list[RegisterOrganisation]) -> None:
    """Registers or updates organisations, and tells each one's contact in the contacts' stream; of one whose address is
    gone, that nobody is to be written to any more."""
    had = await registers.reachable(unit.connection, [order.id for order in orders])
    await registers.enter(unit.connection, ORGANISATION, [order.model_dump() for order in orders])
    for order in orders:
        name = order.contact_name or order.name
        tell_organisation(unit, order.id, name, order.contact_email or "", had=order.id in had)


async def register_organisation(unit: Unit, order: RegisterOrganisation) -> None:
    await register_organisations(unit, [order])


async def register_carriers(unit: Unit, orders: list[RegisterCarrier]) -> None:
    """Registers carriers, or updates what is not a title: level and state change by decisions alone."""
    for order in orders:
        _known("kind", "类型", order.kind, POLICY.kinds)
        if order.level is not None:
            _known("level", "级别", order.level, POLICY.levels)
    known = await registers.carriers(unit.connection, [order.id for order in orders])
    for order in orders:
        before = known.get(order.id)
        if before is not None and before["kind"] != order.kind:
            raise DomainError(
                "kind-differs",
                f"载体“{order.id}”登记为{POLICY.kinds[before['kind']]}，类型不能更改；请核对编号",
                status=409,
            )
        if before is not None and before["organisation_id"] and not order.organisation_id:
            raise DomainError("organisation-missing", f"载体“{order.id}”已有运营单位，请一并写明", status=409)
    rows = [
        {
            **order.model_dump(exclude={"evaluated"}),
            "state": "active" if order.evaluated else "registered",
        }
        for order in orders
    ]
    await registers.enter(unit.connection, CARRIER, rows, keep=("state", "level"))
    await changes.note(unit, "carrier", [(row["id"], None, row["state"]) for row in rows if row["id"] not in known])


def _known(noun: str, label: str, given: str, known: Mapping[str, str]) -> None:
    if given not in known:
        named = "、".join(f"{name}（{says}）" for name, says in known.items())
        raise DomainError(f"no-such-{noun}", f"没有{label}“{given}”；可用：{named}")


async def register_carrier(unit: Unit, order: RegisterCarrier) -> None:
    if order.organisation_id is None:
        if order.evaluated:
            raise DomainError("organisation-missing", "参加考评的载体须写明运营单位")
    else:
        await changes.found(unit.connection, ORGANISATION, order.organisation_id, "运营单位")
    await register_carriers(unit, [order])


def why(order: RecogniseCarrier) -> str:
    """What the register notes of a title."""
    return f"{order.document_no}：认定为{POLICY.levels[order.level]}"


def title(order: RecogniseTenant) -> str:
    """What the register notes of a tenant's title."""
    return f"{order.on} 高新技术企业，{order.carrier_id}"


async def recognise_carrier(unit: Unit, order: RecogniseCarrier) -> str:
    """Gives a title at a level by a document; answers the id of the event that settles it."""
    _known("level", "级别", order.level, POLICY.levels)
    before = await changes.move(
        unit, lifecycles.CARRIER, CARRIER, order.carrier_id, "active", why(order), level=order.level
    )
    if before["organisation_id"] is None:
        raise DomainError("organisation-missing", f"载体“{order.carrier_id}”仅登记名称，请先补充运营单位", status=409)
    carrier = registers.told(before, level=order.level)
    event = CarrierRecognised(carrier=carrier, date=order.on.isoformat(), document_no=order.document_no)
    return unit.tell(event, order.level, order.on.isoformat(), order.document_no)


async def withdraw_title(unit: Unit, order: WithdrawTitle) -> str:
    before = await changes.move(unit, lifecycles.CARRIER, CARRIER, order.carrier_id, "withdrawn", order.reason)
    event = CarrierWithdrawn(
        carrier=registers.told(before),
        date=order.on.isoformat(),
        document_no=order.document_no,
        reason=order.reason,
        basis=order.basis or None,
    )
    return unit.tell(event, order.on.isoformat(), order.document_no)


DESCRIBED = ("credit_code", "founded_on", "field")
"""What a company is, apart from when it came and left."""


async def enter_tenants(unit: Unit, orders: list[EnterTenant]) -> None:
    """Enters tenants, or moves those that are there; what an order does not say of a company stays as it is."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for order in orders:
        said = order.model_dump()
        alike.setdefault(tuple(name for name in DESCRIBED if said[name] is None), []).append(said)
    for silent, rows in alike.items():
        await registers.enter(unit.connection, TENANCY, rows, keep=silent)


async def enter_tenant(unit: Unit, order: EnterTenant) -> None:
    await changes.found(unit.connection, CARRIER, order.carrier_id, "载体")
    if order.graduated_on is not None and order.graduated_on < order.entered_on:
        raise DomainError("bad-dates", f"毕业日期 {order.graduated_on} 早于入驻日期 {order.entered_on}，请核对")
    if order.credit_code is not None:
        order = order.model_copy(update={"credit_code": credit_code(order.credit_code)})
    await enter_tenants(unit, [order])


async def recognise_tenant(unit: Unit, order: RecogniseTenant) -> str:
    """Confirms that a tenant became a 高新技术企业; told once for each tenant, carrier and day."""
    carrier = await changes.found(unit.connection, CARRIER, order.carrier_id, "载体")
    change = (
        update(TENANCY)
        .where(TENANCY.c.tenant_id == order.tenant_id, TENANCY.c.carrier_id == order.carrier_id)
        .values(hnte_on=order.on)
        .returning(TENANCY.c.entered_on, TENANCY.c.graduated_on)
    )
    tenancy = (await unit.connection.execute(change)).first()
    if tenancy is None:
        raise DomainError(
            "no-such-tenancy", f"企业“{order.tenant_id}”没有登记在载体“{order.carrier_id}”，请先登记入驻", status=404
        )
    event = TenantHnteRecognised(
        carrier=registers.told(carrier),
        tenant_id=order.tenant_id,
        date=order.on.isoformat(),
        entered_on=tenancy.entered_on.isoformat(),
        graduated_on=tenancy.graduated_on and tenancy.graduated_on.isoformat(),
    )
    await changes.note(
        unit, "tenant", [(order.tenant_id, None, "hnte")], f"{order.on} 高新技术企业，{order.carrier_id}"
    )
    return unit.tell(event, order.carrier_id, order.on.isoformat())


async def import_calendar(unit: Unit, order: ImportCalendar) -> None:
    """Takes a year's days off and make-up working days; a day in both lists is refused."""
    both = set(order.off) & set(order.worked)
    if both:
        raise DomainError("bad-calendar", f"{min(both)} 既列为休息又列为上班，请核对")
    rows = [{"day": day, "worked": False} for day in order.off] + [{"day": day, "worked": True} for day in order.worked]
    if not rows:
        raise DomainError("bad-calendar", "没有列出任何日期")
    await registers.enter(unit.connection, CALENDAR_DAY, rows)
    days = {str(row["day"]): row["worked"] for row in rows}
    await trail.decided(unit, "calendar", f"{min(days)}/{max(days)}", days=days)
