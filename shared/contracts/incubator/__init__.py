"""What the incubator service tells: `carriers` titles and tenants; `rounds` a year's reports; `evaluations` grades and
objections; `reported` what operators told of themselves; `reviews` what experts review; `subsidies` money; `titles`
applications, rectifications and bars."""

from shared.contracts.incubator.carriers import (
    Carrier,
    CarrierRecognised,
    CarrierWithdrawn,
    TenantHnteRecognised,
)
from shared.contracts.incubator.evaluations import (
    EvaluationCorrected,
    EvaluationFinalised,
    EvaluationPublicised,
    ObjectionDecided,
    ObjectionFiled,
    SettlementRequested,
)
from shared.contracts.incubator.reported import CarrierChangeDecided, TenantHnteRefused
from shared.contracts.incubator.reviews import ReviewReleased, ReviewsAssigned, ReviewsDue
from shared.contracts.incubator.rounds import (
    ReportAccepted,
    ReportDue,
    ReportReturned,
    ReportSubmitted,
    RoundClosed,
    RoundFinalised,
    RoundOpened,
    RoundPublicised,
)
from shared.contracts.incubator.subsidies import (
    SubsidyApproved,
    SubsidyBlocked,
    SubsidyComputed,
    SubsidyCut,
    SubsidyDeclined,
    SubsidyPaid,
    SubsidyReversed,
)
from shared.contracts.incubator.titles import (
    ApplicationRefused,
    ApplicationReturned,
    OrganisationBarred,
    OrganisationReadmitted,
    RectificationClosed,
    RectificationOrdered,
    WithdrawalDeclined,
)

__all__ = [
    "ApplicationRefused",
    "ApplicationReturned",
    "Carrier",
    "CarrierChangeDecided",
    "CarrierRecognised",
    "CarrierWithdrawn",
    "EvaluationCorrected",
    "EvaluationFinalised",
    "EvaluationPublicised",
    "ObjectionDecided",
    "ObjectionFiled",
    "OrganisationBarred",
    "OrganisationReadmitted",
    "RectificationClosed",
    "RectificationOrdered",
    "ReportAccepted",
    "ReportDue",
    "ReportReturned",
    "ReportSubmitted",
    "ReviewReleased",
    "ReviewsAssigned",
    "ReviewsDue",
    "RoundClosed",
    "RoundFinalised",
    "RoundOpened",
    "RoundPublicised",
    "SettlementRequested",
    "SubsidyApproved",
    "SubsidyBlocked",
    "SubsidyComputed",
    "SubsidyCut",
    "SubsidyDeclined",
    "SubsidyPaid",
    "SubsidyReversed",
    "TenantHnteRecognised",
    "TenantHnteRefused",
    "WithdrawalDeclined",
]
