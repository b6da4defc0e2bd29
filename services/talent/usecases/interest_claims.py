"""An interest subsidy, claimed by an award's leader: a year's claim begun, saved as typed, handed in, withdrawn."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, update

from services.talent.domain import lifecycles
from services.talent.domain.interest_claim import CLAIMABLE, wrong_days, years
from services.talent.domain.signing import LABELS, SIGNED, unsigned
from services.talent.store import award_people, changes, interest, trail
from services.talent.store.interest_tables import INTEREST_CLAIM, INTEREST_HAND_IN
from services.talent.store.interest_trail import HAND_INS
from services.talent.usecases.contracts import RENAME
from services.talent.usecases.deals import money
from services.talent.usecases.instalments import hold_award
from shared.core.errors import DomainError
from shared.evidence.states import INFECTED
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.reading.typed_fields import TypedFields

FIELDS = ("loan_no", "principal", "interest_from", "interest_until")
MOST_TYPED = 200
"""Characters of a field; every one of them is a line."""
CHANGEABLE = ("draft", "returned")
PROMISE = "我承诺所填内容真实，利息已经付给银行"
FILE = "file:"
"""Before the place of files, where it is told what is wrong with them."""


class StartInterest(BaseModel):
    """开始填写一个年度的贴息申请。"""

    award_id: str
    year: int = Field(ge=1949, le=9999)


class SaveInterest(BaseModel):
    """保存贴息申请：原样保留所填文字。"""

    claim_id: str
    typed: dict[str, str] = Field(default_factory=dict)


class ClaimInterest(BaseModel):
    """提交贴息申请：贷款合同编号、贷款本金（元）、计息起始日、计息截止日（当天不计息），由负责人签署承诺。"""

    claim_id: str
    loan_no: str
    principal: str
    interest_from: str
    interest_until: str
    signed_by: str
    committed: bool


class WithdrawInterest(BaseModel):
    """撤回一份还没有决定的贴息申请。"""

    claim_id: str
    reason: str = ""


async def start_interest(unit: Unit, order: StartInterest) -> str:
    """Begins the claim of a year and answers its id; the one there is, if that year has one that is not decided. That
    a year was accepted before is no obstacle: the policy says whether it is paid again."""
    award = await claimable(unit, order.award_id)
    if order.year not in years(award["begins_on"], unit.today):
        told = f"任务书自 {award['begins_on']} 起执行，可以申请 {award['begins_on'].year} 至 {unit.today.year} 年的贴息"
        raise DomainError("no-such-year", told)
    there = await interest.undecided(unit.connection, award["id"], order.year)
    if there is not None:
        return str(there["id"])
    id_ = uuid4().hex
    made: dict[str, Any] = {
        "id": id_, "award_id": award["id"], "year": order.year, "state": "draft", "typed": {}, "handed_in": 0,
        "answer": "", "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(INTEREST_CLAIM), [made])
    await changes.note(unit, lifecycles.INTEREST_CLAIM.noun, [(id_, None, "draft")])
    return id_


async def save_interest(unit: Unit, order: SaveInterest) -> None:
    """Keeps what was typed, readable or not."""
    _, row = await changeable(unit, order.claim_id)
    typed = {name: text for name in FIELDS if (text := order.typed.get(name, "")[:MOST_TYPED]).strip()}
    if typed != row["typed"]:
        change = update(INTEREST_CLAIM).where(INTEREST_CLAIM.c.id == row["id"])
        await unit.connection.execute(change.values(typed=typed))


async def claim_interest(unit: Unit, order: ClaimInterest) -> int:
    """Hands in exactly what its signer saw, with its files; answers which hand-in it is. Everything wrong is told at
    once, each at its field."""
    award, row = await changeable(unit, order.claim_id)
    found = await interest.files(unit.connection, row["id"])
    names = await award_people.names_of_leader(unit.connection, award)
    signature = unsigned(order.signed_by, names, PROMISE, committed=order.committed, mend=RENAME)
    read = _read(unit, order, award, row, found, signature)
    number = row["handed_in"] + 1
    given: dict[str, Any] = {
        "claim_id": row["id"], "number": number, **read, "by": unit.by, "at": unit.now,
        "files": [
            {"place": place, "evidence_id": each["id"], "sha256": each["sha256"]}
            for place, rows in found.items()
            for each in rows
        ],
    }  # fmt: skip
    await unit.connection.execute(insert(INTEREST_HAND_IN), [given])
    await trail.record(unit, HAND_INS, "interest_claim:handed-in", [given])
    values = {"handed_in": number, "claimed_on": row["claimed_on"] or unit.today, "answer": "", "decided_on": None}
    await changes.move(unit, lifecycles.INTEREST_CLAIM, INTEREST_CLAIM, row["id"], "claimed", **values)
    return int(number)


def _read(
    unit: Unit,
    order: ClaimInterest,
    award: RowMapping,
    row: RowMapping,
    files: Mapping[str, Sequence[RowMapping]],
    signature: Mapping[str, str],
) -> dict[str, Any]:
    fields = TypedFields(order.model_dump(include={*FIELDS, SIGNED}), unit.today)
    values: dict[str, Any] = {
        "loan_no": fields.line("loan_no", "贷款合同编号", 100),
        "principal_fen": money(fields, "principal", "贷款本金"),
        "interest_from": fields.day("interest_from", "计息起始日"),
        "interest_until": fields.day("interest_until", "计息截止日"),
    }
    wrong = wrong_days(row["year"], award["begins_on"], values["interest_from"], values["interest_until"])
    for name, said in wrong.items():
        fields.find(name, said)
    for place, said in interest.PLACES.items():
        infected = [each["name"] for each in files[place] if each["state"] == INFECTED]
        if infected:
            told = f"附件“{'”、“'.join(infected)}”查出病毒，已经删除；请移除，换一份干净的"
            fields.find(FILE + place, told)
        elif not files[place]:
            fields.find(FILE + place, f"请附上{said}")
    for name, said in signature.items():
        fields.find(name, said)
    values[SIGNED] = fields.line(SIGNED, LABELS[SIGNED], 100)
    fields.check()
    return values


async def withdraw_interest(unit: Unit, order: WithdrawInterest) -> None:
    """Takes back a claim that is not decided; its year may be claimed again. Done twice it changes nothing."""
    _, row = await held(unit, order.claim_id)
    if row["state"] != "withdrawn":
        reason = " ".join(order.reason.split())[:1000]
        await changes.move(unit, lifecycles.INTEREST_CLAIM, INTEREST_CLAIM, row["id"], "withdrawn", reason)


async def claimable(unit: Unit, award_id: str) -> RowMapping:
    """The award, held; raises unless it pays interest and may have it claimed."""
    award = await hold_award(unit, award_id)
    check_claimable(award)
    return award


def check_claimable(award: RowMapping) -> None:
    if load_programme(award["programme_id"]).interest_years is None:
        raise DomainError("no-interest", "这个项目的资助不按贷款利息计算，没有贴息可以申请", status=409)
    if award["state"] not in CLAIMABLE:
        state = lifecycles.AWARD.states[award["state"]]
        told = f"这个项目{state}，不能申请贴息；任务书生效以后才能申请，终止以后不再贴息"
        raise DomainError("interest-not-claimable", told, status=409)


async def held(unit: Unit, claim_id: str) -> tuple[RowMapping, RowMapping]:
    """The award and the claim, both held; the award first, as every decision about an award does."""
    row = await changes.found(unit.connection, INTEREST_CLAIM, claim_id, "贴息申请")
    award = await hold_award(unit, row["award_id"])
    return award, await changes.found(unit.connection, INTEREST_CLAIM, claim_id, "贴息申请", hold=True)


async def changeable(unit: Unit, claim_id: str) -> tuple[RowMapping, RowMapping]:
    """The award and the claim, held; raises unless it is the leader's turn."""
    award, row = await held(unit, claim_id)
    check_claimable(award)
    if row["state"] not in CHANGEABLE:
        told = f"{row['year']} 年的贴息申请{lifecycles.INTEREST_CLAIM.states[row['state']]}，不能再改"
        raise DomainError("interest-not-changeable", told, status=409)
    return award, row
