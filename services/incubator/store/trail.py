"""What the audit trail proves of this service: every change of state, every decision, and the rows they leave."""

from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.evidence_tables import REPORT_VERSION_FILE
from services.incubator.store.grade_tables import GRADE_CORRECTION, HAND_GRADE
from services.incubator.store.operator_tables import HNTE_CLAIM, REPORTED_CHANGE
from services.incubator.store.reporting_tables import DISTRICT_REVIEW
from services.incubator.store.tables import (
    AUDIT,
    BUDGET,
    CARRIER,
    CHANGE,
    DECISION,
    EVALUATION,
    OBJECTION,
    PAYMENT,
    RECOVERY,
    REPORT_VERSION,
    SHORTAGE,
    SUBSIDY,
)
from services.incubator.store.title_tables import (
    BAR,
    RECTIFICATION,
    TITLE_APPLICATION,
    TITLE_DECISION,
    TITLE_SUBMISSION,
)
from shared.audit.trail import Recorded, Trail
from shared.lives.trailing import Trailing, recorded_changes

CHANGES = recorded_changes(CHANGE)
DECISIONS = Recorded(DECISION, "about", ("about", "rate", "amount", "by", "on_date", "reason"))
SUBMITTED = Recorded(
    REPORT_VERSION, "report_id", ("report_id", "version", "figures", "explanation", "by", "at"), complete=False
)
"""What was submitted; a draft has no entry."""
FILES = Recorded(
    REPORT_VERSION_FILE,
    "report_id",
    ("report_id", "version", "place", "evidence_id", "name", "bytes", "sha256"),
)
"""The files it was submitted with, by hash."""
LEDGER = Recorded(
    SUBSIDY,
    "id",
    (
        "id", "root", "cause_event_id", "ref", "outcome", "carrier_id", "organisation_id", "policy_version", "article",
        "rule", "reason", "on_date", "year", "amount_fen", "reverses", "explanation", "explanation_hash",
    ),
    latest=True,
    complete=False,
)  # fmt: skip
"""What a person decided about: a row that is to be paid, a row taken back. Others prove themselves by their hash."""
ACCOUNTS = Recorded(
    BANK_ACCOUNT,
    "organisation_id",
    (
        "organisation_id", "version", "holder", "bank", "branch", "number", "explanation", "confirmed_by",
        "confirmed_at",
    ),
)  # fmt: skip
"""Where money is sent to: a number changed behind everybody's back does not match its hash."""
DISTRICT_REVIEWS = Recorded(
    DISTRICT_REVIEW,
    "report_id",
    ("report_id", "version", "recommended", "opinion", "site_checked_on", "site_note", "by", "at"),
)
"""What a district said of a report."""
TITLE_SUBMISSIONS = Recorded(
    TITLE_SUBMISSION,
    "application_id",
    (
        "application_id", "number", "receipt", "conditions", "on_date", "name", "district", "track", "typed",
        "statement", "signed_by", "by", "at",
    ),
)  # fmt: skip
"""An application as it was handed in; a draft has no entry."""
TITLE_DECISIONS = Recorded(
    TITLE_DECISION,
    "id",
    (
        "id", "act", "organisation_id", "carrier_id", "name", "kind", "level", "application_id", "evaluation_id",
        "on_date", "document_no", "basis", "reason", "detail", "event_id", "by", "at",
    ),
)  # fmt: skip
SHORTAGES = Recorded(
    SHORTAGE,
    "id",
    ("id", "budget_year", "way", "envelope_fen", "claimed_fen", "document_no", "reason", "by", "at"),
)
"""How a budget that did not hold everything was dealt with; its cuts are entries of the ledger."""
HAND_GRADES = Recorded(
    HAND_GRADE, "evaluation_id", ("evaluation_id", "grade", "instead_of", "reason", "document_no", "by", "at")
)
"""A grade given by hand, or taken back."""
CORRECTIONS = Recorded(
    GRADE_CORRECTION,
    "id",
    ("id", "evaluation_id", "grade", "instead_of", "reason", "document_no", "corrected_on", "by", "at"),
)
"""A final grade corrected by a decision of its own."""
BY_NOUN = {
    "carrier": Recorded(CARRIER, "id", ("id", "kind", "level", "state"), latest=True),
    "evaluation": Recorded(
        EVALUATION,
        "id",
        ("id", "carrier_id", "state", "total", "grade", "reason", "withdrawal_proposed", "finalised_on"),
        latest=True,
    ),
    "objection": Recorded(
        OBJECTION,
        "id",
        ("id", "evaluation_id", "objector_id", "grounds", "state", "filed_on", "decide_by", "reason"),
        latest=True,
    ),
    "payment": Recorded(
        PAYMENT,
        "subsidy_id",
        (
            "subsidy_id",
            "state",
            "budget_year",
            "amount_fen",
            "proposed_by",
            "approved_by",
            "paid_on",
            "document_no",
        ),
        latest=True,
    ),
    "recovery": Recorded(
        RECOVERY, "subsidy_id", ("subsidy_id", "amount_fen", "state", "settled_on", "document_no"), latest=True
    ),
    "application": Recorded(
        TITLE_APPLICATION,
        "id",
        ("id", "organisation_id", "carrier_id", "kind", "level", "state", "submitted", "reasons", "reason", "opinion"),
        latest=True,
        complete=False,
    ),
    "rectification": Recorded(
        RECTIFICATION, "id", ("id", "carrier_id", "state", "what", "until", "document_no", "closed_on"), latest=True
    ),
    "bar": Recorded(
        BAR,
        "id",
        ("id", "organisation_id", "state", "ground", "from_on", "until", "ended_on", "document_no"),
        latest=True,
    ),
    "reported_change": Recorded(
        REPORTED_CHANGE,
        "id",
        (
            "id",
            "carrier_id",
            "what",
            "old",
            "new",
            "credit_code",
            "district",
            "happened_on",
            "reported_on",
            "days_late",
            "state",
            "answer",
        ),
        latest=True,
    ),
    "hnte_claim": Recorded(
        HNTE_CLAIM,
        "id",
        ("id", "carrier_id", "tenant_id", "certificate_no", "issued_on", "renewed", "state", "answer"),
        latest=True,
    ),
    "budget": Recorded(BUDGET, "year", ("year", "amount_fen", "document_no"), latest=True),
}
"""Rows that move: each step records how the row stands after it."""
TRAIL = Trail(
    AUDIT,
    (
        CHANGES,
        DECISIONS,
        SUBMITTED,
        FILES,
        DISTRICT_REVIEWS,
        LEDGER,
        SHORTAGES,
        ACCOUNTS,
        TITLE_SUBMISSIONS,
        TITLE_DECISIONS,
        HAND_GRADES,
        CORRECTIONS,
        *BY_NOUN.values(),
    ),
)
TRAILING = Trailing(AUDIT, CHANGES, BY_NOUN)
note, record, decided = TRAILING.note, TRAILING.record, TRAILING.decided
