"""What of awards waits at the office's desk, as questions to the rows, each with the columns of shared.desk.rows."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import award_list
from services.talent.store.application_tables import APPLICATION
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.assessments import FILLABLE
from services.talent.store.award_tables import AWARD, AWARD_CHANGE, CONTRACT, INSTALMENT
from services.talent.store.interest import LAST
from services.talent.store.interest_tables import INTEREST_CLAIM, INTEREST_HAND_IN
from services.talent.store.money_tables import PAYEE_ACCOUNT
from services.talent.store.tables import CHANGE, UNIT
from shared.desk.rows import Asking, shown

NOBODY_DECIDED = "seen"
"""The unit has seen it: the office decides."""


def to_make(_: Asking) -> Select[Any]:
    """A row a call: how many of its applications are selected and have no award yet."""
    since = (
        select(func.max(CHANGE.c.at))
        .where(CHANGE.c.noun == "application", CHANGE.c.after == "selected", CHANGE.c.of == APPLICATION.c.id)
        .correlate(APPLICATION)
        .scalar_subquery()
    )
    waiting = (
        select(APPLICATION.c.programme_id.label("programme_id"), since.label("since"))
        .outerjoin(AWARD, AWARD.c.application_id == APPLICATION.c.id)
        .where(APPLICATION.c.state == "selected", AWARD.c.id.is_(None))
        .subquery()
    )
    programme = waiting.c.programme_id
    return shown(
        programme, func.min(waiting.c.since), programme, kind=programme, number=func.count()
    ).group_by(programme)  # fmt: skip


def to_countersign(_: Asking) -> Select[Any]:
    """Since the unit confirmed it: what is counted is the day of that step."""
    since = (
        select(func.max(CHANGE.c.at))
        .where(CHANGE.c.noun == "contract", CHANGE.c.after == "agreed", CHANGE.c.of == AWARD.c.id)
        .correlate(AWARD)
        .scalar_subquery()
    )
    return (
        shown(AWARD.c.id, since, AWARD.c.project, kind=AWARD.c.programme_id, number=CONTRACT.c.number)
        .select_from(AWARD)
        .join(CONTRACT, CONTRACT.c.award_id == AWARD.c.id)
        .where(CONTRACT.c.state == "agreed")
    )


def _assessments() -> Select[Any]:
    return (
        shown(
            ASSESSMENT.c.id, ASSESSMENT.c.handed_in_at, AWARD.c.project, kind=AWARD.c.programme_id,
            number=ASSESSMENT.c.handed_in, said=ASSESSMENT.c.name,
        )
        .select_from(ASSESSMENT)
        .join(AWARD, AWARD.c.id == ASSESSMENT.c.award_id)
    )  # fmt: skip


def to_conclude(_: Asking) -> Select[Any]:
    return _assessments().where(ASSESSMENT.c.state == "seen")


def overdue(asking: Asking) -> Select[Any]:
    """What its talent did not hand in by its day: it can be failed, or waited for."""
    found = shown(
        ASSESSMENT.c.id, ASSESSMENT.c.due_on, AWARD.c.project, kind=AWARD.c.programme_id, said=ASSESSMENT.c.name
    )
    joined = found.select_from(ASSESSMENT).join(AWARD, AWARD.c.id == ASSESSMENT.c.award_id)
    return joined.where(and_(ASSESSMENT.c.state.in_(FILLABLE), ASSESSMENT.c.due_on < asking.today))


def held_when_over(_: Asking) -> Select[Any]:
    """Finished awards of which an instalment is still held: no assessment will free it any more, only the office."""
    held = select(INSTALMENT.c.id).where(INSTALMENT.c.award_id == AWARD.c.id, INSTALMENT.c.state == "held")
    over = shown(AWARD.c.id, AWARD.c.ended_on, AWARD.c.project, kind=AWARD.c.programme_id)
    return over.select_from(AWARD).where(AWARD.c.state == "finished", held.correlate(AWARD).exists())


def to_decide(_: Asking) -> Select[Any]:
    return (
        shown(
            AWARD_CHANGE.c.award_id, AWARD_CHANGE.c.at, AWARD.c.project, kind=AWARD.c.programme_id,
            said=AWARD_CHANGE.c.kind,
        )
        .select_from(AWARD_CHANGE)
        .join(AWARD, AWARD.c.id == AWARD_CHANGE.c.award_id)
        .where(AWARD_CHANGE.c.state == NOBODY_DECIDED)
    )  # fmt: skip


def interest_to_check(_: Asking) -> Select[Any]:
    """A row a claim; `number`: the year it is for."""
    return (
        shown(
            INTEREST_CLAIM.c.id, INTEREST_HAND_IN.c.at, AWARD.c.project, kind=AWARD.c.programme_id,
            number=INTEREST_CLAIM.c.year,
        )
        .select_from(INTEREST_CLAIM)
        .join(AWARD, AWARD.c.id == INTEREST_CLAIM.c.award_id)
        .join(INTEREST_HAND_IN, LAST)
        .where(INTEREST_CLAIM.c.state == "claimed")
    )  # fmt: skip


async def at_units(connection: AsyncConnection, units: Collection[str]) -> int:
    """How many contracts, assessments and changes wait for the word of these units, also of those that would take an
    award."""
    counts = [
        select(func.count())
        .select_from(table)
        .join(AWARD, AWARD.c.id == table.c.award_id)
        .where(AWARD.c.unit_id.in_(units), table.c.state == state)
        .scalar_subquery()
        for table, state in ((CONTRACT, "confirmed"), (ASSESSMENT, "submitted"), (AWARD_CHANGE, "applied"))
    ]
    own = sum((await connection.execute(select(*counts))).one())
    return own + len(await award_list.to_answer(connection, "unit_id", units))


async def accounts_at_units(connection: AsyncConnection, units: Collection[str]) -> int:
    """How many of these units are to be paid and have confirmed no account the money could go to."""
    released = (
        select(INSTALMENT.c.id)
        .join(AWARD, AWARD.c.id == INSTALMENT.c.award_id)
        .where(AWARD.c.unit_id == UNIT.c.id, INSTALMENT.c.state == "released")
    )
    confirmed = select(PAYEE_ACCOUNT.c.payee_id).where(PAYEE_ACCOUNT.c.payee_id == UNIT.c.id)
    query = select(func.count()).where(
        UNIT.c.id.in_(units), released.correlate(UNIT).exists(), ~confirmed.correlate(UNIT).exists()
    )
    return int((await connection.execute(query)).scalar_one())
