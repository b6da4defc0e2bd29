"""Apply for a title: begin, fill in, hand in, withdraw. The office's side is `title_review`."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain import lifecycles
from services.incubator.domain.title_form import FilledApplication, Problem, fill
from services.incubator.store import bars, changes, titles, trail
from services.incubator.store.tables import CARRIER, ORGANISATION
from services.incubator.store.title_tables import TITLE_APPLICATION, TITLE_SUBMISSION
from shared.accreditation import LEVEL_NAMES, load_conditions
from shared.accreditation.conditions import Conditions
from shared.accreditation.load import title as title_named
from shared.core.errors import DomainError
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit

EDITABLE = ("draft", "returned")
MOST_CHARACTERS = 4_000
"""Of one figure, or of the statement."""
MOST_TOGETHER = 100_000
"""Characters of all figures together."""


class StartApplication(BaseModel):
    """开始一份资格申请：哪家载体（或尚未登记的新载体）、申请哪一级别。"""

    organisation_id: str
    carrier_id: str | None = None
    """没有登记的新载体不写，另写类型、名称和地区。"""
    kind: str = ""
    level: str
    name: str = Field(default="", max_length=200)
    district: str = Field(default="", max_length=100)


class SaveApplication(BaseModel):
    """保存资格申请：原样保留所填文字，对照条件。"""

    application_id: str
    typed: dict[str, str] = Field(default_factory=dict)
    statement: str = ""
    track: str | None = None
    name: str | None = Field(default=None, max_length=200)
    district: str | None = Field(default=None, max_length=100)
    based_on: int = Field(ge=0, le=2**31 - 1)


class SubmitApplication(BaseModel):
    """提交资格申请：核对全部内容，由承诺人签署。"""

    application_id: str
    version: int = Field(ge=0, le=2**31 - 1)
    signed_by: str = Field(max_length=100)
    committed: bool


class WithdrawApplication(BaseModel):
    """撤回一份还没有决定的资格申请。"""

    application_id: str
    reason: str = Field(default="申请单位撤回", max_length=1000)


@dataclass(frozen=True)
class SavedApplication:
    """What a save answers: the version it now has, and how it stands against the conditions."""

    application_id: str
    version: int
    filled: int
    of: int
    summary: str
    problems: dict[str, str]
    """By figure, what cannot be read and what to do."""
    checked: tuple[dict[str, Any], ...]
    """Condition by condition."""


class ApplicationIncomplete(DomainError):
    """The application cannot be handed in yet; `problems` says at which figure, and what to do."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        told = "；".join(str(each) for each in problems)
        super().__init__("application-has-problems", f"申请有以下问题，请改正后再提交：{told}")


class ApplicationChanged(DomainError):
    """Somebody else saved meanwhile: what was typed is not lost, and not written over the other's."""

    def __init__(self, row: RowMapping) -> None:
        self.row = row
        told = f"这份申请刚由“{row['by']}”改到第 {row['version']} 版；您填的还在本页，请核对后再保存"
        super().__init__("application-changed", told, status=409)


async def start_application(unit: Unit, order: StartApplication) -> str:
    """Begins an application and answers its id; one that is under way for the same title is gone on with."""
    await changes.found(unit.connection, ORGANISATION, order.organisation_id, "运营单位", hold=True)
    await bars.check_free(unit.connection, order.organisation_id, unit.today)
    kind, name, district, level_now = order.kind, order.name.strip(), order.district.strip(), None
    if order.carrier_id is not None:
        carrier = await changes.found(unit.connection, CARRIER, order.carrier_id, "载体")
        if carrier["organisation_id"] != order.organisation_id:
            raise DomainError("no-such-carrier", f"没有载体“{order.carrier_id}”", status=404)
        kind, name, district, level_now = carrier["kind"], carrier["name"], carrier["district"], carrier["level"]
        if carrier["state"] == "withdrawn":
            level_now = None
    elif not (kind and name and district):
        raise DomainError("applicant-incomplete", "请写明载体类型、名称和所在区县，再开始申请")
    check_above(level_now, order.level)
    conditions = load_conditions(kind, order.level, unit.today)
    known = await titles.under_way(unit.connection, order.organisation_id, order.carrier_id, kind, order.level)
    if known is not None:
        return str(known["id"])
    number = await titles.counted(unit.connection, order.organisation_id)
    id_ = event_id("application", order.organisation_id, str(number))
    row: dict[str, Any] = {
        "id": id_, "organisation_id": order.organisation_id, "carrier_id": order.carrier_id, "kind": kind,
        "level": order.level, "name": name, "district": district, "track": next(iter(conditions.tracks), None),
        "typed": {}, "statement": "", "version": 0, "state": "draft", "submitted": 0, "reasons": {}, "reason": "",
        "opinion": "", "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(TITLE_APPLICATION), [row])
    return id_


def check_above(now: str | None, wanted: str) -> None:
    """A title is applied for, and given, only above the level that is held; a district's title counts as none."""
    order = list(LEVEL_NAMES)
    if wanted not in LEVEL_NAMES:
        raise DomainError("unknown-level", f"不认识级别“{wanted}”；可用：{'、'.join(LEVEL_NAMES.values())}")
    if now in LEVEL_NAMES and order.index(wanted) <= order.index(now):
        told = f"现在已经是{LEVEL_NAMES[now]}，只能申请更高的级别"
        raise DomainError("level-not-higher", told, status=409)


def levels_open(kind: str, now: str | None, on: date) -> dict[str, str]:
    """The levels somebody at level `now` may apply for today, with what each is called: those conditions are kept
    for."""
    order = list(LEVEL_NAMES)
    above = order[order.index(now) + 1 :] if now in LEVEL_NAMES else order
    found = {}
    for level in above:
        try:
            found[level] = load_conditions(kind, level, on).title
        except DomainError:  # the kind has no title at this level, or none is kept for the day
            continue
    return found


async def save_application(unit: Unit, order: SaveApplication) -> SavedApplication:
    """Keeps what was typed, readable or not, and answers how it stands against the conditions.

    What somebody else saved since `based_on` is never written over unseen: application-changed.
    """
    row = await _editable(unit, order.application_id)
    texts = [*order.typed.values(), order.statement]
    longest = max(texts, key=len)
    if len(longest) > MOST_CHARACTERS:
        shown = f"{longest[:20]}……"
        told = f"有一项长 {len(longest)} 字（“{shown}”），每项至多 {MOST_CHARACTERS} 字，请精简后再保存"
        raise DomainError("text-too-long", told, status=413)
    if sum(map(len, texts)) > MOST_TOGETHER or len(order.typed) > len(_conditions(row, unit.today).figures) + 50:
        raise DomainError("draft-too-large", "内容不像是这张表填出来的：项目太多或太长，没有保存", status=413)
    typed = {**row["typed"], **order.typed}  # figures of another track stay as they were typed
    filled = fill(_conditions(row, unit.today), typed, unit.today, order.track or row["track"])
    values = {
        "typed": {name: text for name, text in filled.typed.items() if text.strip()},
        "statement": order.statement,
        "track": filled.track,
        "name": _of_new(row, "name", order.name),
        "district": _of_new(row, "district", order.district),
    }
    version: int = row["version"]
    if any(row[name] != value for name, value in values.items()):
        if order.based_on != version:
            raise ApplicationChanged(row)
        version += 1
        change = (
            update(TITLE_APPLICATION)
            .where(TITLE_APPLICATION.c.id == row["id"])
            .values(**values, version=version, by=unit.by, at=unit.now)
        )
        await unit.connection.execute(change)
    return SavedApplication(
        application_id=row["id"],
        version=version,
        filled=filled.filled,
        of=len(filled.asked),
        summary=filled.summary,
        problems=dict(filled.problems),
        checked=tuple(each.as_json() for each in filled.checked),
    )


def _of_new(row: RowMapping, name: str, given: str | None) -> str:
    """Name and district of a carrier that is registered are the register's."""
    return str(row[name]) if row["carrier_id"] is not None or not (given or "").strip() else str(given).strip()


async def submit_application(unit: Unit, order: SubmitApplication) -> str:
    """Hands in exactly the version its signer saw; answers the receipt's number.

    Figures must be complete and readable. A condition that is not met does not keep it from being handed in if the
    statement says why it should be looked at all the same.
    """
    row = await _editable(unit, order.application_id)
    await bars.check_free(unit.connection, row["organisation_id"], unit.today)
    if not (order.committed and order.signed_by.strip()):
        message = "请阅读承诺，勾选“我承诺所填内容真实”，并写明承诺人姓名后再提交"
        raise DomainError("commitment-missing", message)
    if order.version != row["version"]:
        raise ApplicationChanged(row)
    conditions = _conditions(row, unit.today)
    filled = fill(conditions, row["typed"], unit.today, row["track"])
    problems = filled.lacking()
    if filled.unmet and not row["statement"].strip():
        told = f"有 {len(filled.unmet)} 项条件不符合，请说明为什么仍然申请，或等条件具备后再提交"
        problems = (*problems, Problem("statement", "申请说明", told))
    if problems:
        raise ApplicationIncomplete(problems)
    number = row["submitted"] + 1
    receipt = f"ZG-{unit.today:%Y%m%d}-{row['id'][:8].upper()}-{number}"
    submission = {
        "application_id": row["id"], "number": number, "receipt": receipt, "conditions": conditions.id,
        "on_date": unit.today, "name": row["name"], "district": row["district"], "track": filled.track,
        "typed": row["typed"], "statement": row["statement"], "signed_by": order.signed_by.strip(), "by": unit.by,
        "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(TITLE_SUBMISSION), [submission])
    await trail.record(unit, trail.TITLE_SUBMISSIONS, "application:handed-in", [submission])
    values = {"submitted": number, "submitted_on": unit.today, "reasons": {}, "reason": "", "opinion": ""}
    await changes.move(unit, lifecycles.APPLICATION, TITLE_APPLICATION, row["id"], "submitted", receipt, **values)
    return receipt


async def withdraw_application(unit: Unit, order: WithdrawApplication) -> None:
    await changes.move(unit, lifecycles.APPLICATION, TITLE_APPLICATION, order.application_id, "withdrawn", order.reason)


async def _editable(unit: Unit, application_id: str) -> RowMapping:
    row = await changes.found(unit.connection, TITLE_APPLICATION, application_id, "资格申请", hold=True)
    if row["state"] not in EDITABLE:
        state = lifecycles.APPLICATION.states[row["state"]]
        raise DomainError("application-not-open", f"这份申请{state}，不能再改", status=409)
    return row


def _conditions(row: RowMapping, on: date) -> Conditions:
    return load_conditions(row["kind"], row["level"], on)


async def filled_now(
    connection: AsyncConnection, application_id: str, today: date
) -> tuple[RowMapping, FilledApplication]:
    """An application as it stands, held against the conditions of today."""
    row = await changes.found(connection, TITLE_APPLICATION, application_id, "资格申请")
    return row, fill(_conditions(row, today), row["typed"], today, row["track"])


def filled_as_submitted(submission: RowMapping) -> FilledApplication:
    """A submission held against the conditions and on the day it was handed in under."""
    conditions = title_named(submission["conditions"])
    return fill(conditions, submission["typed"], submission["on_date"], submission["track"])
