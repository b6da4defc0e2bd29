"""What an operator sees of its own organisations: carriers, reports, grades, subsidies, and letters sent to it."""

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import ledger
from services.incubator.store.correspondence import CORRESPONDENCE
from services.incubator.store.tables import (
    CARRIER,
    EVALUATION,
    MESSAGE_SEEN,
    ORGANISATION,
    PAYMENT,
    REPORT,
    ROUND,
    SUBSIDY,
)
from services.incubator.store.title_tables import TITLE_APPLICATION

MOST_LETTERS = 5
"""On the first page; all of them are a list of their own."""


async def carriers(connection: AsyncConnection, organisations: Collection[str]) -> Sequence[RowMapping]:
    query = (
        select(CARRIER, ORGANISATION.c.name.label("organisation"))
        .join(ORGANISATION, ORGANISATION.c.id == CARRIER.c.organisation_id)
        .where(CARRIER.c.organisation_id.in_(organisations))
        .order_by(CARRIER.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def reports(connection: AsyncConnection, organisations: Collection[str]) -> Sequence[RowMapping]:
    """Each report with its round and what it came to, the newest year first. A grade is shown once it is public."""
    query = (
        select(
            REPORT.c.id, REPORT.c.carrier_id, REPORT.c.state, REPORT.c.version, REPORT.c.deadline, ROUND.c.year,
            ROUND.c.period, ROUND.c.closes_on, ROUND.c.state.label("round_state"), ROUND.c.public_until,
            EVALUATION.c.grade, EVALUATION.c.state.label("evaluation_state"), CARRIER.c.name.label("carrier"),
        )
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .outerjoin(EVALUATION, EVALUATION.c.id == REPORT.c.id)
        .where(CARRIER.c.organisation_id.in_(organisations))
        .order_by(ROUND.c.year.desc(), CARRIER.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def returned_applications(connection: AsyncConnection, organisations: Collection[str]) -> Sequence[RowMapping]:
    """Applications for titles that wait for them to put something right."""
    query = select(TITLE_APPLICATION).where(
        TITLE_APPLICATION.c.organisation_id.in_(organisations), TITLE_APPLICATION.c.state == "returned"
    )
    return (await connection.execute(query.order_by(TITLE_APPLICATION.c.id))).mappings().all()


async def subsidies(connection: AsyncConnection, organisations: Collection[str]) -> Sequence[RowMapping]:
    """What stands in the ledger for them, with how far its payment is; the newest first."""
    query = (
        ledger.standing()
        .where(SUBSIDY.c.organisation_id.in_(organisations))
        .outerjoin(PAYMENT, PAYMENT.c.subsidy_id == SUBSIDY.c.id)
        .outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .with_only_columns(
            SUBSIDY.c.id, SUBSIDY.c.organisation_id, SUBSIDY.c.outcome, SUBSIDY.c.rule, SUBSIDY.c.article,
            SUBSIDY.c.reason, SUBSIDY.c.on_date, SUBSIDY.c.policy_version, SUBSIDY.c.amount_fen,
            SUBSIDY.c.ceiling_fen, CARRIER.c.name.label("carrier"), PAYMENT.c.state.label("payment"),
            PAYMENT.c.paid_on, PAYMENT.c.document_no,
        )
        .order_by(SUBSIDY.c.position.desc())
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def letters(connection: AsyncConnection, organisations: Collection[str]) -> Sequence[RowMapping]:
    """The newest letters sent to them, as far as their owner told."""
    query = CORRESPONDENCE.to(organisations).order_by(MESSAGE_SEEN.c.at.desc(), MESSAGE_SEEN.c.message_id)
    rows: Sequence[RowMapping] = (await connection.execute(query.limit(MOST_LETTERS))).mappings().all()
    return rows


async def organisations_of(connection: AsyncConnection, organisations: Collection[str]) -> Sequence[RowMapping]:
    query = select(ORGANISATION).where(ORGANISATION.c.id.in_(organisations)).order_by(ORGANISATION.c.id)
    return (await connection.execute(query)).mappings().all()
