"""What the letters about a carrier's title say: recognised, withdrawn."""

from typing import Any

from services.notify.domain.wording import day, kind_name, level_name, line
from shared.contracts.incubator import CarrierRecognised, CarrierWithdrawn


def title(event: CarrierRecognised | CarrierWithdrawn) -> dict[str, Any]:
    carrier = event.carrier
    return {
        "kind": kind_name(carrier.kind),
        "level": level_name(carrier.level) or "",
        "date": day(event.date),
        "document_no": line(event.document_no),
    }
