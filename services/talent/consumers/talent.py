"""What the talent service hears of itself: money is computed on the bus, and an instalment learns that it was paid."""

from typing import Any

from services.talent.usecases.bookkeeping import settle
from services.talent.usecases.instalments import note_grants_paid
from shared.contracts.talent import (
    TalentBrokerClaimed,
    TalentGrantPaid,
    TalentInstalmentReleased,
    TalentInterestClaimed,
    TalentSettlementRequested,
)
from shared.messaging.consumer import Received, consumes
from shared.messaging.unit import Unit


@consumes(
    TalentInstalmentReleased,
    TalentInterestClaimed,
    TalentBrokerClaimed,
    TalentSettlementRequested,
    durable="talent-settlement",
)
async def settlement(received: list[Received[Any]], unit: Unit) -> None:
    """Turn released instalments, and accepted claims of interest and of brokers, into grants, each by its policy."""
    await settle(received, unit)


@consumes(TalentGrantPaid, durable="talent-payments")
async def payments(received: list[Received[Any]], unit: Unit) -> None:
    """Note at each award which of its instalments were paid."""
    await note_grants_paid(received, unit)
