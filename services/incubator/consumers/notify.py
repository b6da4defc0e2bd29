"""What the incubator hears of letters: where each has got to, for the chain page."""

from typing import Any

from services.incubator.usecases.note_messages import note_messages
from shared.contracts.notify import (
    MessageBounced,
    MessageFailed,
    MessageHandedOver,
    MessageHeld,
    MessageNoAddress,
    MessageQueued,
)
from shared.messaging.consumer import Received, consumes
from shared.messaging.unit import Unit


@consumes(
    MessageHeld,
    MessageQueued,
    MessageHandedOver,
    MessageFailed,
    MessageBounced,
    MessageNoAddress,
    durable="incubator-messages",
)
async def messages(received: list[Received[Any]], unit: Unit) -> None:
    """Keep what the notify service tells of each letter beside what caused it."""
    await note_messages(received, unit)
