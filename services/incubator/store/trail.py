"""What the audit trail proves of this service: every change of state, every decision, and the rows they leave."""

from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.evidence_tables import REPORT_VERSION_FILE
from services.incubator.store.grade_tables import GRADE_CORRECTION, HAND_GRADE
from services.incubator.store.operator_tables import HNTE_CLAIM, REPORTED_CHANGE
from services.incubator.store.reporting_tables import DISTRICT_REVIEW
from services.incubator.store.tables import (
    AUDIT,
    CARRIER,
    CHANGE,
    EVALUATION,
    LEDGER,
    OBJECTIONS,
    REPORT_VERSION,
)
from services.incubator.store.title_tables import (
    BAR,
    RECTIFICATION,
    TITLE_APPLICATION,
    TITLE_DECISION,
    TITLE_SUBMISSION,
)
from shared.audit.trail import Recorded, Trail
from shared.ledger.accounts import recorded_accounts
from shared.ledger.trail import ledger_trail
from shared.lives.trailing import Trailing, recorded_changes
from shared.objections.trail import recorded_objections

CHANGES = recorded_changes(CHANGE)
MONEY = ledger_trail(LEDGER)
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
ACCOUNTS = recorded_accounts(BANK_ACCOUNT, "organisation_id")
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
    "objection": recorded_objections(OBJECTIONS),
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
    **MONEY.by_noun,
}
"""Rows that move: each step records how the row stands after it."""
TRAIL = Trail(
    AUDIT,
    (
        CHANGES,
        MONEY.decisions,
        SUBMITTED,
        FILES,
        DISTRICT_REVIEWS,
        MONEY.entries,
        MONEY.shortages,
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
