"""What a step of this service would touch: the settlement of what it publishes is rehearsed with it."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.incubator.store import foreseen as rows
from services.incubator.store.tables import CHANGE, SUBSIDY
from services.incubator.usecases.bookkeeping import settle
from shared.contracts.incubator import (
    CarrierRecognised,
    EvaluationCorrected,
    EvaluationFinalised,
    SettlementRequested,
    TenantHnteRecognised,
)
from shared.foreseeing.following import Hears, following
from shared.foreseeing.foresee import Foreseen, Mail
from shared.foreseeing.foresee import foresee as foresee_with
from shared.foreseeing.foresight import Foresight, Ledger
from shared.messaging.unit import Unit
from shared.running.running import Running

__all__ = ["FORESIGHT", "Foreseen", "Mail", "foresee"]
SETTLED = (CarrierRecognised, TenantHnteRecognised, EvaluationFinalised, EvaluationCorrected, SettlementRequested)
"""What the settlement hears."""
SEEN = ("outcome", "article", "rule", "reason", "amount_fen", "ceiling_fen")
"""What a person sees of an entry."""


FORESIGHT = Foresight(
    changes=CHANGE,
    ledger=Ledger(SUBSIDY, "carrier_id", SEEN, rows.carriers_named),
    follows=following("/incubator", Hears(SETTLED, settle)),
    nouns=rows.NAMES,
    receivers=rows.receivers,
)


async def foresee(running: Running, by: str, work: Callable[[Unit], Awaitable[Any]]) -> Foreseen:
    """Does `work` and the settlement that follows, notes what it touched, and undoes all of it."""
    return await foresee_with(running, by, work, FORESIGHT)
