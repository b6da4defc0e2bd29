"""Questions to awards: their instalments as the domain knows them, the 任务书 in force, what was applied for."""

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.award_money import Part
from services.talent.store import money
from services.talent.store.award_tables import (
    AWARD,
    AWARD_CHANGE,
    CHANGE_ANSWER,
    CONTRACT,
    CONTRACT_VERSION,
    INSTALMENT,
)

ENDED = ("finished", "terminated", "failed")
LIVE = ("running", "held", "rectifying")
"""The 任务书 is in force and the award has not ended."""
UNDECIDED = ("applied", "asked", "seen")


async def of_application(connection: AsyncConnection, application_id: str) -> RowMapping | None:
    query = select(AWARD).where(AWARD.c.application_id == application_id)
    return (await connection.execute(query)).mappings().first()


async def of_applicant(connection: AsyncConnection, applicant_id: str) -> Sequence[RowMapping]:
    """A person's awards, newest first."""
    query = select(AWARD).where(AWARD.c.applicant_id == applicant_id)
    return (await connection.execute(query.order_by(AWARD.c.awarded_on.desc(), AWARD.c.id))).mappings().all()


async def leaders_of(connection: AsyncConnection, award_ids: Collection[str]) -> dict[str, str]:
    """The applicant who leads each of these awards today."""
    query = select(AWARD.c.id, AWARD.c.applicant_id).where(AWARD.c.id.in_(set(award_ids)))
    return {row.id: row.applicant_id for row in await connection.execute(query)}


async def payable(connection: AsyncConnection, award_ids: Collection[str]) -> dict[str, list[RowMapping]]:
    """The instalments of each of these awards that were neither paid nor stopped, in their order."""
    query = select(INSTALMENT).where(
        INSTALMENT.c.award_id.in_(set(award_ids)), INSTALMENT.c.state.not_in(("paid", "stopped"))
    )
    found: dict[str, list[RowMapping]] = {}
    for row in (await connection.execute(query.order_by(INSTALMENT.c.award_id, INSTALMENT.c.number))).mappings():
        found.setdefault(row["award_id"], []).append(row)
    return found


async def whose(connection: AsyncConnection, award_ids: Collection[str]) -> dict[str, RowMapping]:
    """The unit and the leader of each of these awards that there is; neither changes until this transaction ends."""
    query = select(AWARD.c.id, AWARD.c.unit_id, AWARD.c.applicant_id).where(AWARD.c.id.in_(set(award_ids)))
    rows = await connection.execute(query.order_by(AWARD.c.id).with_for_update(read=True))
    return {row["id"]: row for row in rows.mappings()}


async def instalments(connection: AsyncConnection, award_id: str) -> Sequence[RowMapping]:
    query = select(INSTALMENT).where(INSTALMENT.c.award_id == award_id).order_by(INSTALMENT.c.number)
    return (await connection.execute(query)).mappings().all()


async def held_parts(connection: AsyncConnection, award_id: str) -> tuple[Part, ...]:
    """An award's instalments, for a decision about its money: nobody pays one until this transaction ends, and what the
    ledger paid is paid, though the award has not heard of it yet."""
    held = select(INSTALMENT.c.id).where(INSTALMENT.c.award_id == award_id).order_by(INSTALMENT.c.number)
    await connection.execute(held.with_for_update(key_share=True))
    rows, paid = await instalments(connection, award_id), await money.paid_instalments(connection, award_id)
    return tuple(part_of(row)._replace(paid=row["state"] == "paid" or row["number"] in paid) for row in rows)


def part_of(row: RowMapping) -> Part:
    return Part(
        row["number"], row["when"], row["says"], row["amount_fen"], row["passed"], frozenset(row["holds"]),
        row["state"] == "stopped", row["state"] == "paid",
    )  # fmt: skip


async def versions(connection: AsyncConnection, award_id: str) -> Sequence[RowMapping]:
    """Every version of the 任务书 that was confirmed, oldest first."""
    query = select(CONTRACT_VERSION).where(CONTRACT_VERSION.c.award_id == award_id)
    return (await connection.execute(query.order_by(CONTRACT_VERSION.c.number))).mappings().all()


async def version(connection: AsyncConnection, award_id: str, number: int) -> RowMapping:
    query = select(CONTRACT_VERSION).where(CONTRACT_VERSION.c.award_id == award_id, CONTRACT_VERSION.c.number == number)
    return (await connection.execute(query)).mappings().one()


async def in_force(connection: AsyncConnection, award_id: str) -> RowMapping | None:
    """The version of the 任务书 that is in force; none before it is countersigned."""
    query = (
        select(CONTRACT_VERSION)
        .join(CONTRACT, CONTRACT.c.award_id == CONTRACT_VERSION.c.award_id)
        .where(CONTRACT.c.award_id == award_id, CONTRACT_VERSION.c.number == CONTRACT.c.in_force)
    )
    return (await connection.execute(query)).mappings().first()


async def undecided(connection: AsyncConnection, award_id: str) -> Sequence[RowMapping]:
    """The changes that were applied for and not decided yet."""
    query = select(AWARD_CHANGE).where(AWARD_CHANGE.c.award_id == award_id, AWARD_CHANGE.c.state.in_(UNDECIDED))
    return (await connection.execute(query.order_by(AWARD_CHANGE.c.at))).mappings().all()


async def answer_of(connection: AsyncConnection, change_id: str) -> RowMapping | None:
    """What the unit said that a change asks for; none before it did, and of every other kind of change."""
    query = select(CHANGE_ANSWER).where(CHANGE_ANSWER.c.change_id == change_id)
    return (await connection.execute(query)).mappings().first()


async def asked_to_lead(connection: AsyncConnection, applicant_id: str) -> list[RowMapping]:
    """The changes that name this person as the next leader, with the project and what he answered."""
    query = (
        select(AWARD_CHANGE, AWARD.c.project, CHANGE_ANSWER.c.agrees, CHANGE_ANSWER.c.opinion)
        .join(AWARD, AWARD.c.id == AWARD_CHANGE.c.award_id)
        .outerjoin(CHANGE_ANSWER, CHANGE_ANSWER.c.change_id == AWARD_CHANGE.c.id)
        .where(AWARD_CHANGE.c.kind == "leader")
        .order_by(AWARD_CHANGE.c.at, AWARD_CHANGE.c.id)
    )
    rows = (await connection.execute(query)).mappings()
    return [row for row in rows if row["asked"].get("applicant_id") == applicant_id]


async def how_many_changes(connection: AsyncConnection, award_id: str) -> int:
    """How often a change of the award was applied for."""
    query = select(func.count()).where(AWARD_CHANGE.c.award_id == award_id)
    return int((await connection.execute(query)).scalar_one())
