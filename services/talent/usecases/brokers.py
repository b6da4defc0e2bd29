"""The register of technology brokers: somebody asks, the office registers or refuses; or enters one from paper."""

from secrets import token_hex
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select, update

from services.talent.domain import lifecycles
from services.talent.store import brokers, changes
from services.talent.store.broker_tables import BROKER
from services.talent.usecases.contacts import tell_broker
from shared.contracts.event import Event
from shared.contracts.talent import TalentBrokerDecided, TalentBrokerEnded
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.reading import identifiers
from shared.reading.typed_fields import TypedFields

SORTS = {"person": "个人", "company": "机构"}


class BrokerFields(BaseModel):
    """个人或机构、名称、统一社会信用代码（机构）、联系人、邮箱、电话。"""

    sort: str
    name: str
    credit_code: str = ""
    contact_name: str
    email: str
    phone: str = ""


class AskRegistration(BrokerFields):
    """申请登记为技术经纪人；退回以后改好可以再申请。"""

    account: str


class RegisterBroker(BrokerFields):
    """按纸质材料登记技术经纪人；可以写明他登录的账号。"""

    account: str = ""


class ChangeBroker(BrokerFields):
    """更改技术经纪人的名称、联系人或登录账号。"""

    broker_id: str
    account: str = ""


class DecideBroker(BaseModel):
    """同意或不同意登记，或注销登记；不同意、注销须写明理由。"""

    broker_id: str
    outcome: Literal["registered", "refused", "ended"]
    reason: str = Field(default="", max_length=1000)


async def ask_registration(unit: Unit, order: AskRegistration) -> str:
    """A request of an account of its own; answers the broker's id. Sent twice while it waits, it is one request with
    what was sent last; a broker who is registered already is not asked again. Who is written to is known from here on,
    for the answer is a letter."""
    there = await brokers.of_account(unit.connection, order.account)
    values = await _read(unit, order, there)
    if there is None:
        id_ = await _insert(unit, {**values, "account": order.account}, "requested")
        tell_broker(unit, id_, values["contact_name"], values["email"], order.account)
        return id_
    if there["state"] == "registered":
        raise DomainError("broker-registered", "您已经登记为技术经纪人；要更改资料，请联系项目办公室", status=409)
    if there["state"] == "requested":
        await unit.connection.execute(update(BROKER).where(BROKER.c.id == there["id"]).values(**values))
        await changes.note(unit, "broker", [(there["id"], "requested", "requested")], "更改登记申请")
    else:
        await changes.move(unit, lifecycles.BROKER, BROKER, there["id"], "requested", asked_on=unit.today, **values)
    tell_broker(unit, there["id"], values["contact_name"], values["email"], order.account)
    return str(there["id"])


async def register_broker(unit: Unit, order: RegisterBroker) -> str:
    """A broker the office enters, registered at once; answers the id."""
    values = await _read(unit, order, None)
    account = await _account(unit, order.account, None)
    made = {**values, "account": account, "registered_on": unit.today}
    id_ = await _insert(unit, made, "registered")
    tell_broker(unit, id_, values["contact_name"], values["email"], account)
    await _tell_decided(unit, id_, "registered", "")
    return id_


async def change_broker(unit: Unit, order: ChangeBroker) -> None:
    """What the register says of him from now on, and who is written to."""
    row = await _there(unit, order.broker_id)
    values = await _read(unit, order, row)
    values["account"] = await _account(unit, order.account, row)
    await unit.connection.execute(update(BROKER).where(BROKER.c.id == row["id"]).values(**values))
    await changes.note(unit, "broker", [(row["id"], row["state"], row["state"])], "更改登记资料")
    tell_broker(unit, row["id"], values["contact_name"], values["email"], values["account"])


async def decide_broker(unit: Unit, order: DecideBroker) -> None:
    """Registers or refuses a request, or ends a registration; decided the same way again it changes nothing."""
    row = await _there(unit, order.broker_id)
    reason = " ".join(order.reason.split())
    if order.outcome != "registered" and not reason:
        raise DomainError("reason-missing", "请写明理由，本人在自己的页面上看得到")
    if row["state"] == order.outcome:
        return
    values: dict[str, Any] = {"answer": reason}
    if order.outcome == "registered":
        values["registered_on"] = unit.today
    await changes.move(unit, lifecycles.BROKER, BROKER, row["id"], order.outcome, reason, **values)
    await _tell_decided(unit, row["id"], order.outcome, reason)


async def _tell_decided(unit: Unit, id_: str, outcome: str, reason: str) -> None:
    """The letter says it to the broker; who was refused or ended may be registered again, so each time is told."""
    day = unit.today.isoformat()
    event: Event
    if outcome == "ended":
        event = TalentBrokerEnded.model_validate({"org_id": id_, "date": day, "reason": reason})
    else:
        said = {"org_id": id_, "outcome": outcome, "date": day, "reason": reason or None}
        event = TalentBrokerDecided.model_validate(said)
    steps = await changes.of(unit.connection, [id_])
    unit.tell(event, str(len(steps)), story=id_)


async def _there(unit: Unit, broker_id: str) -> RowMapping:
    """The broker, held; one who was erased is nobody any more."""
    row = await changes.found(unit.connection, BROKER, broker_id, "技术经纪人", hold=True)
    if row["erased_at"] is not None:
        told = "这位技术经纪人的个人信息已经清除，不能再办；本人重新申请的，另行登记"
        raise DomainError("broker-erased", told, status=409)
    return row


async def _insert(unit: Unit, values: dict[str, Any], state: str) -> str:
    id_ = f"b{token_hex(8)}"
    made = {"id": id_, "state": state, "asked_on": unit.today, "by": unit.by, "at": unit.now, **values}
    await unit.connection.execute(insert(BROKER), [made])
    await changes.note(unit, "broker", [(id_, None, state)])
    return id_


async def _read(unit: Unit, order: BrokerFields, there: RowMapping | None) -> dict[str, Any]:
    """What was typed, read; everything wrong with it is told at once, at its field."""
    fields = TypedFields(order.model_dump(include=set(BrokerFields.model_fields)), unit.today)
    values: dict[str, Any] = {
        "sort": fields.one_of("sort", "个人或机构", SORTS),
        "name": fields.line("name", "名称", 200),
        "credit_code": None,
        "contact_name": fields.line("contact_name", "联系人", 100),
        "email": fields.line("email", "邮箱", 300),
        "phone": fields.line("phone", "电话", 40, required=False),
    }
    company = values["sort"] == "company"
    code = fields.line("credit_code", "统一社会信用代码", 40, required=company)
    if code and not company and values["sort"]:
        fields.find("credit_code", "个人不填统一社会信用代码；是机构的，请选“机构”")
    readers = [("email", identifiers.email, values["email"]), ("phone", identifiers.phone, values["phone"])]
    if company:
        readers.append(("credit_code", identifiers.credit_code, code))
    for name, read, text in readers:
        try:
            values[name] = read(text) if text else values[name]
        except DomainError as wrong:
            fields.find(name, wrong.message)
    if values["credit_code"]:
        same = await brokers.with_code(unit.connection, values["credit_code"], None if there is None else there["id"])
        if same is not None:
            fields.find("credit_code", f"这个代码已经登记为“{same['name']}”；是同一家的，请联系项目办公室关联账号")
    fields.check()
    return values


async def _account(unit: Unit, given: str, there: RowMapping | None) -> str | None:
    """The account he logs in with, which is nobody else's; none if none is written."""
    account = given.strip() or None
    fields = TypedFields({"account": account}, unit.today)
    fields.line("account", "登录账号", 200, required=False)
    query = select(BROKER.c.name).where(
        BROKER.c.account == account, BROKER.c.id != ("" if there is None else there["id"])
    )
    other = None if account is None else (await unit.connection.execute(query)).scalar_one_or_none()
    if other is not None:
        fields.find("account", f"账号 {account} 已经是技术经纪人“{other}”")
    fields.check()
    return account
