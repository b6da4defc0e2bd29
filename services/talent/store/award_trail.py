"""What the audit trail proves of awards: contracts as they were confirmed, what was handed in, said and concluded."""

from services.talent.store.assessment_tables import (
    ASSESSMENT,
    ASSESSMENT_CONCLUSION,
    ASSESSMENT_HAND_IN,
    ASSESSMENT_OPINION,
)
from services.talent.store.award_tables import (
    AWARD,
    AWARD_CHANGE,
    CHANGE_ANSWER,
    CONTRACT,
    CONTRACT_VERSION,
    INSTALMENT,
)
from services.talent.store.evidence_tables import ASSESSMENT_FILE
from shared.audit.trail import Recorded

VERSIONS = Recorded(CONTRACT_VERSION, "award_id", ("award_id", "number", "typed", "change_id", "signed_by", "by", "at"))
ASSESSMENT_HAND_INS = Recorded(
    ASSESSMENT_HAND_IN,
    "assessment_id",
    ("assessment_id", "number", "receipt", "contract_number", "typed", "found", "signed_by", "by", "at"),
)
ASSESSMENT_FILES = Recorded(
    ASSESSMENT_FILE, "assessment_id", ("assessment_id", "number", "evidence_id", "bytes", "sha256")
)
"""With which files, by hash; their names may be erased."""
OPINIONS = Recorded(
    ASSESSMENT_OPINION, "assessment_id", ("assessment_id", "number", "unit_id", "agrees", "opinion", "by", "at")
)
CONCLUSIONS = Recorded(
    ASSESSMENT_CONCLUSION,
    "assessment_id",
    (
        "assessment_id", "number", "hand_in", "conclusion", "reason", "experts", "rectify_until", "effect",
        "instalments", "recovery_proposed", "by", "at",
    ),
)  # fmt: skip
ANSWERS = Recorded(CHANGE_ANSWER, "change_id", ("change_id", "unit_id", "agrees", "opinion", "by", "at"))
"""What units said to which an award was to change."""
BY_NOUN = {
    "award": Recorded(
        AWARD,
        "id",
        (
            "id", "application_id", "programme_id", "applicant_id", "unit_id", "state", "amount_fen", "decided",
            "document_no", "begins_on", "ends_on", "ended_on", "ended_by_document",
        ),
        latest=True,
    ),
    "instalment": Recorded(INSTALMENT, "id", ("id", "award_id", "number", "amount_fen", "state"), latest=True),
    "contract": Recorded(CONTRACT, "award_id", ("award_id", "state", "number", "in_force"), latest=True),
    "assessment": Recorded(
        ASSESSMENT, "id", ("id", "award_id", "key", "due_on", "state", "handed_in", "concluded"), latest=True
    ),
    "award_change": Recorded(
        AWARD_CHANGE,
        "id",
        (
            "id", "award_id", "kind", "state", "reason", "asked", "unit_agrees", "unit_opinion", "decision",
            "document_no", "decided_on",
        ),
        latest=True,
    ),
}  # fmt: skip
RECORDED = (VERSIONS, ASSESSMENT_HAND_INS, ASSESSMENT_FILES, OPINIONS, CONCLUSIONS, ANSWERS)
