"""What the letters about an operator's own reports say: a change decided, a tenant's certificate not confirmed."""

from typing import Any

from services.notify.domain.wording import day, kind_name, line, prose
from shared.contracts.incubator import CarrierChangeDecided, TenantHnteRefused


def change_decided(event: CarrierChangeDecided) -> dict[str, Any]:
    return {
        "kind": kind_name(event.carrier.kind),
        "what": line(event.what_name),
        "old": line(event.old),
        "new": line(event.new),
        "happened_on": day(event.happened_on),
        "days_late": event.days_late,
        "confirmed": event.outcome == "confirmed",
        "reason": prose(event.reason),
    }


def hnte_refused(event: TenantHnteRefused) -> dict[str, Any]:
    return {
        "tenant": line(event.tenant_name),
        "certificate_no": line(event.certificate_no),
        "date": day(event.date),
        "reason": prose(event.reason),
    }
