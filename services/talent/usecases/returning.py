"""Giving an application back with its defects at the fields and a day until which they may be put right."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import RowMapping

from services.talent.domain import lifecycles
from services.talent.store import changes
from services.talent.store.application_tables import APPLICATION
from services.talent.usecases.applications import told
from shared.contracts.talent import TalentApplicationReturned
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.programme.load import load_programme


async def give_back(
    unit: Unit, row: RowMapping, reasons: Mapping[str, str], reason: str, until: date, *, by_unit: bool
) -> None:
    """Returns it; `until`: the last day on which it may be handed in again, inclusive."""
    labels = {field.name: field.label for field in load_programme(row["programme_id"]).fields}
    unknown = sorted(reasons.keys() - labels.keys())
    if unknown:
        raise DomainError("no-such-field", f"申报表没有填报项 {unknown[0]}")
    said = {name: text.strip() for name, text in reasons.items() if text.strip()}
    values = {"reasons": said, "reason": reason.strip(), "correct_until": until}
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["id"], "returned", reason, **values)
    event = TalentApplicationReturned.model_validate(
        {
            **told(row),
            "number": row["handed_in"],
            "reasons": said,
            "labels": {name: labels[name] for name in said},
            "reason": reason.strip(),
            "correct_until": until.isoformat(),
            "by_unit": by_unit,
        }
    )
    unit.tell(event, str(row["handed_in"]), story=row["id"])
