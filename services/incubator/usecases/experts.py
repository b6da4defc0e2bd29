"""Keep the register of experts and what ties them to others."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator
from sqlalchemy import insert, select, update

from services.incubator.store import changes, registers, reviews
from services.incubator.store.review_tables import EXPERT, EXPERT_RELATION
from services.incubator.store.tables import CARRIER
from services.incubator.usecases.contacts import tell_expert
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.review import RELATIONS, Expert, Party, Relation, Rules, exclusions


def _line(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise ValueError("必填")
    return words


Line = Annotated[str, AfterValidator(_line)]
"""One line that says something."""
Code = Annotated[str, Field(pattern=r"^([0-9A-Z]{18})?$")]
"""A credit code, or nothing."""
STATES = {True: "active", False: "inactive"}


class RegisterExpert(BaseModel):
    """登记评审专家：任职单位、专业领域、联系方式；再次登记即更新。"""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")
    name: Line = Field(max_length=100)
    employer: Line = Field(max_length=200)
    employer_code: Code = ""
    fields: list[Line] = Field(default_factory=list, max_length=50)
    contact_email: str = Field(default="", pattern=r"^([^@\s]+@[^@\s]+)?$", max_length=300)
    contact_phone: str = Field(default="", pattern=r"^[0-9+() -]{0,40}$")
    account: str | None = Field(default=None, min_length=1, max_length=200)
    """专家本人的账号；不写为专家编号，再次登记时不写即不变。"""
    active: bool = True
    """否：停用，不再抽取。"""


class DeclareRelation(BaseModel):
    """登记专家的利害关系：与哪个单位（名称或信用代码），或与哪家载体。"""

    expert_id: str
    kind: Literal["position", "shareholding", "award", "kinship", "cooperation", "other", "conflict"]
    party_name: str = Field(default="", max_length=200)
    party_code: Code = ""
    carrier_id: str | None = None
    said: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _somebody(self) -> "DeclareRelation":
        if not (self.party_name.strip() or self.party_code or self.carrier_id):
            raise ValueError("请写明单位名称、信用代码或载体编号")
        if self.carrier_id and (self.party_name or self.party_code):
            raise ValueError("单位和载体只写一项；两者都有关系的，分别登记")
        return self


class WithdrawRelation(BaseModel):
    """撤销登记有误的利害关系，写明理由；原记录保留。"""

    relation: int = Field(ge=1, le=2**31 - 1)
    reason: Line = Field(max_length=1000)


async def register_expert(unit: Unit, order: RegisterExpert) -> None:
    """Registers or updates an expert, and tells his contact in the contacts' stream. One account is one expert's."""
    account = order.account or order.id
    holder = await reviews.by_account(unit.connection, account)
    if holder is not None and holder["id"] != order.id:
        raise DomainError("account-taken", f"账号“{account}”已属于专家“{holder['name']}”，请换一个", status=409)
    before = (await unit.connection.execute(select(EXPERT).where(EXPERT.c.id == order.id))).mappings().first()
    row = order.model_dump() | {"account": account}
    await registers.enter(unit.connection, EXPERT, [row], keep=() if order.account else ("account",))
    had = before is not None and bool(before["contact_email"])
    tell_expert(unit, order.id, order.name, order.contact_email, had=had)
    was = None if before is None else STATES[before["active"]]
    await changes.note(unit, "expert", [(order.id, was, STATES[order.active])])


class Declared(BaseModel):
    """The tie's number, and the reports this expert reviews now that it keeps him from: the office has to release him
    there."""

    relation: int
    touches: list[str]


async def declare_relation(unit: Unit, order: DeclareRelation) -> Declared:
    """Notes what ties an expert to an organisation or a carrier. Draws to come keep them apart."""
    await changes.found(unit.connection, EXPERT, order.expert_id, "专家")
    if order.carrier_id is not None:
        await changes.found(unit.connection, CARRIER, order.carrier_id, "载体")
    relation = await tie(unit, order)
    return Declared(relation=relation, touches=await _touched(unit, order))


async def _touched(unit: Unit, order: DeclareRelation) -> list[str]:
    party = Party(order.party_name, order.party_code)
    expert = Expert(order.expert_id, "", Party(), (), (Relation(order.kind, party, order.carrier_id or ""),))
    found: list[str] = []
    for round_id in await reviews.rounds_held(unit.connection, order.expert_id):
        holds = {carrier for carrier, who in await reviews.holding(unit.connection, round_id) if who == expert.id}
        drawn = [each for each in await reviews.units(unit.connection, round_id) if each.id in holds]
        found += [f"{round_id}-{each.id}" for each in drawn if exclusions(expert, each, Rules(1, 1))]
    return found


async def tie(unit: Unit, order: DeclareRelation) -> int:
    row = order.model_dump() | {"by": unit.by, "at": unit.now}
    entered = await unit.connection.execute(insert(EXPERT_RELATION).returning(EXPERT_RELATION.c.position), [row])
    position: int = entered.scalar_one()
    await changes.note(unit, "expert", [(order.expert_id, "active", "active")], f"利害关系：{RELATIONS[order.kind]}")
    return position


async def withdraw_relation(unit: Unit, order: WithdrawRelation) -> None:
    """Takes back a tie that was noted wrongly; what was drawn by it stays as it is."""
    change = (
        update(EXPERT_RELATION)
        .where(EXPERT_RELATION.c.position == order.relation, EXPERT_RELATION.c.withdrawn_at.is_(None))
        .values(withdrawn_at=unit.now)
        .returning(EXPERT_RELATION.c.expert_id)
    )
    expert = (await unit.connection.execute(change)).scalar_one_or_none()
    if expert is None:
        raise DomainError("no-such-relation", f"没有编号为 {order.relation} 的利害关系，或已经撤销", status=404)
    await changes.note(unit, "expert", [(expert, "active", "active")], f"撤销利害关系：{order.reason}")
