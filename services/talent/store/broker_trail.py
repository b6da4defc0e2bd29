"""What the audit trail proves of brokers: who was registered, each deal, each claim as it was made. Names and addresses
are left out."""

from services.talent.store.broker_tables import BROKER, DEAL, DEAL_CLAIM
from shared.audit.trail import Recorded

CLAIMS = Recorded(
    DEAL_CLAIM,
    "deal_id",
    ("deal_id", "number", "claimed_on", "completed_on", "actual_fen", "paper", "files", "by", "at"),
)
BY_NOUN = {
    "broker": Recorded(
        BROKER, "id", ("id", "sort", "credit_code", "state", "asked_on", "registered_on", "answer"), latest=True
    ),
    "deal": Recorded(
        DEAL,
        "id",
        (
            "id", "broker_id", "contract_no", "seller", "buyer", "value_fen", "completed_on", "state", "claims",
            "claimed_on", "actual_fen", "answer", "decided_on",
        ),
        latest=True,
    ),
}  # fmt: skip
