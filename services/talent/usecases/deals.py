"""Deals of technology brokers: reported with their evidence, changed until they are claimed, taken back."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert, update

from services.talent.domain import lifecycles
from services.talent.store import brokers, changes
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.evidence_tables import EVIDENCE
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.exact import parse_decimal
from shared.core.money import in_fen
from shared.evidence.files import add_file, remove_file
from shared.evidence.store import Arrived, Store
from shared.messaging.unit import Unit
from shared.reading.figures import NUMBER, Plain, read_text
from shared.reading.typed_fields import TypedFields

MONEY = Plain(NUMBER, "元", 2)
MOST_FILES = 30
"""Of a deal, for each thing they prove."""
CHANGEABLE = ("reported", "returned")


class DealFields(BaseModel):
    """技术合同编号、项目名称、转让方、受让方、合同金额（元）、完成转化日期。"""

    contract_no: str
    title: str
    seller: str
    buyer: str
    value: str
    completed_on: str


class ReportDeal(DealFields):
    """登记一笔促成的技术交易。"""

    broker_id: str


class ChangeDeal(DealFields):
    """更改一笔还没有申请奖励或被退回的成交。"""

    deal_id: str


class WithdrawDeal(BaseModel):
    """撤回一笔成交登记；还没有核定的都可以撤回。"""

    deal_id: str
    reason: str = ""


@dataclass(frozen=True)
class AttachToDeal:
    """`place`: contract or payment."""

    deal_id: str
    place: str
    files: Sequence[Arrived]


@dataclass(frozen=True)
class RemoveFromDeal:
    deal_id: str
    evidence_id: str


async def report_deal(unit: Unit, order: ReportDeal) -> str:
    """Enters a deal of a registered broker and answers its id. A contract is one deal: sent twice by the same broker
    with the same words it is the one there is; another's contract is refused."""
    broker = await changes.found(unit.connection, BROKER, order.broker_id, "技术经纪人", hold=True)
    check_registered(broker)
    values = read(unit, order)
    there = await brokers.holding(unit.connection, values["contract_key"])
    if there is not None and all(there[name] == value for name, value in {**values, "broker_id": broker["id"]}.items()):
        return str(there["id"])
    _check_free(there, broker["id"])
    id_ = uuid4().hex
    made = {"id": id_, "broker_id": broker["id"], "state": "reported", "claims": 0, "by": unit.by, "at": unit.now}
    await unit.connection.execute(insert(DEAL), [made | values])
    await changes.note(unit, "deal", [(id_, None, "reported")])
    return id_


async def change_deal(unit: Unit, order: ChangeDeal) -> None:
    row = await changeable(unit, order.deal_id)
    values = read(unit, order)
    _check_free(await brokers.holding(unit.connection, values["contract_key"], row["id"]), row["broker_id"])
    await unit.connection.execute(update(DEAL).where(DEAL.c.id == row["id"]).values(**values))
    await changes.note(unit, "deal", [(row["id"], row["state"], row["state"])], "更改成交")


async def withdraw_deal(unit: Unit, order: WithdrawDeal) -> None:
    """Takes a deal back that is not decided; its contract may be reported again. Done twice it changes nothing."""
    row = await changes.found(unit.connection, DEAL, order.deal_id, "成交", hold=True)
    if row["state"] != "withdrawn":
        await changes.move(unit, lifecycles.DEAL, DEAL, row["id"], "withdrawn", " ".join(order.reason.split())[:1000])


async def attach_to_deal(unit: Unit, order: AttachToDeal, store: Store) -> None:
    """All of the files or none, while the deal can be changed."""
    row = await changeable(unit, order.deal_id)
    if order.place not in brokers.PLACES:
        raise DomainError("no-such-document", "请选这些附件证明什么")
    there = len((await brokers.files(unit.connection, row["id"]))[order.place])
    if there + len(order.files) > MOST_FILES:
        told = f"{brokers.PLACES[order.place]}至多 {MOST_FILES} 个附件，已有 {there} 个；请合并或移除一些"
        raise DomainError("too-many-attachments", told)
    for each in order.files:
        await add_file(unit, EVIDENCE, store, each, brokers.owner_of(row["id"], order.place))


async def remove_from_deal(unit: Unit, order: RemoveFromDeal) -> None:
    """Takes a file away that no claim was made with. One that is gone already stays gone."""
    row = await changeable(unit, order.deal_id)
    there = [each["id"] for some in (await brokers.files(unit.connection, row["id"])).values() for each in some]
    if order.evidence_id not in there:
        return
    for claim in await brokers.claims(unit.connection, row["id"]):
        if any(each["evidence_id"] == order.evidence_id for each in claim["files"]):
            told = f"第 {claim['number']} 次申请是带着这个附件提交的，须留存；可以另外补充"
            raise DomainError("evidence-handed-in", told, status=409)
    await remove_file(unit, EVIDENCE, order.evidence_id)


async def changeable(unit: Unit, deal_id: str) -> RowMapping:
    """The deal, held; raises if it is being decided or was."""
    row = await changes.found(unit.connection, DEAL, deal_id, "成交", hold=True)
    if row["state"] not in CHANGEABLE:
        told = f"这笔成交{lifecycles.DEAL.states[row['state']]}，不能再改"
        raise DomainError("deal-not-changeable", told, status=409)
    check_registered(await changes.found(unit.connection, BROKER, row["broker_id"], "技术经纪人"))
    return row


def check_registered(broker: RowMapping) -> None:
    if broker["state"] != "registered":
        state = lifecycles.BROKER.states[broker["state"]]
        told = f"{broker['name']}{state}；登记为技术经纪人以后才能登记成交、申请奖励"
        raise DomainError("broker-not-registered", told, status=409)


def read(unit: Unit, order: DealFields) -> dict[str, Any]:
    """What was typed, read; everything wrong with it is told at once, at its field."""
    fields = TypedFields(order.model_dump(), unit.today)
    number = fields.line("contract_no", "技术合同编号", 100)
    values: dict[str, Any] = {
        "contract_no": number,
        "contract_key": "".join(unicodedata.normalize("NFKC", number).split()).upper()[:100],
        "title": fields.line("title", "项目名称", 200),
        "seller": fields.line("seller", "转让方", 200),
        "buyer": fields.line("buyer", "受让方", 200),
        "value_fen": money(fields, "value", "合同金额"),
        "completed_on": fields.day("completed_on", "完成转化日期"),
    }
    if values["seller"] and values["seller"] == values["buyer"]:
        fields.find("buyer", "受让方和转让方是同一家，请核对")
    fields.check()
    return values


def money(fields: TypedFields, name: str, label: str) -> int:
    """An amount above 0 as it was typed, in fen."""
    text = fields.line(name, label, 60)
    found = read_text(MONEY, text)
    fen = in_fen(parse_decimal(found.figure)) if found.figure is not None else None
    if text and found.problem:
        fields.find(name, found.problem)
    elif text and not fen:
        fields.find(name, f"{label}应大于 0")
    return fen or 0


def _check_free(there: RowMapping | None, broker_id: str) -> None:
    """A contract belongs to one deal. Whose it is is told to its own broker alone."""
    if there is None:
        return
    own = there["broker_id"] == broker_id
    told = "您已经登记过这份合同" if own else "这份合同已经由别的技术经纪人登记"
    day = legal_date(there["at"])
    raise DomainError("contract-taken", f"{told}（{day}）；一份合同只奖励一次，请核对合同编号", status=409)
