"""Everything there is of one award: its 任务书 with every version, instalments, assessments, changes, money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import assessment_files, assessments, awards, changes, money
from services.talent.store.application_tables import APPLICATION
from services.talent.store.assessment_tables import (
    ASSESSMENT,
    ASSESSMENT_CONCLUSION,
    ASSESSMENT_OPINION,
    ASSESSMENT_REMINDER,
)
from services.talent.store.award_list import rows
from services.talent.store.award_tables import AWARD, AWARD_CHANGE, CONTRACT
from services.talent.store.tables import APPLICANT, MESSAGE_SEEN, UNIT


@dataclass(frozen=True)
class WholeAward:
    """`steps`: every step of the award, its 任务书, its assessments, its instalments and its changes, oldest first."""

    row: RowMapping
    applicant: RowMapping
    unit: RowMapping
    contract: RowMapping
    versions: Sequence[RowMapping]
    instalments: Sequence[RowMapping]
    assessments: Sequence[RowMapping]
    conclusions: Sequence[RowMapping]
    asked: Sequence[RowMapping]
    entries: Sequence[RowMapping]
    steps: Sequence[RowMapping]
    letters: Sequence[RowMapping]
    applied_under: str | None
    """The unit it was applied for with."""
    unit_names: Mapping[str, str]

    def unit_at(self, at: datetime) -> str:
        """What the unit was called whose project it was at that instant, whatever unit it changed to since."""
        moved = [
            (step["at"], each["asked"]["unit_id"])
            for each in self.asked
            if each["kind"] == "unit"
            for step in self.steps_of("award_change", each["id"])
            if step["after"] == "approved" and step["at"] <= at
        ]
        unit_id = max(moved)[1] if moved else self.applied_under
        return self.unit_names.get(unit_id or "", self.unit["name"])

    @property
    def in_force(self) -> RowMapping | None:
        """The version of the 任务书 that is in force."""
        return next((each for each in self.versions if each["number"] == self.contract["in_force"]), None)

    def concluded(self, assessment_id: str) -> RowMapping | None:
        """The last conclusion about an assessment."""
        found = [each for each in self.conclusions if each["assessment_id"] == assessment_id]
        return found[-1] if found else None

    def steps_of(self, noun: str, id_: str) -> list[RowMapping]:
        return [each for each in self.steps if (each["noun"], each["of"]) == (noun, id_)]


@dataclass(frozen=True)
class WholeAssessment:
    row: RowMapping
    hand_ins: Sequence[RowMapping]
    opinions: Sequence[RowMapping]
    conclusions: Sequence[RowMapping]
    reminders: Sequence[RowMapping]
    steps: Sequence[RowMapping]
    attached: Sequence[RowMapping]
    """The files its talent has attached now, handed in or not."""
    files: Sequence[RowMapping]
    """Those of every hand-in, with its number."""

    def files_of(self, number: int) -> list[RowMapping]:
        return [each for each in self.files if each["number"] == number]

    @property
    def last(self) -> RowMapping | None:
        return self.hand_ins[-1] if self.hand_ins else None


async def whole_award(connection: AsyncConnection, award_id: str) -> WholeAward:
    """A DomainError if there is no such award."""
    row = await changes.found(connection, AWARD, award_id, "入选项目")
    parts = await awards.instalments(connection, award_id)
    held = await assessments.of_award(connection, award_id)
    asked = await rows(
        connection,
        select(AWARD_CHANGE).where(AWARD_CHANGE.c.award_id == award_id).order_by(AWARD_CHANGE.c.at, AWARD_CHANGE.c.id),
    )
    ids = [award_id, *(each["id"] for each in (*parts, *held, *asked))]
    concluded = (
        select(ASSESSMENT_CONCLUSION)
        .join(ASSESSMENT, ASSESSMENT.c.id == ASSESSMENT_CONCLUSION.c.assessment_id)
        .where(ASSESSMENT.c.award_id == award_id)
        .order_by(ASSESSMENT_CONCLUSION.c.assessment_id, ASSESSMENT_CONCLUSION.c.number)
    )
    letters = select(MESSAGE_SEEN).where(MESSAGE_SEEN.c.story == row["application_id"])
    of = select(APPLICATION.c.unit_id).where(APPLICATION.c.id == row["application_id"])
    applied_under = (await connection.execute(of)).scalar_one()
    units = [applied_under, *(each["asked"].get("unit_id") for each in asked)]
    named = select(UNIT.c.id, UNIT.c.name).where(UNIT.c.id.in_([each for each in units if each]))
    return WholeAward(
        row,
        await changes.found(connection, APPLICANT, row["applicant_id"], "申报人"),
        await changes.found(connection, UNIT, row["unit_id"], "单位"),
        await changes.found(connection, CONTRACT, award_id, "任务书"),
        await awards.versions(connection, award_id),
        parts,
        held,
        await rows(connection, concluded),
        asked,
        await money.entries_of(connection, award_id),
        await changes.of(connection, ids),
        await rows(connection, letters.order_by(MESSAGE_SEEN.c.at, MESSAGE_SEEN.c.message_id)),
        applied_under,
        {unit.id: unit.name for unit in await connection.execute(named)},
    )


async def whole_assessment(connection: AsyncConnection, assessment_id: str) -> WholeAssessment:
    """A DomainError if there is no such assessment."""
    row = await changes.found(connection, ASSESSMENT, assessment_id, "考核")
    opinions = select(ASSESSMENT_OPINION).where(ASSESSMENT_OPINION.c.assessment_id == assessment_id)
    reminders = select(ASSESSMENT_REMINDER).where(ASSESSMENT_REMINDER.c.assessment_id == assessment_id)
    return WholeAssessment(
        row,
        await assessments.hand_ins(connection, assessment_id),
        await rows(connection, opinions.order_by(ASSESSMENT_OPINION.c.number)),
        await assessments.conclusions(connection, assessment_id),
        await rows(connection, reminders.order_by(ASSESSMENT_REMINDER.c.on_date)),
        await changes.of(connection, [assessment_id]),
        await assessment_files.attached(connection, assessment_id),
        await assessment_files.handed_in(connection, assessment_id),
    )
