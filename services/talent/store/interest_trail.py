"""What the audit trail proves of interest claims: each state and decision, each hand-in with its files by hash."""

from services.talent.store.interest_tables import INTEREST_CLAIM, INTEREST_HAND_IN
from shared.audit.trail import Recorded

HAND_INS = Recorded(
    INTEREST_HAND_IN,
    "claim_id",
    (
        "claim_id", "number", "loan_no", "principal_fen", "interest_from", "interest_until", "files", "signed_by", "by",
        "at",
    ),
)  # fmt: skip
BY_NOUN = {
    "interest_claim": Recorded(
        INTEREST_CLAIM,
        "id",
        ("id", "award_id", "year", "state", "handed_in", "claimed_on", "answer", "decided_on"),
        latest=True,
    )
}
