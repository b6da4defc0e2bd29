"""What the letters about a year's report say: opened, closing soon, received, returned, accepted."""

from typing import Any

from services.notify.domain.wording import day, kind_name, line, prose
from shared.contracts.incubator import ReportAccepted, ReportDue, ReportReturned, ReportSubmitted

Values = dict[str, Any]


def due(event: ReportDue) -> Values:
    """A round was opened or closes soon. Whatever the event does not say, the letter leaves out."""
    return {
        "report_id": line(event.report_id),
        "kind": kind_name(event.carrier.kind),
        "year": event.year,
        "period": event.period,
        "document_no": event.document_no and line(event.document_no),
        "opens_on": event.opens_on and day(event.opens_on),
        "closes_on": event.deadline and day(event.deadline),
        "missing": [prose(each) for each in event.missing],
    }


def received(event: ReportSubmitted) -> Values:
    return {
        "report_id": line(event.report_id),
        "receipt": line(event.receipt or event.report_id),
        "version": event.version,
        "missing": [prose(each) for each in event.missing],
    }


def returned(event: ReportReturned) -> Values:
    """Defects field by field, as people call the field; one without a name of its own is called as in the form."""
    return {
        "report_id": line(event.report_id),
        "version": event.version,
        "defects": [
            {"field": line(event.labels.get(field) or field), "problem": prose(problem)}
            for field, problem in event.reasons.items()
        ],
        "missing": [prose(each) for each in event.missing],
        "returned_by": event.returned_by and line(event.returned_by),
        "deadline": event.deadline and day(event.deadline),
        "corrections_left": event.corrections_left,
    }


def accepted(event: ReportAccepted) -> Values:
    return {"report_id": line(event.report_id), "version": event.version}
