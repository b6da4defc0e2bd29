"""What the incubator hears of itself: the settlement of a grade is asynchronous, scaled and replayed on its own."""

from typing import Any

from services.incubator.usecases.bookkeeping import settle
from shared.contracts.incubator import (
    CarrierRecognised,
    EvaluationCorrected,
    EvaluationFinalised,
    SettlementRequested,
    TenantHnteRecognised,
)
from shared.messaging.consumer import Received, consumes
from shared.messaging.unit import Unit


@consumes(
    CarrierRecognised,
    TenantHnteRecognised,
    EvaluationFinalised,
    EvaluationCorrected,
    SettlementRequested,
    durable="incubator-settlement",
)
async def settlement(received: list[Received[Any]], unit: Unit) -> None:
    """Turn recognitions, tenants' titles and final grades into subsidies (大政发〔2017〕52号, art. 12, 14, 15).

    What the office asks for, and whose final grade was corrected, is computed again.
    """
    await settle(received, unit)
