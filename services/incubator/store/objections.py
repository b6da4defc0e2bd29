"""What objections are about, as the office handles them and as the unit reads its own; see shared.objections.store."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, ORGANISATION, ROUND


def listed() -> Select[Any]:
    """All objections with what they are about, without who objects and why."""
    return (
        select(
            OBJECTION.c.id, OBJECTION.c.evaluation_id, OBJECTION.c.state, OBJECTION.c.filed_on, OBJECTION.c.decide_by,
            OBJECTION.c.reason, EVALUATION.c.grade, EVALUATION.c.state.label("evaluation_state"),
            CARRIER.c.name.label("carrier_name"), CARRIER.c.district, ROUND.c.year, ROUND.c.kind,
            ROUND.c.id.label("round_id"),
        )
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
    )  # fmt: skip


async def about(connection: AsyncConnection, evaluation_id: str) -> RowMapping:
    """What an objection to this evaluation is about: the carrier and the round."""
    query = (
        select(EVALUATION.c.id, CARRIER.c.name.label("carrier_name"), ROUND.c.year, ROUND.c.kind)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
        .where(EVALUATION.c.id == evaluation_id)
    )
    return (await connection.execute(query)).mappings().one()


async def public_evaluations(connection: AsyncConnection) -> Sequence[RowMapping]:
    """The evaluations that are public, whose grade can be objected to."""
    query = (
        select(EVALUATION.c.id, CARRIER.c.name.label("carrier_name"), ROUND.c.year, ROUND.c.kind, ROUND.c.public_until)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
        .where(EVALUATION.c.state == "publicised")
        .order_by(ROUND.c.year, ROUND.c.kind, CARRIER.c.name, EVALUATION.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def organisations(connection: AsyncConnection) -> Sequence[RowMapping]:
    """The registered organisations by name: who objects is mostly one of them."""
    query = select(ORGANISATION.c.id, ORGANISATION.c.name).order_by(ORGANISATION.c.name, ORGANISATION.c.id)
    return (await connection.execute(query)).mappings().all()


async def organisation_called(connection: AsyncConnection, text: str) -> str | None:
    """The id of the one organisation with this name or id; none, or several of one name, is none."""
    query = select(ORGANISATION.c.id).where((ORGANISATION.c.name == text) | (ORGANISATION.c.id == text)).limit(2)
    found = list((await connection.execute(query)).scalars())
    return found[0] if len(found) == 1 else None


async def name_of(connection: AsyncConnection, organisation_id: str) -> str | None:
    """What the register calls who objects; none if it does not know it."""
    query = select(ORGANISATION.c.name).where(ORGANISATION.c.id == organisation_id)
    return (await connection.execute(query)).scalar_one_or_none()
