"""Questions to the register of brokers and to their deals."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.broker_tables import BROKER, DEAL, DEAL_CLAIM
from services.talent.store.evidence_tables import EVIDENCE
from shared.core.errors import DomainError
from shared.evidence.files import Owner, files_of

CONTRACT, PAYMENT = "contract", "payment"
PLACES = {CONTRACT: "技术合同和完成转化的证明", PAYMENT: "实际交易额的到账凭证"}
"""What a deal's files prove."""


def owner_of(deal_id: str, place: str) -> Owner:
    return Owner(f"deal-{place}", deal_id)


async def of_account(connection: AsyncConnection, account: str) -> RowMapping | None:
    """The broker who logs in with this account."""
    query = select(BROKER).where(BROKER.c.account == account)
    return (await connection.execute(query)).mappings().first()


async def with_code(connection: AsyncConnection, code: str, but: str | None = None) -> RowMapping | None:
    """The company of this credit code; `but` is not looked at."""
    query = select(BROKER).where(BROKER.c.credit_code == code, BROKER.c.id != (but or ""))
    return (await connection.execute(query)).mappings().first()


def listed() -> Select[Any]:
    """Each broker with how many deals there are of it, confirmed ones beside, and what those came to."""
    counted = (
        select(
            DEAL.c.broker_id,
            func.count().label("deals"),
            func.count().filter(DEAL.c.state == "confirmed").label("confirmed"),
            func.sum(DEAL.c.actual_fen).filter(DEAL.c.state == "confirmed").label("traded"),
        )
        .group_by(DEAL.c.broker_id)
        .subquery()
    )
    return select(
        BROKER,
        func.coalesce(counted.c.deals, 0).label("deals"),
        func.coalesce(counted.c.confirmed, 0).label("confirmed"),
        func.coalesce(counted.c.traded, 0).label("traded"),
    ).outerjoin(counted, counted.c.broker_id == BROKER.c.id)


def deals() -> Select[Any]:
    """Each deal with its broker's name."""
    return select(DEAL, BROKER.c.name.label("broker")).join(BROKER, BROKER.c.id == DEAL.c.broker_id)


async def deals_of(connection: AsyncConnection, broker_id: str) -> Sequence[RowMapping]:
    query = select(DEAL).where(DEAL.c.broker_id == broker_id).order_by(DEAL.c.completed_on.desc(), DEAL.c.id)
    return (await connection.execute(query)).mappings().all()


async def holding(connection: AsyncConnection, contract_key: str, but: str | None = None) -> RowMapping | None:
    """The deal that holds this contract, if one does."""
    query = deals().where(
        DEAL.c.contract_key == contract_key, DEAL.c.state.not_in(("refused", "withdrawn")), DEAL.c.id != (but or "")
    )
    row: RowMapping | None = (await connection.execute(query)).mappings().first()
    return row


async def claims(connection: AsyncConnection, deal_id: str) -> Sequence[RowMapping]:
    """Each claim as it was made, the newest first."""
    query = select(DEAL_CLAIM).where(DEAL_CLAIM.c.deal_id == deal_id).order_by(DEAL_CLAIM.c.number.desc())
    return (await connection.execute(query)).mappings().all()


async def files(connection: AsyncConnection, deal_id: str) -> dict[str, Sequence[RowMapping]]:
    """A deal's files by what they prove."""
    return {place: await files_of(connection, EVIDENCE, owner_of(deal_id, place)) for place in PLACES}


async def check_file_of(connection: AsyncConnection, deal_id: str, evidence_id: str) -> None:
    """A file of something else is as good as none."""
    if not any(row["id"] == evidence_id for each in (await files(connection, deal_id)).values() for row in each):
        raise DomainError("no-such-evidence", "这笔成交没有这个附件", status=404)
