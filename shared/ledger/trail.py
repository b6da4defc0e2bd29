"""What the audit trail proves of a ledger: every decision, and the rows it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.audit.trail import Recorded
from shared.ledger.tables import LedgerTables


@dataclass(frozen=True)
class LedgerTrail:
    """`by_noun`: the rows that move, for `Trailing`."""

    decisions: Recorded
    entries: Recorded
    """What a person decided about: a row to be paid, a row taken back. Others prove themselves by their hash."""
    shortages: Recorded
    """How a budget that did not hold everything was dealt with; its cuts are entries of the ledger."""
    by_noun: Mapping[str, Recorded]


def ledger_trail(tables: LedgerTables) -> LedgerTrail:
    entries = (
        "id", "root", "cause_event_id", "ref", "outcome", tables.subject_name, tables.payee_name, "policy_version",
        "article", "rule", "reason", "on_date", "year", "amount_fen", "reverses", "explanation", "explanation_hash",
    )  # fmt: skip
    shortages = ("id", "budget_year", "way", "envelope_fen", "claimed_fen", "document_no", "reason", "by", "at")
    payments = (
        "subsidy_id", "state", "budget_year", "amount_fen", "proposed_by", "approved_by", "paid_on", "document_no",
    )  # fmt: skip
    recoveries = ("subsidy_id", "amount_fen", "state", "settled_on", "document_no")
    return LedgerTrail(
        Recorded(tables.decision, "about", ("about", "rate", "amount", "by", "on_date", "reason")),
        Recorded(tables.subsidy, "id", entries, latest=True, complete=False),
        Recorded(tables.shortage, "id", shortages),
        {
            "payment": Recorded(tables.payment, "subsidy_id", payments, latest=True),
            "recovery": Recorded(tables.recovery, "subsidy_id", recoveries, latest=True),
            "budget": Recorded(tables.budget, "year", ("year", "amount_fen", "document_no"), latest=True),
        },
    )
