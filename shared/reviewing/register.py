"""Keep the register of experts and what ties them to others."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator
from sqlalchemy import insert, select, update

from shared.core.errors import DomainError
from shared.db.entering import enter
from shared.messaging.unit import Unit
from shared.review import RELATIONS, Expert, Party, Relation, Rules, exclusions
from shared.reviewing import expert_rows, review_rows
from shared.reviewing.area import Reviewing


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
    """What ties an expert to an organisation (its name or credit code), or to one unit."""

    unit_label: ClassVar[str] = "单位"
    """What a unit is called."""
    expert_id: str
    kind: Literal["position", "shareholding", "award", "kinship", "cooperation", "other", "conflict"]
    party_name: str = Field(default="", max_length=200)
    party_code: Code = ""
    unit_id: str | None = None
    said: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _somebody(self) -> "DeclareRelation":
        if not (self.party_name.strip() or self.party_code or self.unit_id):
            raise ValueError(f"请写明单位名称、信用代码或{self.unit_label}编号")
        if self.unit_id and (self.party_name or self.party_code):
            raise ValueError(f"单位和{self.unit_label}只写一项；两者都有关系的，分别登记")
        return self


class WithdrawRelation(BaseModel):
    """撤销登记有误的利害关系，写明理由；原记录保留。"""

    relation: int = Field(ge=1, le=2**31 - 1)
    reason: Line = Field(max_length=1000)


async def register_expert(unit: Unit, order: RegisterExpert, area: Reviewing) -> None:
    """Registers or updates an expert, and tells his contact in the contacts' stream. One account is one expert's."""
    expert = area.tables.expert
    account = order.account or order.id
    holder = await expert_rows.by_account(unit.connection, area, account)
    if holder is not None and holder["id"] != order.id:
        raise DomainError("account-taken", f"账号“{account}”已属于专家“{holder['name']}”，请换一个", status=409)
    before = (await unit.connection.execute(select(expert).where(expert.c.id == order.id))).mappings().first()
    row = order.model_dump() | {"account": account}
    await enter(unit.connection, expert, [row], keep=() if order.account else ("account",))
    had = before is not None and bool(before["contact_email"])
    known = account if order.account or before is None else before["account"]
    area.telling.contact(unit, order.id, order.name, order.contact_email, account=known, had=had)
    was = None if before is None else STATES[before["active"]]
    await area.changes.note(unit, "expert", [(order.id, was, STATES[order.active])])


class Declared(BaseModel):
    """The tie's number, and the subjects this expert reviews now that it keeps him from: the office has to release him
    there."""

    relation: int
    touches: list[str]


async def declare_relation(unit: Unit, order: DeclareRelation, area: Reviewing) -> Declared:
    """Notes what ties an expert to an organisation or a unit. Draws to come keep them apart."""
    await area.changes.found(unit.connection, area.tables.expert, order.expert_id, "专家")
    if order.unit_id is not None:
        await area.changes.found(unit.connection, area.subjects.units, order.unit_id, area.subjects.unit_label)
    relation = await tie(unit, order, area)
    return Declared(relation=relation, touches=await _touched(unit, order, area))


async def _touched(unit: Unit, order: DeclareRelation, area: Reviewing) -> list[str]:
    party = Party(order.party_name, order.party_code)
    expert = Expert(order.expert_id, "", Party(), (), (Relation(order.kind, party, order.unit_id or ""),))
    found: list[str] = []
    for round_id in await review_rows.rounds_held(unit.connection, area, order.expert_id):
        if not (await area.round(unit.connection, round_id)).open:
            continue
        holding = await review_rows.holding(unit.connection, area, round_id)
        holds = {unit_id for unit_id, who in holding if who == expert.id}
        drawn = [each for each in await area.units(unit.connection, round_id) if each.id in holds]
        found += [area.subject_of(round_id, each.id) for each in drawn if exclusions(expert, each, Rules(1, 1))]
    return found


async def tie(unit: Unit, order: DeclareRelation, area: Reviewing) -> int:
    relation = area.tables.relation
    row = order.model_dump(exclude={"unit_id"}) | {area.tables.unit_name: order.unit_id, "by": unit.by, "at": unit.now}
    entered = await unit.connection.execute(insert(relation).returning(relation.c.position), [row])
    position: int = entered.scalar_one()
    why = f"利害关系：{RELATIONS[order.kind]}"
    await area.changes.note(unit, "expert", [(order.expert_id, "active", "active")], why)
    return position


async def withdraw_relation(unit: Unit, order: WithdrawRelation, area: Reviewing) -> None:
    """Takes back a tie that was noted wrongly; what was drawn by it stays as it is."""
    relation = area.tables.relation
    change = (
        update(relation)
        .where(relation.c.position == order.relation, relation.c.withdrawn_at.is_(None))
        .values(withdrawn_at=unit.now)
        .returning(relation.c.expert_id)
    )
    expert = (await unit.connection.execute(change)).scalar_one_or_none()
    if expert is None:
        raise DomainError("no-such-relation", f"没有编号为 {order.relation} 的利害关系，或已经撤销", status=404)
    await area.changes.note(unit, "expert", [(expert, "active", "active")], f"撤销利害关系：{order.reason}")
