"""What the talent service tells: `applications` on their way from the form to the selection."""

from shared.contracts.talent.applications import (
    TalentApplicationAccepted,
    TalentApplicationDeclined,
    TalentApplicationRecommended,
    TalentApplicationReturned,
    TalentApplicationSelected,
    TalentApplicationSubmitted,
    TalentApplicationWithdrawn,
    TalentMemberInvited,
)

__all__ = [
    "TalentApplicationAccepted",
    "TalentApplicationDeclined",
    "TalentApplicationRecommended",
    "TalentApplicationReturned",
    "TalentApplicationSelected",
    "TalentApplicationSubmitted",
    "TalentApplicationWithdrawn",
    "TalentMemberInvited",
]
