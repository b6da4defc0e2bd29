"""The office's side of an interest claim: what it would come to, and its acceptance, return or refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import changes, interest, money
from services.talent.store.interest_tables import INTEREST_CLAIM
from services.talent.usecases.bookkeeping import asked
from services.talent.usecases.interest_claims import check_claimable, held
from services.talent.usecases.own_matter import check_somebody_elses
from services.talent.usecases.telling_of_awards import told
from shared.contracts.talent import TalentInterestAnswered, TalentInterestClaimed
from shared.core.errors import DomainError
from shared.core.money import fen_text, in_fen
from shared.messaging.unit import Unit
from shared.policy import PolicyError
from shared.policy.compute import compute_for
from shared.policy.keys import limit_keys_for
from shared.policy.situation import understand
from shared.programme.load import load_programme


class AcceptInterest(BaseModel):
    """核定一份贴息申请：确认第几次提交。"""

    claim_id: str
    number: int = Field(ge=1, le=1000)
    reason: str = Field(default="", max_length=2000)


class AnswerInterest(AcceptInterest):
    """退回补正，或不予贴息；写明理由。"""


@dataclass(frozen=True)
class Preview:
    """What a claim would come to now. `fen`: None where nothing is computed or nothing paid; `entry`: the explanation
    as an entry of the ledger would hold it; `problem`: why nothing can be computed."""

    fen: int | None
    entry: Mapping[str, Any] | None
    problem: str = ""


async def preview(connection: AsyncConnection, award: RowMapping, row: RowMapping, given: RowMapping) -> Preview:
    """As the settlement would compute it at this moment, with everything awarded before it."""
    question = asked(claimed(award, row, given))
    try:
        situation = understand(question.policy, question.subject, {"id": row["id"], **question.body})
        history = await money.ROWS.history(connection, limit_keys_for(situation))
        outcome = compute_for(situation, history)
    except PolicyError as wrong:
        return Preview(None, None, wrong.message)
    made = outcome.awards[0] if outcome.awards else outcome.declined[0]
    entry = {
        "explanation": made.explanation, "explanation_hash": made.explanation_hash,
        "policy_version": made.policy_version,
    }  # fmt: skip
    return Preview(in_fen(outcome.awards[0].amount) if outcome.awards else None, entry)


def claimed(award: RowMapping, row: RowMapping, given: RowMapping) -> TalentInterestClaimed:
    """What is told of a claim that is accepted; `given`: its hand-in."""
    return TalentInterestClaimed.model_validate(
        {
            **told(award), **_which(row), "kind": load_programme(award["programme_id"]).line,
            "date": row["claimed_on"].isoformat(), "loan_no": given["loan_no"],
            "principal": fen_text(given["principal_fen"]), "interest_from": given["interest_from"].isoformat(),
            "interest_until": given["interest_until"].isoformat(),
            "because": f"第 {given['number']} 次提交的贷款合同和付息凭证，办公室核定",
        }
    )  # fmt: skip


def _which(row: RowMapping) -> dict[str, Any]:
    return {"claim_id": row["id"], "year": row["year"], "number": row["handed_in"]}


async def accept_interest(unit: Unit, order: AcceptInterest) -> None:
    """Loan and interest are proved: the subsidy of the year is computed. Accepted twice it is told once."""
    award, row = await _waiting(unit, order)
    if row["state"] == "accepted":
        return
    check_claimable(award)
    await _decide(unit, row, "accepted", " ".join(order.reason.split()))
    given = (await interest.hand_ins(unit.connection, row["id"]))[0]
    unit.tell(claimed(award, row, given), story=award["application_id"])


async def return_interest(unit: Unit, order: AnswerInterest) -> None:
    """Back to the leader, with what is to be put right."""
    await _answer(unit, order, "returned")


async def refuse_interest(unit: Unit, order: AnswerInterest) -> None:
    """Nothing is paid for it."""
    await _answer(unit, order, "refused")


async def _answer(unit: Unit, order: AnswerInterest, after: str) -> None:
    reason = " ".join(order.reason.split())
    if not reason:
        raise DomainError("reason-missing", "请写明理由，项目负责人会在信里读到")
    award, row = await _waiting(unit, order)
    if row["state"] == after:
        return
    await _decide(unit, row, after, reason)
    body = {**told(award), **_which(row), "outcome": after, "reason": reason}
    said = TalentInterestAnswered.model_validate(body)
    unit.tell(said, str(row["handed_in"]), story=award["application_id"])


async def _decide(unit: Unit, row: RowMapping, after: str, reason: str) -> None:
    values = {"answer": reason, "decided_on": unit.today}
    await changes.move(unit, lifecycles.INTEREST_CLAIM, INTEREST_CLAIM, row["id"], after, reason, **values)


async def _waiting(unit: Unit, order: AcceptInterest) -> tuple[RowMapping, RowMapping]:
    """The award and the claim as that hand-in left it, held."""
    award, row = await held(unit, order.claim_id)
    await check_somebody_elses(unit, award["applicant_id"])
    if row["handed_in"] != order.number:
        said = f"这份申请现在是第 {row['handed_in']} 次提交，您看的是第 {order.number} 次，请刷新后再办"
        raise DomainError("interest-moved", said, status=409)
    return award, row
