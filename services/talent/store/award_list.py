"""Awards as they are listed: over all calls at the office, what waits at a unit, a talent's own."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, ScalarSelect, Select, Table, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.assessments import FILLABLE
from services.talent.store.award_tables import AWARD, AWARD_CHANGE, CONTRACT, INSTALMENT
from services.talent.store.awards import UNDECIDED
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.money import OF_INTEREST
from services.talent.store.tables import APPLICANT, CALL, CHANGE, UNIT

OPEN = (*FILLABLE, "submitted", "seen", "planned")
"""Not concluded yet."""
NEXT_DUE = (
    select(func.min(ASSESSMENT.c.due_on))
    .where(ASSESSMENT.c.award_id == AWARD.c.id, ASSESSMENT.c.state.in_((*FILLABLE, "planned")))
    .correlate(AWARD)
    .scalar_subquery()
)
"""When the award is assessed next; what was handed in already is not counted."""


def _stands_since(noun: str, table: Table, id_: ColumnElement[str]) -> ScalarSelect[Any]:
    """When a row came to the state it is in."""
    query = select(func.max(CHANGE.c.at)).where(
        CHANGE.c.noun == noun, CHANGE.c.of == id_, CHANGE.c.after == table.c.state,
        CHANGE.c.before.is_distinct_from(CHANGE.c.after),
    )  # fmt: skip
    return query.correlate(table).scalar_subquery()


CONTRACT_SINCE = _stands_since("contract", CONTRACT, CONTRACT.c.award_id).label("since")
CHANGE_SINCE = _stands_since("award_change", AWARD_CHANGE, AWARD_CHANGE.c.id).label("since")
PAID = (
    select(func.sum(INSTALMENT.c.amount_fen))
    .where(INSTALMENT.c.award_id == AWARD.c.id, INSTALMENT.c.state == "paid")
    .correlate(AWARD)
    .scalar_subquery()
)
INTEREST = (
    select(func.sum(LEDGER.payment.c.amount_fen))
    .join(LEDGER.subsidy, LEDGER.subsidy.c.id == LEDGER.payment.c.subsidy_id)
    .where(LEDGER.subject == AWARD.c.id, OF_INTEREST, LEDGER.payment.c.state == "paid")
    .correlate(AWARD)
    .scalar_subquery()
)
"""What was paid where there are no instalments; asked for of such awards alone."""


async def rows(connection: AsyncConnection, query: Select[Any]) -> Sequence[RowMapping]:
    """What a question answers."""
    found: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return found


def every() -> Select[Any]:
    """Each award with who it is of and how its 任务书 stands; each row that is joined is at most one."""
    return (
        select(
            AWARD.c.id, AWARD.c.contract_no, AWARD.c.project, AWARD.c.programme_id, AWARD.c.state, AWARD.c.amount_fen,
            AWARD.c.unit_id, AWARD.c.applicant_id, AWARD.c.application_id, AWARD.c.awarded_on, AWARD.c.begins_on,
            AWARD.c.ends_on, AWARD.c.document_no, APPLICANT.c.name.label("applicant"), UNIT.c.name.label("unit"),
            CONTRACT.c.state.label("contract"), CONTRACT.c.number, CALL.c.year, NEXT_DUE.label("next_due"),
            case((AWARD.c.amount_fen.is_(None), INTEREST), else_=PAID).label("paid_fen"),
        )
        .outerjoin(APPLICANT, APPLICANT.c.id == AWARD.c.applicant_id)
        .outerjoin(UNIT, UNIT.c.id == AWARD.c.unit_id)
        .outerjoin(CONTRACT, CONTRACT.c.award_id == AWARD.c.id)
        .outerjoin(CALL, CALL.c.programme_id == AWARD.c.programme_id)
    )  # fmt: skip


def holds(text: str) -> ColumnElement[bool]:
    """By the contract's number, the project, the talent's name or the document."""
    named = select(APPLICANT.c.id).where(APPLICANT.c.name.icontains(text, autoescape=True))
    own = (AWARD.c.contract_no, AWARD.c.project, AWARD.c.document_no)
    return or_(AWARD.c.applicant_id.in_(named), *(each.icontains(text, autoescape=True) for each in own))


async def holding(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    query = every().where(holds(text)).order_by(AWARD.c.awarded_on.desc(), AWARD.c.id).limit(most)
    return await rows(connection, query)


async def of_applicants(connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
    """A talent's own, the newest first."""
    query = every().add_columns(CONTRACT_SINCE).where(AWARD.c.applicant_id.in_(ids))
    return await rows(connection, query.order_by(AWARD.c.awarded_on.desc(), AWARD.c.id))


async def contract_since(connection: AsyncConnection, award_id: str) -> datetime:
    """When its 任务书 came to the state it is in."""
    query = select(CONTRACT_SINCE).select_from(CONTRACT).where(CONTRACT.c.award_id == award_id)
    since: datetime = (await connection.execute(query)).scalar_one()
    return since


async def open_of(connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
    """The assessments of these awards that are not concluded, by their due date."""
    query = select(ASSESSMENT).where(ASSESSMENT.c.award_id.in_(ids), ASSESSMENT.c.state.in_(OPEN))
    return await rows(connection, query.order_by(ASSESSMENT.c.due_on, ASSESSMENT.c.id))


async def released_of(connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
    """The instalments of these awards that may be paid and were not yet."""
    query = select(INSTALMENT).where(INSTALMENT.c.award_id.in_(ids), INSTALMENT.c.state == "released")
    return await rows(connection, query.order_by(INSTALMENT.c.award_id, INSTALMENT.c.number))


async def to_confirm(connection: AsyncConnection, units: Collection[str]) -> Sequence[RowMapping]:
    """Contracts these units have to confirm."""
    query = every().add_columns(CONTRACT_SINCE).where(AWARD.c.unit_id.in_(units), CONTRACT.c.state == "confirmed")
    return await rows(connection, query.order_by(CONTRACT.c.at, AWARD.c.id))


def assessments() -> Select[Any]:
    """Each assessment with its award."""
    return (
        select(
            ASSESSMENT.c.id, ASSESSMENT.c.award_id, ASSESSMENT.c.key, ASSESSMENT.c.kind, ASSESSMENT.c.name,
            ASSESSMENT.c.number, ASSESSMENT.c.due_on, ASSESSMENT.c.state, ASSESSMENT.c.handed_in,
            ASSESSMENT.c.handed_in_at, ASSESSMENT.c.concluded_on, AWARD.c.contract_no, AWARD.c.project,
            AWARD.c.programme_id, AWARD.c.unit_id,
            APPLICANT.c.name.label("applicant"), UNIT.c.name.label("unit"),
        )
        .join(AWARD, AWARD.c.id == ASSESSMENT.c.award_id)
        .outerjoin(APPLICANT, APPLICANT.c.id == AWARD.c.applicant_id)
        .outerjoin(UNIT, UNIT.c.id == AWARD.c.unit_id)
    )  # fmt: skip


async def to_say_of(connection: AsyncConnection, units: Collection[str]) -> Sequence[RowMapping]:
    """Assessments these units have to say something of."""
    query = assessments().where(AWARD.c.unit_id.in_(units), ASSESSMENT.c.state == "submitted")
    return await rows(connection, query.order_by(ASSESSMENT.c.handed_in_at, ASSESSMENT.c.id))


async def to_see(connection: AsyncConnection, units: Collection[str]) -> Sequence[RowMapping]:
    """Changes these units have to say something of."""
    query = changes().where(AWARD.c.unit_id.in_(units), AWARD_CHANGE.c.state == "applied")
    return await rows(connection, query.order_by(AWARD_CHANGE.c.at, AWARD_CHANGE.c.id))


async def to_answer(connection: AsyncConnection, asked: str, ids: Collection[str]) -> Sequence[RowMapping]:
    """Changes to these units (`asked`: unit_id) or leaders (applicant_id), which they have to answer."""
    query = changes().where(AWARD_CHANGE.c.state == "asked").order_by(AWARD_CHANGE.c.at, AWARD_CHANGE.c.id)
    return [row for row in await rows(connection, query) if row["asked"].get(asked) in ids]


def changes() -> Select[Any]:
    """Each change that was applied for, with its award."""
    return (
        select(
            AWARD_CHANGE, CHANGE_SINCE, AWARD.c.contract_no, AWARD.c.project, AWARD.c.unit_id,
            APPLICANT.c.name.label("applicant"),
        )
        .join(AWARD, AWARD.c.id == AWARD_CHANGE.c.award_id)
        .outerjoin(APPLICANT, APPLICANT.c.id == AWARD.c.applicant_id)
    )  # fmt: skip


async def to_decide(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Changes the office has to decide: units have seen them."""
    query = changes().where(AWARD_CHANGE.c.state == UNDECIDED[-1])
    return await rows(connection, query.order_by(AWARD_CHANGE.c.at, AWARD_CHANGE.c.id))


async def to_award(connection: AsyncConnection, programme_id: str | None = None) -> Sequence[RowMapping]:
    """Selected applications of which no award was made yet; of one call, or of all."""
    query = (
        select(
            APPLICATION.c.id, APPLICATION.c.programme_id, APPLICATION.c.project, APPLICATION.c.unit_id,
            APPLICANT.c.name.label("applicant"), UNIT.c.name.label("unit"),
        )
        .outerjoin(AWARD, AWARD.c.application_id == APPLICATION.c.id)
        .outerjoin(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .outerjoin(UNIT, UNIT.c.id == APPLICATION.c.unit_id)
        .where(and_(APPLICATION.c.state == "selected", AWARD.c.id.is_(None)))
        .order_by(APPLICATION.c.programme_id, APPLICANT.c.name, APPLICATION.c.id)
    )  # fmt: skip
    if programme_id is not None:
        query = query.where(APPLICATION.c.programme_id == programme_id)
    return await rows(connection, query)


async def programmes(connection: AsyncConnection) -> list[str]:
    """The calls with awards, the newest year first."""
    query = select(CALL.c.programme_id).where(CALL.c.programme_id.in_(select(AWARD.c.programme_id)))
    return list((await connection.execute(query.order_by(CALL.c.year.desc(), CALL.c.programme_id))).scalars())
