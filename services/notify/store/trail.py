"""What the audit trail proves of this service: every decision a person made about a letter."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.notify.store.tables import AUDIT, DECISION
from shared.audit.trail import Recorded, Trail, enter
from shared.messaging.unit import Unit

DECISIONS = Recorded(DECISION, "message_id", ("message_id", "what", "by", "at", "reason"))
TRAIL = Trail(AUDIT, (DECISIONS,))


async def note(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enters decisions about letters."""
    steps = [DECISIONS.step(f"message:{row['what']}", row) for row in rows]
    await enter(unit.connection, AUDIT, unit.by, unit.now, steps)
