"""任务书: the talent edits and confirms it, the unit confirms, the office countersigns; either may give it back.
What is in force is changed by an approved change alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, update

from services.talent.domain import lifecycles
from services.talent.domain.answer_days import answer_by
from services.talent.domain.contract_terms import Terms, lacking, names, read_terms
from services.talent.domain.field_labels import labels_of
from services.talent.domain.signing import unsigned
from services.talent.store import award_people, awards, changes, trail
from services.talent.store.award_tables import CONTRACT, CONTRACT_VERSION
from services.talent.store.award_trail import VERSIONS
from services.talent.usecases.applications import MOST_CHARACTERS
from services.talent.usecases.instalments import hold_award
from services.talent.usecases.own_matter import check_somebody_elses
from services.talent.usecases.starting import start
from services.talent.usecases.telling_of_awards import told
from shared.contracts.talent import TalentContractConfirmed, TalentContractReturned
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

RENAME = "登记的姓名不对的，请先到“我的资料”更改"
"""What a leader does whom the register calls otherwise than he is called."""


class SaveContract(BaseModel):
    """保存任务书：原样保留所填文字。"""

    award_id: str
    typed: dict[str, str] = Field(default_factory=dict)
    based_on: int = Field(ge=0, le=2**31 - 1)


class ConfirmContract(BaseModel):
    """本人确认任务书，提交单位确认。"""

    award_id: str
    version: int = Field(ge=0, le=2**31 - 1)
    signed_by: str = Field(max_length=100)
    committed: bool


class AgreeToContract(BaseModel):
    """单位确认任务书：看到的是第几版。"""

    award_id: str
    number: int = Field(ge=1, le=2**31 - 1)


class ReturnContract(BaseModel):
    """退回任务书修改：哪些填报项有什么问题。"""

    award_id: str
    number: int = Field(ge=1, le=2**31 - 1)
    reasons: dict[str, str] = Field(default_factory=dict)
    reason: str = Field(min_length=1, max_length=2000)


class Countersign(BaseModel):
    """办公室签署任务书：项目从哪天开始执行，不写为当日。"""

    award_id: str
    number: int = Field(ge=1, le=2**31 - 1)
    begins_on: date | None = None


@dataclass(frozen=True)
class SavedContract:
    version: int
    terms: Terms
    lacking: Mapping[str, str]
    """What keeps it from being confirmed, by field."""


class ContractIncomplete(DomainError):
    """It cannot be confirmed yet; `problems` says at which field, and what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("contract-has-problems", f"任务书有以下问题，请改正后再确认：{'；'.join(problems.values())}")


class ContractChanged(DomainError):
    """Saved in another window meanwhile: what was typed here is not lost, and not written over the other's."""

    def __init__(self, row: RowMapping) -> None:
        self.row = row
        told_ = f"这份任务书刚在别处改到第 {row['version']} 稿；您填的还在本页，请核对后再保存"
        super().__init__("contract-changed", told_, status=409)


async def save_contract(unit: Unit, order: SaveContract) -> SavedContract:
    """Keeps what was typed, readable or not; what was saved elsewhere since `based_on` is not written over."""
    award = await hold_award(unit, order.award_id)
    row = await _in(unit, order.award_id, "draft")
    typed = kept(order.typed)
    version: int = row["version"]
    if typed != row["typed"]:
        if order.based_on != version:
            raise ContractChanged(row)
        version += 1
        change = update(CONTRACT).where(CONTRACT.c.award_id == order.award_id)
        await unit.connection.execute(change.values(typed=typed, version=version, by=unit.by, at=unit.now))
    terms = read_terms(typed)
    return SavedContract(version, terms, lacking_of(award, terms))


async def confirm_contract(unit: Unit, order: ConfirmContract) -> int:
    """The talent confirms exactly what he saw; answers the number of the version, which is kept as it is."""
    award = await hold_award(unit, order.award_id)
    row = await _in(unit, order.award_id, "draft")
    if order.version != row["version"]:
        raise ContractChanged(row)
    names_ = await award_people.names_of_leader(unit.connection, award)
    signature = unsigned(order.signed_by, names_, "我承诺按任务书执行", committed=order.committed, mend=RENAME)
    problems = lacking_of(award, read_terms(row["typed"])) | signature
    if problems:
        raise ContractIncomplete(problems)
    number = await add_version(unit, row, row["typed"], order.signed_by.strip())
    values = {"number": number, "reason": "", "reasons": {}}
    await changes.move(
        unit, lifecycles.CONTRACT, CONTRACT, order.award_id, "confirmed", f"第 {number} 版", **values
    )  # fmt: skip
    _tell_confirmed(unit, award, number, by_unit=False)
    return number


async def agree_to_contract(unit: Unit, order: AgreeToContract) -> None:
    """The unit confirms the version it saw; the office countersigns next."""
    award = await hold_award(unit, order.award_id)
    await check_somebody_elses(unit, award["applicant_id"])
    await _seen(unit, order.award_id, order.number, "confirmed")
    await changes.move(
        unit, lifecycles.CONTRACT, CONTRACT, order.award_id, "agreed", f"第 {order.number} 版"
    )  # fmt: skip
    _tell_confirmed(unit, award, order.number, by_unit=True)


async def return_contract_by_unit(unit: Unit, order: ReturnContract) -> None:
    await _give_back(unit, order, by_unit=True)


async def return_contract_by_office(unit: Unit, order: ReturnContract) -> None:
    await _give_back(unit, order, by_unit=False)


async def countersign(unit: Unit, order: Countersign) -> None:
    """Puts the version the office saw in force: the award begins, on a day from its being made until today."""
    award = await hold_award(unit, order.award_id)
    await _seen(unit, order.award_id, order.number, "agreed")
    begins = order.begins_on or unit.today
    if not award["awarded_on"] <= begins <= unit.today:
        message = f"开始执行的日期应在入选之日 {award['awarded_on']} 与今天 {unit.today} 之间，写的是 {begins}"
        raise DomainError("bad-begin", message)
    await changes.move(
        unit, lifecycles.CONTRACT, CONTRACT, award["id"], "in_force", f"第 {order.number} 版", in_force=order.number
    )
    await start(unit, award, begins, order.number)


def kept(typed: Mapping[str, str]) -> dict[str, str]:
    """What of a form is kept: its own fields, as they were typed, without the empty ones."""
    if sum(map(len, typed.values())) > MOST_CHARACTERS:
        raise DomainError("draft-too-large", "内容太长，没有保存；详细材料请作为附件", status=413)
    known = names()
    return {name: text for name, text in typed.items() if name in known and text.strip()}


def lacking_of(award: RowMapping, terms: Terms) -> dict[str, str]:
    return lacking(terms, award["amount_fen"], award["own_fen"] or 0, award["awarded_on"])


async def add_version(
    unit: Unit, row: RowMapping, typed: Mapping[str, str], signed_by: str, change_id: str | None = None
) -> int:
    """Keeps the next version of a 任务书 for good; answers its number."""
    number: int = row["number"] + 1
    made: dict[str, Any] = {
        "award_id": row["award_id"], "number": number, "typed": dict(typed), "change_id": change_id,
        "signed_by": signed_by, "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(CONTRACT_VERSION), [made])
    await trail.record(unit, VERSIONS, "contract:version", [made])
    return number


async def contract_in_force(unit: Unit, award: RowMapping) -> RowMapping:
    """The 任务书, if it is in force and its award has not ended."""
    row = await changes.found(unit.connection, CONTRACT, award["id"], "任务书")
    if row["state"] != "in_force" or award["state"] not in awards.LIVE:
        state = lifecycles.AWARD.states[award["state"]]
        raise DomainError("award-not-running", f"项目{state}，任务书生效以后、项目结束以前才能办理", status=409)
    return row


async def _in(unit: Unit, award_id: str, state: str) -> RowMapping:
    row = await changes.found(unit.connection, CONTRACT, award_id, "任务书", hold=True)
    if row["state"] != state:
        now = lifecycles.CONTRACT.states[row["state"]]
        how = "；生效后的改动请提出变更申请" if row["state"] == "in_force" else ""
        raise DomainError("contract-not-open", f"任务书{now}，现在不能这样办理{how}", status=409)
    return row


async def _seen(unit: Unit, award_id: str, number: int, state: str) -> RowMapping:
    row = await _in(unit, award_id, state)
    if row["number"] != number:
        message = f"任务书已经是第 {row['number']} 版，您看到的是第 {number} 版；请刷新后核对"
        raise DomainError("contract-moved", message, status=409)
    return row


async def _give_back(unit: Unit, order: ReturnContract, *, by_unit: bool) -> None:
    award = await hold_award(unit, order.award_id)
    await _seen(unit, order.award_id, order.number, "confirmed" if by_unit else "agreed")
    reasons = checked_reasons(order.reasons, names() | {"milestones", "budget", "budget-own"})
    values = {"reason": order.reason.strip(), "reasons": reasons}
    await changes.move(unit, lifecycles.CONTRACT, CONTRACT, award["id"], "draft", order.reason, **values)
    event = TalentContractReturned.model_validate(
        {
            **told(award), "number": order.number, "reason": order.reason.strip(), "reasons": reasons,
            "labels": labels_of(reasons), "by_unit": by_unit, "answer_by": answer_by(unit.today).isoformat(),
        }
    )  # fmt: skip
    unit.tell(event, str(order.number), story=award["application_id"])


def checked_reasons(given: Mapping[str, str], known: frozenset[str]) -> dict[str, str]:
    """Reasons by field, without the empty ones; a field there is not is an error."""
    unknown = sorted(given.keys() - known)
    if unknown:
        raise DomainError("no-such-field", f"没有填报项 {unknown[0]}")
    return {name: text.strip() for name, text in given.items() if text.strip()}


def _tell_confirmed(unit: Unit, award: RowMapping, number: int, *, by_unit: bool) -> None:
    until = None if by_unit else answer_by(unit.today).isoformat()
    body = {**told(award), "number": number, "by_unit": by_unit, "answer_by": until}
    event = TalentContractConfirmed.model_validate(body)
    unit.tell(event, str(number), "unit" if by_unit else "talent", story=award["application_id"])
