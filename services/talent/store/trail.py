"""What the audit trail proves of this service: every change of state, and the rows they leave. What a person typed is
there as a hash alone."""

from services.talent.store import award_trail, broker_trail, interest_trail
from services.talent.store.application_tables import APPLICATION, HAND_IN, MEMBER, RECOMMENDATION
from services.talent.store.erasure_tables import ERASURE_REQUEST
from services.talent.store.evidence_tables import HAND_IN_FILE
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.money_tables import PAYEE_ACCOUNT
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.selection_tables import PANEL_DECISION, RESULT, SITE_VISIT
from services.talent.store.tables import AUDIT, BAR, CALL, CHANGE, PERSONAL_LOOK
from shared.audit.trail import Recorded, Trail
from shared.ledger.accounts import recorded_accounts
from shared.ledger.trail import ledger_trail
from shared.lives.trailing import Trailing, recorded_changes
from shared.objections.trail import recorded_objections

CHANGES = recorded_changes(CHANGE)
HAND_INS = Recorded(
    HAND_IN,
    "application_id",
    ("application_id", "number", "receipt", "unit_id", "typed", "checked", "signed_by", "by", "at"),
)
"""What was handed in; a draft has no entry. The identity number is left out. What is personal may be erased: see
docs/decisions on erasure and the trail."""
FILES = Recorded(
    HAND_IN_FILE, "application_id", ("application_id", "number", "place", "evidence_id", "bytes", "sha256")
)
"""With which files, by hash; their names may be erased."""
RECOMMENDATIONS = Recorded(
    RECOMMENDATION, "application_id", ("application_id", "number", "unit_id", "recommended", "opinion", "by", "at")
)
LOOKS = Recorded(PERSONAL_LOOK, "applicant_id", ("applicant_id", "application_id", "by", "at", "why"))
"""Who looked at an identity number."""
VISITS = Recorded(SITE_VISIT, "application_id", ("application_id", "on_date", "visitors", "findings", "by", "at"))
PANEL_DECISIONS = Recorded(
    PANEL_DECISION, "application_id", ("application_id", "before", "after", "reason", "by", "at")
)
MONEY = ledger_trail(LEDGER)
ACCOUNTS = recorded_accounts(PAYEE_ACCOUNT, "payee_id")
BY_NOUN = {
    "call": Recorded(
        CALL,
        "programme_id",
        (
            "programme_id",
            "state",
            "opens_on",
            "closes_on",
            "units_until",
            "experts_until",
            "cut_off",
            "number",
            "document_no",
        ),
        latest=True,
    ),
    "application": Recorded(
        APPLICATION,
        "id",
        ("id", "programme_id", "applicant_id", "unit_id", "state", "handed_in", "correct_until", "reason"),
        latest=True,
    ),
    "result": Recorded(
        RESULT,
        "application_id",
        ("application_id", "computed", "total", "public_from", "public_until", "chosen_for"),
        latest=True,
    ),
    "bar": Recorded(
        BAR, "id", ("id", "id_mark", "document_no", "reason", "from_on", "until_on", "by", "at"), latest=True
    ),
    "erasure_request": Recorded(ERASURE_REQUEST, "id", ("id", "applicant_id", "state"), latest=True),
    "objection": recorded_objections(OBJECTIONS),
    **award_trail.BY_NOUN,
    **broker_trail.BY_NOUN,
    **interest_trail.BY_NOUN,
    **MONEY.by_noun,
    "member": Recorded(MEMBER, "id", ("id", "application_id", "state"), latest=True),
}
TRAIL = Trail(
    AUDIT,
    (
        CHANGES,
        HAND_INS,
        FILES,
        RECOMMENDATIONS,
        LOOKS,
        VISITS,
        PANEL_DECISIONS,
        *award_trail.RECORDED,
        broker_trail.CLAIMS,
        interest_trail.HAND_INS,
        MONEY.decisions,
        MONEY.entries,
        MONEY.shortages,
        ACCOUNTS,
        *BY_NOUN.values(),
    ),
)
TRAILING = Trailing(AUDIT, CHANGES, BY_NOUN)
note, record, erased = TRAILING.note, TRAILING.record, TRAILING.erased
