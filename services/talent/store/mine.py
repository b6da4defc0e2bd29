"""What an applicant sees: the calls he may apply to, his own applications, his letters; the units he may choose."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION, HAND_IN, MEMBER
from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.store.erasure_tables import ERASURE_REQUEST
from services.talent.store.tables import APPLICANT, CALL, MESSAGE_SEEN, UNIT

MOST_LETTERS = 5
"""On the first page; all of them are a list of their own."""


async def applicant(connection: AsyncConnection, ids: Collection[str]) -> RowMapping | None:
    """Whoever is logged in, once he has done something for the first time."""
    query = select(APPLICANT).where(APPLICANT.c.id.in_(ids)).order_by(APPLICANT.c.made_at).limit(1)
    return (await connection.execute(query)).mappings().first()


async def open_calls(connection: AsyncConnection, today: date) -> Sequence[RowMapping]:
    """What takes applications today, what closes first at the top."""
    query = select(CALL).where(CALL.c.state == "open", CALL.c.closes_on >= today)
    return (await connection.execute(query.order_by(CALL.c.closes_on, CALL.c.programme_id))).mappings().all()


async def planned_calls(connection: AsyncConnection) -> Sequence[RowMapping]:
    """What will take applications."""
    query = select(CALL).where(CALL.c.state == "planned").order_by(CALL.c.opens_on, CALL.c.programme_id)
    return (await connection.execute(query)).mappings().all()


async def applications(connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
    """Every application, the newest year first, with the days of its call."""
    query = (
        select(
            APPLICATION, CALL.c.year, CALL.c.closes_on, CALL.c.public_from, CALL.c.public_until,
            CALL.c.state.label("call_state"), UNIT.c.name.label("unit_name"),
        )
        .join(CALL, CALL.c.programme_id == APPLICATION.c.programme_id)
        .outerjoin(UNIT, UNIT.c.id == APPLICATION.c.unit_id)
        .where(APPLICATION.c.applicant_id.in_(ids))
        .order_by(CALL.c.year.desc(), CALL.c.closes_on, APPLICATION.c.programme_id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def letters(connection: AsyncConnection, recipients: Collection[str]) -> Sequence[RowMapping]:
    """The newest letters, as far as their owner told."""
    query = CORRESPONDENCE.to(recipients).order_by(MESSAGE_SEEN.c.at.desc(), MESSAGE_SEEN.c.message_id)
    rows: Sequence[RowMapping] = (await connection.execute(query.limit(MOST_LETTERS))).mappings().all()
    return rows


async def units(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Every unit of the register, by name."""
    query = select(UNIT.c.id, UNIT.c.name, UNIT.c.district).order_by(UNIT.c.name, UNIT.c.id)
    return (await connection.execute(query)).mappings().all()


async def units_called(connection: AsyncConnection, text: str) -> Sequence[RowMapping]:
    """The units of this name, credit code or number."""
    named = or_(UNIT.c.name == text, UNIT.c.credit_code == text.upper(), UNIT.c.id == text)
    query = select(UNIT.c.id, UNIT.c.name, UNIT.c.credit_code).where(named).order_by(UNIT.c.id)
    return (await connection.execute(query)).mappings().all()


async def members(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    """The team as it is named now, in the order in which they were."""
    query = select(MEMBER).where(MEMBER.c.application_id == application_id, MEMBER.c.state != "removed")
    return (await connection.execute(query.order_by(MEMBER.c.asked_at, MEMBER.c.id))).mappings().all()


async def erasure_requests(connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
    """What he asked to be erased, the newest first, with what became of it."""
    query = select(ERASURE_REQUEST).where(ERASURE_REQUEST.c.applicant_id.in_(ids))
    return (await connection.execute(query.order_by(ERASURE_REQUEST.c.at.desc()))).mappings().all()


async def hand_in(connection: AsyncConnection, application_id: str, number: int) -> RowMapping | None:
    query = select(HAND_IN).where(HAND_IN.c.application_id == application_id, HAND_IN.c.number == number)
    return (await connection.execute(query)).mappings().first()


async def hand_ins(connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
    """Everything these applications were handed in as, oldest first."""
    query = select(HAND_IN).where(HAND_IN.c.application_id.in_(ids)).order_by(HAND_IN.c.at, HAND_IN.c.number)
    return (await connection.execute(query)).mappings().all()
