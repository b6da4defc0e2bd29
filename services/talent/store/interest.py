"""Questions to interest claims: those of an award, their hand-ins and files, what the ledger made of them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.award_tables import AWARD
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.interest_tables import INTEREST_CLAIM, INTEREST_HAND_IN, UNDECIDED
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.tables import APPLICANT, UNIT
from shared.evidence.files import Owner, files_of
from shared.evidence.refusals import refused

LOAN, PAID = "loan", "paid"
PLACES = {LOAN: "贷款合同和放款凭证", PAID: "付息凭证"}
"""What a claim's files prove."""
LAST = and_(INTEREST_HAND_IN.c.claim_id == INTEREST_CLAIM.c.id, INTEREST_HAND_IN.c.number == INTEREST_CLAIM.c.handed_in)
"""The hand-in that counts."""


def owner_of(claim_id: str, place: str) -> Owner:
    return Owner(f"interest-{place}", claim_id)


def listed() -> Select[Any]:
    """Each claim that was ever handed in, with its project and the loan as it was handed in last."""
    return (
        select(
            INTEREST_CLAIM, AWARD.c.project, AWARD.c.programme_id, AWARD.c.contract_no, AWARD.c.unit_id,
            APPLICANT.c.name.label("applicant"), UNIT.c.name.label("unit"), INTEREST_HAND_IN.c.loan_no,
            INTEREST_HAND_IN.c.principal_fen, INTEREST_HAND_IN.c.interest_from, INTEREST_HAND_IN.c.interest_until,
        )
        .join(AWARD, AWARD.c.id == INTEREST_CLAIM.c.award_id)
        .join(INTEREST_HAND_IN, LAST)
        .outerjoin(APPLICANT, APPLICANT.c.id == AWARD.c.applicant_id)
        .outerjoin(UNIT, UNIT.c.id == AWARD.c.unit_id)
    )  # fmt: skip


async def of_award(connection: AsyncConnection, award_id: str) -> Sequence[RowMapping]:
    """Every claim of an award, also drafts, with the loan as it was handed in last; the newest year first."""
    query = (
        select(
            INTEREST_CLAIM, INTEREST_HAND_IN.c.loan_no, INTEREST_HAND_IN.c.principal_fen,
            INTEREST_HAND_IN.c.interest_from, INTEREST_HAND_IN.c.interest_until,
        )
        .outerjoin(INTEREST_HAND_IN, LAST)
        .where(INTEREST_CLAIM.c.award_id == award_id)
        .order_by(INTEREST_CLAIM.c.year.desc(), INTEREST_CLAIM.c.at.desc(), INTEREST_CLAIM.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def undecided(connection: AsyncConnection, award_id: str, year: int) -> RowMapping | None:
    """The claim of that year that is being filled in or decided, if there is one."""
    query = select(INTEREST_CLAIM).where(
        INTEREST_CLAIM.c.award_id == award_id, INTEREST_CLAIM.c.year == year, INTEREST_CLAIM.c.state.in_(UNDECIDED)
    )
    return (await connection.execute(query)).mappings().first()


async def hand_ins(connection: AsyncConnection, claim_id: str) -> Sequence[RowMapping]:
    """Each hand-in as it was made, the newest first."""
    query = select(INTEREST_HAND_IN).where(INTEREST_HAND_IN.c.claim_id == claim_id)
    return (await connection.execute(query.order_by(INTEREST_HAND_IN.c.number.desc()))).mappings().all()


async def files(connection: AsyncConnection, claim_id: str) -> dict[str, Sequence[RowMapping]]:
    """A claim's files by what they prove."""
    return {place: await files_of(connection, EVIDENCE, owner_of(claim_id, place)) for place in PLACES}


async def check_file_of(connection: AsyncConnection, claim_id: str, evidence_id: str) -> None:
    """A file of something else is as good as none."""
    if not any(row["id"] == evidence_id for each in (await files(connection, claim_id)).values() for row in each):
        raise refused("no-such-evidence")


async def check_handed_in(connection: AsyncConnection, claim_id: str, evidence_id: str) -> None:
    """What is only attached to a draft is the leader's alone."""
    given = await hand_ins(connection, claim_id)
    if not any(each["evidence_id"] == evidence_id for row in given for each in row["files"]):
        raise refused("no-such-evidence")


async def entries(connection: AsyncConnection, claim_ids: Collection[str]) -> Mapping[str, list[RowMapping]]:
    """By claim, everything the ledger has of it, with how far its payment is; oldest first."""
    subsidy, payment, cause = LEDGER.subsidy, LEDGER.payment, LEDGER.cause
    query = (
        select(
            subsidy, payment.c.state.label("payment"), payment.c.paid_on, payment.c.document_no,
            cause.c.about.label("claim_id"),
        )
        .join(cause, cause.c.event_id == subsidy.c.root)
        .outerjoin(payment, payment.c.subsidy_id == subsidy.c.id)
        .where(cause.c.about.in_(claim_ids))
        .order_by(subsidy.c.position)
    )  # fmt: skip
    found: dict[str, list[RowMapping]] = {id_: [] for id_ in claim_ids}
    for row in (await connection.execute(query)).mappings():
        found[row["claim_id"]].append(row)
    return found
