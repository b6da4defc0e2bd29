"""What objections are about, as the office handles them and as the applicant reads his own; see
shared.objections.store."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import APPLICANT, UNIT
from shared.contracts.contact import APPLICANT as APPLIES
from shared.contracts.contact import person_of

OBJECTION = OBJECTIONS.objection


def listed() -> Select[Any]:
    """All objections with what they are about, without who objects and why."""
    return (
        select(
            OBJECTION.c.id, OBJECTION.c.application_id, OBJECTION.c.state, OBJECTION.c.filed_on, OBJECTION.c.decide_by,
            OBJECTION.c.reason, APPLICATION.c.programme_id, APPLICATION.c.project,
            APPLICATION.c.state.label("application_state"), APPLICANT.c.name.label("applicant"),
            UNIT.c.name.label("unit"), RESULT.c.total, RESULT.c.rank,
        )
        .join(APPLICATION, APPLICATION.c.id == OBJECTION.c.application_id)
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .outerjoin(UNIT, UNIT.c.id == APPLICATION.c.unit_id)
        .outerjoin(RESULT, RESULT.c.application_id == APPLICATION.c.id)
    )  # fmt: skip


async def one(connection: AsyncConnection, objection_id: str) -> RowMapping:
    """What an objection that is there is about."""
    found: RowMapping = (await connection.execute(listed().where(OBJECTION.c.id == objection_id))).mappings().one()
    return found


def _subjects() -> Select[Any]:
    return (
        select(
            APPLICATION.c.id, APPLICATION.c.programme_id, APPLICATION.c.project, APPLICATION.c.state,
            APPLICANT.c.name.label("applicant"), UNIT.c.name.label("unit"), RESULT.c.public_from,
            RESULT.c.public_until, RESULT.c.total, RESULT.c.rank,
        )
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .join(RESULT, RESULT.c.application_id == APPLICATION.c.id)
        .outerjoin(UNIT, UNIT.c.id == APPLICATION.c.unit_id)
    )  # fmt: skip


async def about(connection: AsyncConnection, application_id: str) -> RowMapping | None:
    """The application with its result; none before its call was ranked."""
    query = _subjects().where(APPLICATION.c.id == application_id)
    found: RowMapping | None = (await connection.execute(query)).mappings().first()
    return found


async def public_applications(connection: AsyncConnection) -> Sequence[RowMapping]:
    """The applications that are public and can be objected to."""
    query = _subjects().where(APPLICATION.c.state == "publicised")
    query = query.order_by(APPLICATION.c.programme_id, APPLICANT.c.name, APPLICATION.c.id)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def units(connection: AsyncConnection) -> list[str]:
    """The names of the register of units: who objects is often one of them."""
    return list((await connection.execute(select(UNIT.c.name).order_by(UNIT.c.name))).scalars())


async def name_of(connection: AsyncConnection, objector_id: str) -> str | None:
    """What the registers call who objects; none if they do not know it."""
    person = person_of(objector_id)
    query = (
        select(APPLICANT.c.name).where(APPLICANT.c.id == person.id)
        if person.what == APPLIES
        else select(UNIT.c.name).where(UNIT.c.id == objector_id)
    )
    return (await connection.execute(query)).scalar_one_or_none()
