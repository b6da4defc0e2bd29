"""The talent's side of an assessment: fill it in, the contract beside it, and hand it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, update

from services.talent.domain import lifecycles
from services.talent.domain.answer_days import answer_by
from services.talent.domain.assessment_form import Report, names, read_report
from services.talent.domain.contract_terms import read_terms
from services.talent.domain.signing import unsigned
from services.talent.store import assessment_files, assessments, award_people, awards, changes, trail
from services.talent.store.assessment_tables import ASSESSMENT, ASSESSMENT_HAND_IN
from services.talent.store.award_trail import ASSESSMENT_HAND_INS
from services.talent.usecases.applications import MOST_CHARACTERS
from services.talent.usecases.contracts import RENAME
from services.talent.usecases.hand_in_checks import PROMISE
from services.talent.usecases.instalments import hold_award
from services.talent.usecases.telling_of_awards import told as told_of_award
from shared.contracts.talent import TalentAssessmentSubmitted
from shared.core.errors import DomainError
from shared.messaging.unit import Unit


class SaveAssessment(BaseModel):
    """保存考核材料：原样保留所填文字。"""

    assessment_id: str
    typed: dict[str, str] = Field(default_factory=dict)
    based_on: int = Field(ge=0, le=2**31 - 1)


class SubmitAssessment(BaseModel):
    """提交考核材料，由本人签署承诺。"""

    assessment_id: str
    version: int = Field(ge=0, le=2**31 - 1)
    signed_by: str = Field(max_length=100)
    committed: bool


@dataclass(frozen=True)
class SavedAssessment:
    version: int
    report: Report


class AssessmentIncomplete(DomainError):
    """It cannot be handed in yet; `problems` says at which field, and what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        told_ = f"考核材料有以下问题，请改正后再提交：{'；'.join(problems.values())}"
        super().__init__("assessment-has-problems", told_)


class AssessmentChanged(DomainError):
    """Saved in another window meanwhile: what was typed here is not lost, and not written over the other's."""

    def __init__(self, row: RowMapping) -> None:
        self.row = row
        told_ = f"这份材料刚在别处改到第 {row['version']} 稿；您填的还在本页，请核对后再保存"
        super().__init__("assessment-changed", told_, status=409)


async def save_assessment(unit: Unit, order: SaveAssessment) -> SavedAssessment:
    """Keeps what was typed, readable or not, and answers how it stands against the contract."""
    row = await fillable(unit, order.assessment_id)
    if sum(map(len, order.typed.values())) > MOST_CHARACTERS:
        raise DomainError("draft-too-large", "内容太长，没有保存；详细材料请作为附件", status=413)
    known = names()
    typed = {name: text for name, text in order.typed.items() if name in known and text.strip()}
    version: int = row["version"]
    if typed != row["typed"]:
        if order.based_on != version:
            raise AssessmentChanged(row)
        version += 1
        change = update(ASSESSMENT).where(ASSESSMENT.c.id == row["id"])
        await unit.connection.execute(change.values(typed=typed, version=version))
    return SavedAssessment(version, (await report_of(unit, row, typed))[1])


async def submit_assessment(unit: Unit, order: SubmitAssessment) -> str:
    """Hands in exactly what its signer saw, with its files, also after the due date; answers the receipt's number. That
    something does not match the contract is no obstacle: it stands beside it when the office concludes."""
    row = await fillable(unit, order.assessment_id)
    award = await hold_award(unit, row["award_id"])
    if order.version != row["version"]:
        raise AssessmentChanged(row)
    contract_number, report = await report_of(unit, row, row["typed"])
    names_ = await award_people.names_of_leader(unit.connection, award)
    signature = unsigned(order.signed_by, names_, PROMISE, committed=order.committed, mend=RENAME)
    problems = {**report.problems, **signature}
    if problems:
        raise AssessmentIncomplete(problems)
    number = row["handed_in"] + 1
    receipt = f"KH-{unit.today:%Y%m%d}-{row['id'][:8].upper()}-{number}"
    given: dict[str, Any] = {
        "assessment_id": row["id"], "number": number, "receipt": receipt, "contract_number": contract_number,
        "typed": row["typed"], "found": report.as_json(), "signed_by": order.signed_by.strip(), "by": unit.by,
        "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(ASSESSMENT_HAND_IN), [given])
    await trail.record(unit, ASSESSMENT_HAND_INS, "assessment:handed-in", [given])
    await assessment_files.hand_in(unit, row["id"], number)
    values = {"handed_in": number, "handed_in_at": unit.now, "reason": "", "reasons": {}}
    await changes.move(unit, lifecycles.ASSESSMENT, ASSESSMENT, row["id"], "submitted", receipt, **values)
    until = answer_by(unit.today).isoformat()
    body = {**told(award, row), "number": number, "receipt": receipt, "answer_by": until}
    event = TalentAssessmentSubmitted.model_validate(body)
    unit.tell(event, str(number), story=award["application_id"])
    return receipt


async def report_of(unit: Unit, row: RowMapping, typed: Mapping[str, str]) -> tuple[int, Report]:
    """What was typed beside the 任务书 in force, and that version's number."""
    version = await awards.in_force(unit.connection, row["award_id"])
    if version is None:  # an assessment is scheduled by the countersigning alone
        raise TypeError(row["award_id"])
    return version["number"], read_report(read_terms(version["typed"]), row["kind"], typed)


async def held(unit: Unit, assessment_id: str) -> RowMapping:
    """The assessment, held; its award is held first, as every decision about an award does."""
    row = await changes.found(unit.connection, ASSESSMENT, assessment_id, "考核")
    await hold_award(unit, row["award_id"])
    return await changes.found(unit.connection, ASSESSMENT, assessment_id, "考核", hold=True)


async def fillable(unit: Unit, assessment_id: str) -> RowMapping:
    """The assessment, held; raises unless it is its talent's turn."""
    row = await held(unit, assessment_id)
    if row["state"] not in assessments.FILLABLE:
        state = lifecycles.ASSESSMENT.states[row["state"]]
        raise DomainError("assessment-not-open", f"“{row['name']}”{state}，现在不能填报", status=409)
    return row


def told(award: RowMapping, row: RowMapping) -> dict[str, Any]:
    """What every event of an assessment says of it."""
    return {
        **told_of_award(award),
        "assessment_id": row["id"],
        "kind": row["kind"],
        "assessment_name": row["name"],
    }
