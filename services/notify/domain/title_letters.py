"""What the letters about a title say: recognised, applied for in vain, to be rectified, withdrawn, barred."""

from typing import Any

from services.notify.domain.wording import day, kind_name, level_name, line, prose
from shared.contracts.incubator import (
    ApplicationRefused,
    ApplicationReturned,
    Carrier,
    CarrierRecognised,
    CarrierWithdrawn,
    OrganisationBarred,
    OrganisationReadmitted,
    RectificationClosed,
    RectificationOrdered,
    WithdrawalDeclined,
)

Values = dict[str, Any]


def _called(carrier: Carrier, level: str | None) -> Values:
    return {"kind": kind_name(carrier.kind), "level": level_name(level) or ""}


def title(event: CarrierRecognised | CarrierWithdrawn) -> Values:
    return {
        **_called(event.carrier, event.carrier.level),
        "date": day(event.date),
        "document_no": line(event.document_no),
    }


def withdrawn(event: CarrierWithdrawn) -> Values:
    """An event of an earlier version says no reason; the letter then leaves it out."""
    return {
        **title(event),
        "reason": event.reason and prose(event.reason),
        "basis": event.basis and line(event.basis),
    }


def returned(event: ApplicationReturned) -> Values:
    return {
        **_called(event.carrier, event.level),
        "application_id": line(event.application_id),
        "reason": prose(event.reason),
        "defects": [
            {"field": line(event.labels.get(field) or field), "problem": prose(problem)}
            for field, problem in event.reasons.items()
        ],
    }


def refused(event: ApplicationRefused) -> Values:
    return {
        **_called(event.carrier, event.level),
        "date": day(event.date),
        "document_no": line(event.document_no),
        "reason": prose(event.reason),
    }


def rectification_ordered(event: RectificationOrdered) -> Values:
    return {
        **_called(event.carrier, event.carrier.level),
        "what": prose(event.what),
        "until": day(event.until),
        "date": day(event.date),
        "document_no": line(event.document_no),
        "reason": prose(event.reason),
        "basis": event.basis and line(event.basis),
    }


def rectification_closed(event: RectificationClosed) -> Values:
    return {
        "confirmed": event.outcome == "confirmed",
        "outcome": "整改合格" if event.outcome == "confirmed" else "整改不合格",
        "date": day(event.date),
        "document_no": line(event.document_no),
        "reason": prose(event.reason),
    }


def withdrawal_declined(event: WithdrawalDeclined) -> Values:
    return {
        **_called(event.carrier, event.carrier.level),
        "year": event.year,
        "date": day(event.date),
        "document_no": line(event.document_no),
        "reason": prose(event.reason),
    }


def barred(event: OrganisationBarred) -> Values:
    return {
        "ground": line(event.ground),
        "from_on": day(event.from_on),
        "until": day(event.until),
        "document_no": line(event.document_no),
        "reason": prose(event.reason),
    }


ENDINGS = {"expired": "惩戒期满终止", "lifted": "惩戒提前解除", "annulled": "惩戒决定撤销"}


def readmitted(event: OrganisationReadmitted) -> Values:
    return {
        "outcome": ENDINGS[event.outcome],
        "annulled": event.outcome == "annulled",
        "from_on": day(event.from_on),
        "until": day(event.until),
        "date": day(event.date),
        "document_no": line(event.document_no),
        "reason": prose(event.reason),
    }
