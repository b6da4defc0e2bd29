"""Whose report is missing in a round, and when they were reminded."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.draft_tables import REPORT_DRAFT
from services.incubator.store.reporting_tables import REMINDER
from services.incubator.store.tables import CARRIER, MESSAGE_SEEN, REPORT, ROUND

MISSING = ("due", "returned")


async def held(connection: AsyncConnection, round_id: str) -> Sequence[RowMapping]:
    """The reports that are missing, of carriers that have their title; nobody moves one until the transaction ends."""
    query = (
        select(REPORT.c.id, REPORT.c.carrier_id, REPORT.c.state, REPORT.c.deadline)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .where(REPORT.c.round_id == round_id, REPORT.c.state.in_(MISSING), CARRIER.c.state == "active")
        .order_by(REPORT.c.id)
        .with_for_update(key_share=True, of=REPORT)
    )
    return (await connection.execute(query)).mappings().all()


async def reminded_on(connection: AsyncConnection, report_ids: Collection[str], day: date) -> dict[str, int]:
    """How often each of these was reminded on this day; those that were not are left out."""
    query = (
        select(REMINDER.c.report_id, func.count())
        .where(REMINDER.c.report_id.in_(report_ids), REMINDER.c.on_date == day)
        .group_by(REMINDER.c.report_id)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def listed(connection: AsyncConnection, round_id: str, districts: Collection[str] | None) -> Sequence[RowMapping]:
    """The missing reports by district, with when their drafts were saved last and when they were last reminded."""
    saved = select(func.max(REPORT_DRAFT.c.at)).where(REPORT_DRAFT.c.report_id == REPORT.c.id).scalar_subquery()
    reminded = select(func.max(REMINDER.c.at)).where(REMINDER.c.report_id == REPORT.c.id).scalar_subquery()
    query = (
        select(
            REPORT.c.id, REPORT.c.state, REPORT.c.deadline, REPORT.c.carrier_id, CARRIER.c.name.label("carrier"),
            CARRIER.c.district, CARRIER.c.level, saved.label("saved_at"), reminded.label("reminded_at"),
        )
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .where(REPORT.c.round_id == round_id, REPORT.c.state.in_(MISSING), CARRIER.c.state == "active")
        .order_by(CARRIER.c.district, CARRIER.c.id)
    )  # fmt: skip
    if districts is not None:
        query = query.where(CARRIER.c.district.in_(districts))
    return (await connection.execute(query)).mappings().all()


async def reminders(
    connection: AsyncConnection, round_id: str, districts: Collection[str] | None
) -> Sequence[RowMapping]:
    """What was sent to whom and when, the newest first, with where its letter has got to as far as its owner told."""
    query = (
        select(
            REMINDER.c.report_id, REMINDER.c.at, REMINDER.c.by, REMINDER.c.number, CARRIER.c.name.label("carrier"),
            REPORT.c.carrier_id, MESSAGE_SEEN.c.message_id, MESSAGE_SEEN.c.state.label("letter"),
        )
        .join(REPORT, REPORT.c.id == REMINDER.c.report_id)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .outerjoin(MESSAGE_SEEN, MESSAGE_SEEN.c.cause_event_id == REMINDER.c.event_id)
        .where(REPORT.c.round_id == round_id)
        .order_by(REMINDER.c.position.desc())
    )  # fmt: skip
    if districts is not None:
        query = query.where(CARRIER.c.district.in_(districts))
    return (await connection.execute(query)).mappings().all()


async def by_district(
    connection: AsyncConnection, round_ids: Collection[str], districts: Collection[str] | None = None
) -> dict[str, dict[str, int]]:
    """How many reports of these rounds are in each state, by district."""
    return await _counted(connection, CARRIER.c.district, round_ids, districts)


async def by_kind(
    connection: AsyncConnection, round_ids: Collection[str], districts: Collection[str] | None = None
) -> dict[str, dict[str, int]]:
    """How many reports of these rounds are in each state, by kind of carrier."""
    return await _counted(connection, ROUND.c.kind, round_ids, districts)


async def _counted(
    connection: AsyncConnection,
    group: ColumnElement[str],
    round_ids: Collection[str],
    districts: Collection[str] | None,
) -> dict[str, dict[str, int]]:
    query = (
        select(group, REPORT.c.state, func.count())
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
        .where(REPORT.c.round_id.in_(round_ids))
        .group_by(group, REPORT.c.state)
        .order_by(group)
    )
    if districts is not None:
        query = query.where(CARRIER.c.district.in_(districts))
    found: dict[str, dict[str, int]] = {}
    for name, state, count in await connection.execute(query):
        found.setdefault(name, {})[state] = count
    return found
