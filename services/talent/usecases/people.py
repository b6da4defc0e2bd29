"""The registers of people and of the units they work for, and who is written to for each."""

from secrets import token_hex
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import insert, select, update

from services.talent.store import changes
from services.talent.store.broker_tables import BROKER
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.usecases.contacts import tell_applicant, tell_unit
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.reading.identifiers import credit_code, email, phone


class RegisterUnit(BaseModel):
    """登记推荐单位和联系人；再次登记即更新。"""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")
    name: str = Field(min_length=1, max_length=200)
    credit_code: str = Field(max_length=40)
    district: str = Field(default="", max_length=100)
    contact_name: str = Field(default="", max_length=100)
    contact_email: str = Field(default="", max_length=300)


class RegisterApplicant(BaseModel):
    """登记申报人：账号的邮箱已经核实。"""

    id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{1,40}$")
    """As his account is granted it; none: a new one."""
    account: str = Field(min_length=1, max_length=200)
    name: str = Field(min_length=1, max_length=100)
    email: str = Field(max_length=300)
    phone: str = Field(default="", max_length=40)


class ChangeContact(BaseModel):
    """申报人更改姓名、邮箱或电话。"""

    applicant_id: str
    name: str = Field(min_length=1, max_length=100)
    email: str = Field(max_length=300)
    phone: str = Field(default="", max_length=40)


def new_applicant_id() -> str:
    """Says nothing of whose it is, for it goes into events."""
    return f"p{token_hex(8)}"


async def register_unit(unit: Unit, order: RegisterUnit) -> None:
    """Keeps the unit, and tells who is written to for it; without an address nobody is."""
    values = order.model_dump() | {"credit_code": credit_code(order.credit_code)}
    if bool(order.contact_name) != bool(order.contact_email):
        raise DomainError("contact-incomplete", "联系人姓名和邮箱要都写，或都不写")
    query = select(UNIT.c.name).where(UNIT.c.credit_code == values["credit_code"], UNIT.c.id != order.id)
    taken = (await unit.connection.execute(query)).scalar_one_or_none()
    if taken is not None:
        told = f"统一社会信用代码 {values['credit_code']} 已经登记为“{taken}”，请核对是不是同一家"
        raise DomainError("credit-code-taken", told, status=409)
    if order.contact_email:
        values["contact_email"] = email(order.contact_email)
    there = (await unit.connection.execute(select(UNIT.c.id).where(UNIT.c.id == order.id))).first()
    if there is None:
        await _check_free(unit, order.id)
        await unit.connection.execute(insert(UNIT), [values])
    else:
        await unit.connection.execute(update(UNIT).where(UNIT.c.id == order.id).values(values))
    tell_unit(unit, order.id, order.contact_name, values["contact_email"])


async def register_new_unit(unit: Unit, order: RegisterUnit) -> None:
    """Registering again changes a unit: whoever means a new one is told that the id is another's."""
    there = select(UNIT.c.name).where(UNIT.c.id == order.id)
    known = (await unit.connection.execute(there)).scalar_one_or_none()
    if known is not None:
        raise DomainError("unit-there", f"编号 {order.id} 已经是“{known}”，请换一个编号", status=409)
    await register_unit(unit, order)


async def _check_free(unit: Unit, id_: str) -> None:
    """Brokers are written to as units are, under their ids: no unit may be called as one of them is."""
    if (await unit.connection.execute(select(BROKER.c.id).where(BROKER.c.id == id_))).first() is not None:
        raise DomainError("unit-id-taken", f"编号 {id_} 已经是一位技术经纪人的编号，请给单位换一个编号", status=409)


async def register_applicant(unit: Unit, order: RegisterApplicant) -> str:
    """The applicant of an account, made once; his id says nothing of him. Answers the id."""
    named = (APPLICANT.c.account == order.account) | (APPLICANT.c.id == order.id)
    rows = (await unit.connection.execute(select(APPLICANT.c.id, APPLICANT.c.erased_at).where(named))).all()
    known = {row.id for row in rows}
    if any(row.erased_at is not None for row in rows):
        raise _erased()
    if order.id in known or (order.id is None and known):
        return str(order.id or known.pop())
    if known:
        told = f"账号 {order.account} 已经是另一位申报人，与授予的编号不同；请联系系统管理员核对账号的角色"
        raise DomainError("another-applicant", told, status=409)
    row: dict[str, Any] = {
        "id": order.id or new_applicant_id(),
        "account": order.account,
        "name": order.name.strip(),
        "email": email(order.email),
        "phone": phone(order.phone) if order.phone.strip() else "",
        "made_at": unit.now,
    }
    await unit.connection.execute(insert(APPLICANT), [row])
    tell_applicant(unit, row["id"], row["name"], row["email"])
    return str(row["id"])


def _erased() -> DomainError:
    told = "您的资料已经按申请清除；要重新申报，请联系项目办公室另开申报账号"
    return DomainError("applicant-erased", told, status=409)


async def change_contact(unit: Unit, order: ChangeContact) -> None:
    """Who is written to, and how he is called, from now on."""
    row = await changes.found(unit.connection, APPLICANT, order.applicant_id, "申报人", hold=True)
    if row["erased_at"] is not None:
        raise _erased()
    values = {
        "name": order.name.strip(),
        "email": email(order.email),
        "phone": phone(order.phone) if order.phone.strip() else "",
    }
    await unit.connection.execute(update(APPLICANT).where(APPLICANT.c.id == order.applicant_id).values(values))
    tell_applicant(unit, order.applicant_id, values["name"], values["email"])
