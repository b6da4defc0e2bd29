"""Apply: begin, fill in, hand in, withdraw. The unit's side is `recommending`, the office's `formal_check`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, update

from services.talent.domain import lifecycles
from services.talent.domain.application_form import Filled, Problem, fill
from services.talent.store import applications, attachments, changes, known, trail
from services.talent.store.application_tables import APPLICATION, HAND_IN
from services.talent.store.tables import APPLICANT, CALL, UNIT
from services.talent.usecases.calls import call_taking
from services.talent.usecases.hand_in_checks import beside_fields
from services.talent.usecases.review_area import AREA
from shared.contracts.contact import applicant_person
from shared.contracts.talent import TalentApplicationSubmitted, TalentApplicationWithdrawn
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.sealed import Seal
from shared.core.workdays import ONE_DAY, WORKING, last_day
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.reviewing.places import end_reviews

EDITABLE = ("draft", "returned")
IDENTITY = "id_number"
"""The field that is never kept in the open."""
MOST_CHARACTERS = 100_000
"""Of all fields together."""


class StartApplication(BaseModel):
    """开始申报：哪一个批次。"""

    programme_id: str
    applicant_id: str


class SaveApplication(BaseModel):
    """保存申报：原样保留所填文字，对照条件。"""

    application_id: str
    typed: dict[str, str] = Field(default_factory=dict)
    unit_id: str | None = Field(default=None, max_length=100)
    based_on: int = Field(ge=0, le=2**31 - 1)


class SubmitApplication(BaseModel):
    """提交申报：核对全部内容，由本人签署承诺。"""

    application_id: str
    version: int = Field(ge=0, le=2**31 - 1)
    signed_by: str = Field(max_length=100)
    committed: bool


class WithdrawApplication(BaseModel):
    """撤回申报。"""

    application_id: str
    reason: str = Field(default="申报人撤回", max_length=1000)


@dataclass(frozen=True)
class Saved:
    application_id: str
    version: int
    filled: Filled


class ApplicationIncomplete(DomainError):
    """It cannot be handed in yet; `problems` says at which field, and what to do."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        told = "；".join(str(each) for each in problems)
        super().__init__("application-has-problems", f"申报有以下问题，请改正后再提交：{told}")


class ApplicationChanged(DomainError):
    """Saved in another window meanwhile: what was typed here is not lost, and not written over the other's."""

    def __init__(self, row: RowMapping) -> None:
        self.row = row
        told = f"这份申报刚在别处改到第 {row['version']} 版；您填的还在本页，请核对后再保存"
        super().__init__("application-changed", told, status=409)


async def start_application(unit: Unit, order: StartApplication) -> str:
    """Begins an application, or goes on with the one there is; answers its id. What the account knows is filled in."""
    await call_taking(unit, order.programme_id)
    person = await changes.found(unit.connection, APPLICANT, order.applicant_id, "申报人", hold=True)
    there = await applications.to_call(unit.connection, order.programme_id, order.applicant_id)
    if there is not None:
        return str(there["id"])
    id_ = event_id("application", order.programme_id, order.applicant_id)
    asked = {field.name for field in load_programme(order.programme_id).fields}
    typed = {name: person[name] for name in ("name", "email", "phone") if name in asked and person[name]}
    row: dict[str, Any] = {
        "id": id_, "programme_id": order.programme_id, "applicant_id": order.applicant_id, "state": "draft",
        "version": 0, "typed": typed, "reasons": {}, "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(APPLICATION), [row])
    await changes.note(unit, "application", [(id_, None, "draft")])
    return id_


async def save_application(unit: Unit, order: SaveApplication, seal: Seal) -> Saved:
    """Keeps what was typed, readable or not, and answers how it stands against the conditions.

    The identity number is sealed before it is kept; what was saved elsewhere since `based_on` is not written over.
    """
    row = await editable(unit, order.application_id)
    if sum(map(len, order.typed.values())) > MOST_CHARACTERS:
        raise DomainError("draft-too-large", "内容不像是这张表填出来的：太长，没有保存；详细材料请作为附件", status=413)
    if order.unit_id is not None:
        await changes.found(unit.connection, UNIT, order.unit_id, "推荐单位")
    sent = {name: text for name, text in order.typed.items() if text.strip()}
    number = sent.pop(IDENTITY, "").strip()
    filled = fill(load_programme(row["programme_id"]), sent | ({IDENTITY: number} if number else {}), unit.today)
    values = {
        "typed": {name: text for name, text in filled.typed.items() if name != IDENTITY},
        "unit_id": order.unit_id or row["unit_id"],
    }
    same_number = number == typed_number(row, seal)
    version: int = row["version"]
    if any(row[name] != value for name, value in values.items()) or not same_number:
        if order.based_on != version:
            raise ApplicationChanged(row)
        version += 1
        if not same_number:
            values |= {"id_number": seal.close(number) if number else None}
        values |= _found_by(filled, seal)
        change = update(APPLICATION).where(APPLICATION.c.id == row["id"])
        await unit.connection.execute(change.values(**values, version=version, by=unit.by, at=unit.now))
        if values["unit_id"] != row["unit_id"]:  # the trail has a draft with the unit it names
            named = await changes.found(unit.connection, APPLICATION, row["id"], "申报")
            await trail.record(unit, trail.BY_NOUN["application"], "application:unit-named", [named])
    return Saved(row["id"], version, filled)


def _found_by(filled: Filled, seal: Seal) -> dict[str, Any]:
    """By what another application of the same person, company or content is found."""
    number, project = filled.values.get(IDENTITY), str(filled.values.get("project", ""))
    plain = "".join(project.split()).casefold()
    return {
        "id_mark": seal.mark(number) if isinstance(number, str) else None,
        "project": project,
        "project_mark": seal.mark(plain) if plain else "",
        "company_code": filled.values.get("credit_code"),
    }


def typed_number(row: RowMapping, seal: Seal) -> str:
    """The identity number as it was typed; empty if none was."""
    return seal.open(row["id_number"]) if row["id_number"] is not None else ""


def filled_now(row: RowMapping, seal: Seal, today: date) -> Filled:
    """The application as it stands, on a day."""
    number = typed_number(row, seal)
    return fill(load_programme(row["programme_id"]), row["typed"] | ({IDENTITY: number} if number else {}), today)


async def submit_application(unit: Unit, order: SubmitApplication, seal: Seal, unkept: tuple[Problem, ...] = ()) -> str:
    """Hands in exactly the version its signer saw; answers the receipt's number.

    The form must be complete and every condition met, for the programme's conditions leave nothing to anybody's
    judgement; the team has to have answered. All that is wrong is told at once; `unkept`: what came with the form and
    could not be kept.
    """
    row = await editable(unit, order.application_id)
    if row["state"] == "draft":
        await call_taking(unit, row["programme_id"])
    if order.version != row["version"]:
        raise ApplicationChanged(row)
    filled = filled_now(row, seal, unit.today)
    problems = filled.lacking() + tuple(
        Problem(each.condition.id, each.condition.says, each.finding.sentence) for each in filled.unmet
    )
    if row["unit_id"] is None and not any(each.name == "unit_id" for each in unkept):
        problems += (Problem("unit_id", "推荐单位", "请选择推荐单位"),)
    problems += unkept
    problems += await beside_fields(unit, row, order.signed_by, committed=order.committed)
    if problems:
        raise ApplicationIncomplete(problems)
    number = row["handed_in"] + 1
    receipt = receipt_of(row["id"], number, unit.today)
    given = {
        "application_id": row["id"], "number": number, "receipt": receipt, "unit_id": row["unit_id"],
        "typed": row["typed"], "id_number": row["id_number"], "signed_by": order.signed_by.strip(),
        "checked": [
            {"id": each.condition.id, "state": each.state, "sentence": each.finding.sentence}
            for each in filled.checked
        ],
        "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(HAND_IN), [given])
    await trail.record(unit, trail.HAND_INS, "application:handed-in", [given])
    await attachments.hand_in(unit, row["id"], number)
    until = await _recommend_until(unit, row)
    values = {
        "handed_in": number, "handed_in_at": unit.now, "recommend_until": until, "reasons": {}, "reason": "",
        "correct_until": None,
    }  # fmt: skip
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["id"], "submitted", receipt, **values)
    event = TalentApplicationSubmitted.model_validate(
        {**told(row), "number": number, "receipt": receipt, "recommend_until": until.isoformat()}
    )
    unit.tell(event, str(number), story=row["id"])
    return receipt


async def _recommend_until(unit: Unit, row: RowMapping) -> date:
    """The call's last day for units; of what was corrected, no less than as many working days as its applicant had."""
    call = await changes.found(unit.connection, CALL, row["programme_id"], "申报批次")
    last: date = call["units_until"]
    if row["state"] != "returned":
        return last
    days = load_programme(row["programme_id"]).call.correct_within
    return max(last, last_day(unit.today + ONE_DAY, days, WORKING, await known.calendar(unit.connection)))


async def withdraw_application(unit: Unit, order: WithdrawApplication) -> None:
    """Withdraws, at any time before it is selected or declined; nothing is asked."""
    row = await changes.move(unit, lifecycles.APPLICATION, APPLICATION, order.application_id, "withdrawn", order.reason)
    await end_reviews(unit, row["id"], "申报人撤回申报", AREA)
    if row["state"] != "draft" and row["unit_id"] is not None:
        event = TalentApplicationWithdrawn.model_validate({**told(row), "was": row["state"]})
        unit.tell(event, story=row["id"])


async def editable(unit: Unit, application_id: str) -> RowMapping:
    """The application, held, if its applicant may change it today."""
    row = await changes.found(unit.connection, APPLICATION, application_id, "申报", hold=True)
    if row["erased_at"] is not None:
        raise DomainError("application-erased", "这份申报里的个人信息已经清除，不能再改；请申报以后的批次", status=409)
    if row["state"] not in EDITABLE:
        state = lifecycles.APPLICATION.states[row["state"]]
        raise DomainError("application-not-open", f"这份申报{state}，不能再改", status=409)
    if row["correct_until"] is not None and unit.today > row["correct_until"]:
        raise DomainError("too-late", f"修改期限到 {row['correct_until']} 为止，已经过了", status=409)
    return row


def receipt_of(application_id: str, number: int, on: date) -> str:
    """The number of the receipt for the hand-in of this number on this day, by which people call an application."""
    return f"RC-{on:%Y%m%d}-{application_id[:8].upper()}-{number}"


def told(row: RowMapping) -> dict[str, Any]:
    """What every event of an application says of it."""
    programme = load_programme(row["programme_id"])
    at = row["handed_in_at"]
    return {
        "receipt": None if at is None else receipt_of(row["id"], row["handed_in"], legal_date(at)),
        "application_id": row["id"],
        "programme": {"id": programme.id, "name": programme.title},
        "person_id": applicant_person(row["applicant_id"]),
        "org_id": row["unit_id"],
    }
