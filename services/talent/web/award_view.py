"""An award as its pages show it: its way with days, its versions and who signed them, what was applied for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.domain.contract_terms import Terms, read_terms
from services.talent.store import awards, changes
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.store.whole_award import WholeAward
from services.talent.web.award_words import Difference, assessment_name, differences
from shared.correspondence.letters import letter_title
from shared.correspondence.pages import STATES as LETTER_STATES
from shared.correspondence.pages import TONES as LETTER_TONES
from shared.ledger import outcomes
from shared.ledger.explaining import explained
from shared.ledger.lifecycles import PAYMENT
from shared.webkit.templates import moment

OUTCOMES = outcomes.names("资助")
PAYMENTS = PAYMENT.states


class Stage(NamedTuple):
    title: str
    done: bool
    says: str


class Signature(NamedTuple):
    by: str
    at: datetime


class Signed(NamedTuple):
    """A version of the 任务书, what it says otherwise than the one before, and who signed it; `change`: the one by
    which it came into force, if it is no version of the first contract."""

    row: RowMapping
    terms: Terms
    differs: Sequence[Difference]
    unit: Signature | None
    office: Signature | None
    change: RowMapping | None
    in_force: bool


class Asked(NamedTuple):
    """A change that was applied for, in words; `differs`: what another 任务书 would say otherwise; `answer`: what the
    unit said that it asks for."""

    row: RowMapping
    says: str
    differs: Sequence[Difference]
    answer: RowMapping | None = None


def stages(whole: WholeAward) -> list[Stage]:
    """The selection, the contract, the assessments that decide, the end: each with its day."""
    row, contract = whole.row, whole.contract
    confirmed = _step(whole, "confirmed")
    agreed = _step(whole, "agreed")
    past = contract["state"] in ("agreed", "in_force")
    began = row["begins_on"] is not None
    found = [Stage("入选", done=True, says=f"{row['awarded_on']} · {row['document_no']}")]
    if not began and row["state"] in awards.ENDED:
        return [*found, _ended(row)]
    found += [
        Stage("本人确认任务书", contract["state"] not in ("draft", "cancelled"), _at(confirmed)),
        Stage("单位确认", past, _at(agreed)),
        Stage("任务书生效", began, f"自 {row['begins_on']} 执行" if began else ""),
    ]
    deciding = [each for each in whole.assessments if each["kind"] != "yearly"] or list(whole.assessments)
    for each in deciding:
        done = each["state"] in ("passed", "failed")
        state = lifecycles.ASSESSMENT.states[each["state"]]
        says = f"{each['concluded_on']} {state}" if done else f"{each['due_on']} 到期 · {state}"
        if each["state"] != "cancelled":
            found.append(Stage(assessment_name(each), done, says))
    return [*found, _ended(row)] if row["state"] in awards.ENDED else found


def _ended(row: RowMapping) -> Stage:
    return Stage(lifecycles.AWARD.states[row["state"]], done=True, says=str(row["ended_on"] or ""))


def _step(whole: WholeAward, after: str, why: str = "") -> RowMapping | None:
    """The last step of the 任务书 to a state; `why`: the version it was about."""
    found = [
        each
        for each in whole.steps_of("contract", whole.row["id"])
        if each["after"] == after and each["before"] != after and (not why or each["why"] == why)
    ]
    return found[-1] if found else None


def _at(step: RowMapping | None) -> str:
    return "" if step is None else moment(step["at"])


def signed(whole: WholeAward) -> list[Signed]:
    """Every version, oldest first."""
    found: list[Signed] = []
    before: Mapping[str, str] | None = None
    asked = {each["id"]: each for each in whole.asked}
    for row in whole.versions:
        why = f"第 {row['number']} 版"
        found.append(
            Signed(
                row, read_terms(row["typed"]), () if before is None else differences(before, row["typed"]),
                _signature(_step(whole, "agreed", why)), _signature(_step(whole, "in_force", why)),
                asked.get(row["change_id"]), row["number"] == whole.contract["in_force"],
            )
        )  # fmt: skip
        before = row["typed"]
    return found


def _signature(step: RowMapping | None) -> Signature | None:
    return None if step is None else Signature(step["by"], step["at"])


async def asked_for(
    connection: AsyncConnection, rows: Sequence[RowMapping], in_force: Mapping[str, str]
) -> list[Asked]:
    """`in_force`: what the 任务书 in force says, against which another one is shown."""
    return [await _asked(connection, row, in_force) for row in rows]


async def _asked(connection: AsyncConnection, row: RowMapping, in_force: Mapping[str, str]) -> Asked:
    what, kind = row["asked"], row["kind"]
    if kind == "unit":
        unit = await changes.found(connection, UNIT, what["unit_id"], "单位")
        return Asked(row, f"变更到{unit['name']}", (), await awards.answer_of(connection, row["id"]))
    if kind == "extension":
        return Asked(row, f"延期 {what['months']} 个月", ())
    if kind == "plan":
        differs = differences(in_force, what["typed"])
        return Asked(row, f"调整任务书 {len(differs)} 处", differs if row["state"] in awards.UNDECIDED else ())
    if "applicant_id" not in what:
        return Asked(row, "负责人离开，项目终止", ())
    leader = await changes.found(connection, APPLICANT, what["applicant_id"], "申报人")
    return Asked(
        row, f"负责人离开，由{leader['name'] or '（已清除）'}接任", (), await awards.answer_of(connection, row["id"])
    )


def entries(whole: WholeAward) -> list[dict[str, Any]]:
    """The ledger's rows of the award."""
    return shown_entries(whole.entries)


def shown_entries(rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    """What each row of the ledger is, its amount, how far its payment is, and why it is so."""
    return [
        {
            "row": each, "what": OUTCOMES.get(each["outcome"], each["outcome"]), "why": explained(each),
            "payment": PAYMENTS.get(each["payment"] or "", ""),
        }
        for each in rows
    ]  # fmt: skip


def letters(rows: Sequence[RowMapping]) -> list[tuple[RowMapping, str, str, str]]:
    return [
        (row, letter_title(row["letter"]), LETTER_STATES.get(row["state"], "等人放行"),
         LETTER_TONES.get(row["state"], "wait"))
        for row in rows
    ]  # fmt: skip
