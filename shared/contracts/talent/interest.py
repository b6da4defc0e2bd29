"""What the talent service tells of an interest subsidy: a year's claim that the office accepted, or gave back."""

from typing import Any, ClassVar, Literal

from shared.contracts.event import Id, LegalDate, Text, Yuan
from shared.contracts.talent.awards import AWARD, AwardMoved

CLAIM: dict[str, Any] = {**AWARD, "claim_id": "5e9d0c7b1a2f4c3d8e6b7a9f0c1d2e3b", "year": 2023, "number": 1}


class _OfClaim(AwardMoved):
    """`year`: for which interest was paid; `number`: which hand-in of the claim."""

    about_field: ClassVar[str] = "claim_id"
    claim_id: Id
    year: int
    number: int


class TalentInterestClaimed(_OfClaim):
    """The office has checked a claim: the interest subsidy of this year is to be computed. `kind`: the programme
    whatever the year, as the policy knows it; `date`: the day it was claimed; `interest_until`: the day on which
    interest is counted no more; `because`: what proves it."""

    type_: ClassVar[str] = "talent.interest.claimed.v1"
    example: ClassVar[dict[str, Any]] = {
        **CLAIM, "kind": "founder", "date": "2024-01-08", "loan_no": "样例银借〔2023〕18 号",
        "principal": "1000000.00", "interest_from": "2023-01-01", "interest_until": "2024-01-01",
        "because": "第 1 次提交的贷款合同和付息凭证，办公室核定",
    }  # fmt: skip
    kind: Text
    date: LegalDate
    loan_no: Text
    principal: Yuan
    interest_from: LegalDate
    interest_until: LegalDate
    because: Text


class TalentInterestAnswered(_OfClaim):
    """The office did not accept a claim: returned, it may be handed in again; refused, nothing is paid for it."""

    type_: ClassVar[str] = "talent.interest.answered.v1"
    example: ClassVar[dict[str, Any]] = {**CLAIM, "outcome": "returned", "reason": "付息凭证缺第四季度"}
    outcome: Literal["returned", "refused"]
    reason: Text
