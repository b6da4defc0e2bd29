"""What the audit trail proves of this service: every change of state, and the rows they leave. What a person typed is
there as a hash alone."""

from services.talent.store.application_tables import APPLICATION, HAND_IN, MEMBER, RECOMMENDATION
from services.talent.store.tables import AUDIT, CALL, CHANGE, PERSONAL_LOOK
from shared.audit.trail import Recorded, Trail
from shared.lives.trailing import Trailing, recorded_changes

CHANGES = recorded_changes(CHANGE)
HAND_INS = Recorded(
    HAND_IN,
    "application_id",
    ("application_id", "number", "receipt", "unit_id", "typed", "checked", "signed_by", "by", "at"),
)
"""What was handed in; a draft has no entry. The identity number is left out: it may be erased."""
RECOMMENDATIONS = Recorded(
    RECOMMENDATION, "application_id", ("application_id", "number", "unit_id", "recommended", "opinion", "by", "at")
)
LOOKS = Recorded(PERSONAL_LOOK, "applicant_id", ("applicant_id", "application_id", "by", "at", "why"))
"""Who looked at an identity number."""
BY_NOUN = {
    "call": Recorded(
        CALL,
        "programme_id",
        ("programme_id", "state", "opens_on", "closes_on", "units_until", "cut_off", "number", "document_no"),
        latest=True,
    ),
    "application": Recorded(
        APPLICATION,
        "id",
        ("id", "programme_id", "applicant_id", "unit_id", "state", "handed_in", "correct_until", "reason"),
        latest=True,
    ),
    "member": Recorded(MEMBER, "id", ("id", "application_id", "state"), latest=True),
}
TRAIL = Trail(AUDIT, (CHANGES, HAND_INS, RECOMMENDATIONS, LOOKS, *BY_NOUN.values()))
TRAILING = Trailing(AUDIT, CHANGES, BY_NOUN)
note, record = TRAILING.note, TRAILING.record
