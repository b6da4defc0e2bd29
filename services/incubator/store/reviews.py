"""Experts, their ties, and who reviews what, found."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.review_tables import (
    EXPERT,
    EXPERT_RELATION,
    MODERATION,
    REVIEW,
    REVIEW_DRAW,
    REVIEW_MARK,
    REVIEW_REMINDER,
)
from services.incubator.store.tables import CARRIER, EXPERT_MARK, MESSAGE_SEEN, ORGANISATION, REPORT, ROUND, TENANCY
from shared import review

HOLDING = ("invited", "accepted", "marked")
"""States in which an expert has his place."""
OPEN = ("invited", "accepted")
"""States in which he has it and has not marked."""
REVIEWED = ("open", "closed")
"""States of a round in which experts review."""
OPERATOR, TENANT = "运营单位", "在孵企业"
CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")


async def experts(connection: AsyncConnection, round_id: str) -> list[review.Expert]:
    """The experts who can be drawn, with all that ties them; whom the office released from a unit of this round does
    not come back to it."""
    ties: dict[str, list[review.Relation]] = {}
    told = select(EXPERT_RELATION).where(EXPERT_RELATION.c.withdrawn_at.is_(None)).order_by(EXPERT_RELATION.c.position)
    for row in await connection.execute(told):
        party = review.Party(row.party_name, row.party_code)
        ties.setdefault(row.expert_id, []).append(review.Relation(row.kind, party, row.carrier_id or ""))
    gone = (
        select(REVIEW.c.expert_id, REPORT.c.carrier_id)
        .join(REPORT, REPORT.c.id == REVIEW.c.report_id)
        .where(REVIEW.c.round_id == round_id, REVIEW.c.state == "released")
        .order_by(REPORT.c.carrier_id)
    )
    for row in await connection.execute(gone):
        ties.setdefault(row.expert_id, []).append(review.Relation("left", unit=row.carrier_id))
    rows = await connection.execute(select(EXPERT).where(EXPERT.c.active).order_by(EXPERT.c.id))
    return [
        review.Expert(
            row.id,
            row.name,
            review.Party(row.employer, row.employer_code),
            tuple(row.fields),
            tuple(ties.get(row.id, ())),
        )
        for row in rows
    ]


async def units(connection: AsyncConnection, round_id: str) -> list[review.Unit]:
    """What is reviewed in a round: the carriers that have reported, by carrier id, with their operator and all tenants,
    also those that have graduated."""
    query = (
        select(CARRIER.c.id, CARRIER.c.name, CARRIER.c.kind, ORGANISATION.c.id.label("organisation_id"))
        .add_columns(ORGANISATION.c.name.label("organisation"), ORGANISATION.c.credit_code)
        .join(REPORT, REPORT.c.carrier_id == CARRIER.c.id)
        .join(ORGANISATION, ORGANISATION.c.id == CARRIER.c.organisation_id)
        .where(REPORT.c.round_id == round_id, REPORT.c.version > 0)
        .order_by(CARRIER.c.id)
    )
    rows = (await connection.execute(query)).all()
    tenants: dict[str, list[review.Party]] = {}
    of_round = select(REPORT.c.carrier_id).where(REPORT.c.round_id == round_id)
    found = select(TENANCY).where(TENANCY.c.carrier_id.in_(of_round)).order_by(TENANCY.c.tenant_id)
    for row in await connection.execute(found):
        code = row.tenant_id if CREDIT_CODE.fullmatch(row.tenant_id) else ""
        tenants.setdefault(row.carrier_id, []).append(review.Party(row.name, code, row.tenant_id, TENANT))
    return [
        review.Unit(
            row.id,
            row.name,
            row.kind,
            (
                review.Party(row.organisation, row.credit_code, row.organisation_id, OPERATOR),
                *tenants.get(row.id, ()),
            ),
        )
        for row in rows
    ]


async def holding(connection: AsyncConnection, round_id: str) -> list[tuple[str, str]]:
    """Who has a place in a round: carrier and expert."""
    query = (
        select(REPORT.c.carrier_id, REVIEW.c.expert_id)
        .join(REPORT, REPORT.c.id == REVIEW.c.report_id)
        .where(REVIEW.c.round_id == round_id, REVIEW.c.state.in_(HOLDING))
        .order_by(REPORT.c.carrier_id, REVIEW.c.expert_id)
    )
    return [(row.carrier_id, row.expert_id) for row in await connection.execute(query)]


class Standing(NamedTuple):
    """How far an expert is with a round: the units he has, and those of them he has not marked."""

    expert_id: str
    expert_name: str
    units: int
    left: int
    address: bool
    """Whether the register has a mail address of him."""
    since: datetime
    """When the first of what he has not marked was given to him, or the last if he marked everything."""


async def standing(
    connection: AsyncConnection, round_id: str, only: Collection[str] | None = None
) -> Sequence[Standing]:
    """The experts who have a place in a round, or `only` these of them, by id."""
    open_ = REVIEW.c.state.in_(OPEN)
    query = (
        select(
            EXPERT.c.id, EXPERT.c.name, func.count(), func.sum(case((open_, 1), else_=0)), EXPERT.c.contact_email,
            func.coalesce(func.min(case((open_, REVIEW.c.invited_at))), func.max(REVIEW.c.invited_at)),
        )
        .join(REVIEW, REVIEW.c.expert_id == EXPERT.c.id)
        .where(REVIEW.c.round_id == round_id, REVIEW.c.state.in_(HOLDING))
        .group_by(EXPERT.c.id, EXPERT.c.name, EXPERT.c.contact_email)
        .order_by(EXPERT.c.id)
    )  # fmt: skip
    if only is not None:
        query = query.where(EXPERT.c.id.in_(only))
    return [
        Standing(id_, name, units, int(left), bool(email), since)
        for id_, name, units, left, email, since in await connection.execute(query)
    ]


async def reminders(connection: AsyncConnection, round_id: str) -> Sequence[RowMapping]:
    """The reminders to the experts of a round, the newest first, with where each letter has got to."""
    query = (
        select(REVIEW_REMINDER, EXPERT.c.name.label("expert_name"), MESSAGE_SEEN.c.message_id)
        .add_columns(MESSAGE_SEEN.c.state.label("letter"))
        .join(EXPERT, EXPERT.c.id == REVIEW_REMINDER.c.expert_id)
        .outerjoin(MESSAGE_SEEN, MESSAGE_SEEN.c.cause_event_id == REVIEW_REMINDER.c.event_id)
        .where(REVIEW_REMINDER.c.round_id == round_id)
        .order_by(REVIEW_REMINDER.c.position.desc())
    )
    return (await connection.execute(query)).mappings().all()


async def last_draw(connection: AsyncConnection, round_id: str) -> RowMapping | None:
    query = select(REVIEW_DRAW).where(REVIEW_DRAW.c.round_id == round_id)
    newest = query.order_by(REVIEW_DRAW.c.position.desc()).limit(1)
    return (await connection.execute(newest)).mappings().first()


async def draw_named(connection: AsyncConnection, id_: str) -> RowMapping | None:
    return (await connection.execute(select(REVIEW_DRAW).where(REVIEW_DRAW.c.id == id_))).mappings().first()


async def by_account(connection: AsyncConnection, account: str) -> RowMapping | None:
    """The expert who works under this account."""
    return (await connection.execute(select(EXPERT).where(EXPERT.c.account == account))).mappings().first()


async def rounds_held(connection: AsyncConnection, expert_id: str) -> list[str]:
    """The rounds that are not graded yet in which this expert has a place."""
    query = (
        select(REVIEW.c.round_id)
        .join(ROUND, ROUND.c.id == REVIEW.c.round_id)
        .where(REVIEW.c.expert_id == expert_id, REVIEW.c.state.in_(HOLDING), ROUND.c.state.in_(REVIEWED))
        .distinct()
        .order_by(REVIEW.c.round_id)
    )
    return list((await connection.execute(query)).scalars())


async def rounds_of(connection: AsyncConnection, expert_id: str) -> Sequence[RowMapping]:
    """The rounds this expert has ever been given something in, with how much is in which state; the newest first."""
    query = (
        select(ROUND, REVIEW.c.state.label("review_state"), func.count().label("reviews"))
        .join(REVIEW, REVIEW.c.round_id == ROUND.c.id)
        .where(REVIEW.c.expert_id == expert_id)
        .group_by(*ROUND.c, REVIEW.c.state)
        .order_by(ROUND.c.year.desc(), ROUND.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def one(connection: AsyncConnection, report_id: str, expert_id: str) -> RowMapping | None:
    """This expert's review of this report."""
    query = select(REVIEW).where(REVIEW.c.report_id == report_id, REVIEW.c.expert_id == expert_id)
    return (await connection.execute(query)).mappings().first()


def _with_carriers() -> Select[Any]:
    return (
        select(REVIEW, EXPERT.c.name.label("expert_name"), CARRIER.c.id.label("carrier_id"))
        .add_columns(CARRIER.c.name.label("carrier_name"), REPORT.c.figures, REPORT.c.explanation)
        .join(EXPERT, EXPERT.c.id == REVIEW.c.expert_id)
        .join(REPORT, REPORT.c.id == REVIEW.c.report_id)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .order_by(CARRIER.c.id, REVIEW.c.expert_id)
    )


async def of_round(connection: AsyncConnection, round_id: str) -> Sequence[RowMapping]:
    """All reviews of a round, also those that ended."""
    query = _with_carriers().where(REVIEW.c.round_id == round_id)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def of_expert(connection: AsyncConnection, round_id: str, expert_id: str) -> Sequence[RowMapping]:
    """One expert's own reviews, and nobody else's."""
    query = _with_carriers().where(REVIEW.c.round_id == round_id, REVIEW.c.expert_id == expert_id)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def latest_marks(connection: AsyncConnection, round_id: str) -> dict[tuple[str, str, str], RowMapping]:
    """What experts gave last, with their reasons, by report, expert and indicator."""
    query = (
        select(REVIEW_MARK, REVIEW.c.report_id, REVIEW.c.expert_id)
        .join(REVIEW, REVIEW.c.id == REVIEW_MARK.c.review_id)
        .where(REVIEW.c.round_id == round_id)
        .order_by(REVIEW_MARK.c.position)
    )
    rows = (await connection.execute(query)).mappings()
    return {(row["report_id"], row["expert_id"], row["indicator"]): row for row in rows}


async def moderations(connection: AsyncConnection, round_id: str) -> dict[tuple[str, str, str], RowMapping]:
    """What the office decided last, by report, expert and indicator."""
    query = (
        select(MODERATION)
        .join(REPORT, REPORT.c.id == MODERATION.c.report_id)
        .where(REPORT.c.round_id == round_id)
        .order_by(MODERATION.c.position)
    )
    rows = (await connection.execute(query)).mappings()
    return {(row["report_id"], row["expert"], row["indicator"]): row for row in rows}


async def counted(connection: AsyncConnection, round_id: str) -> dict[str, dict[str, dict[str, str]]]:
    """The marks that count, by report, indicator and expert; in the order in which the round's units hold them."""
    query = (
        select(EXPERT_MARK)
        .join(REPORT, REPORT.c.id == EXPERT_MARK.c.report_id)
        .where(REPORT.c.round_id == round_id)
        .order_by(EXPERT_MARK.c.report_id, EXPERT_MARK.c.indicator, EXPERT_MARK.c.expert)
    )
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.report_id, {}).setdefault(row.indicator, {})[row.expert] = row.mark
    return found
