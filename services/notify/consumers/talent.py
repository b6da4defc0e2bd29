"""What notify hears of the talent service: everything a letter is written about."""

from typing import Any

from services.notify.domain.letters import heard_from
from services.notify.usecases.queue_letters import queue_letters
from shared.messaging.consumer import Received, consumes
from shared.messaging.unit import Unit


@consumes(*heard_from("talent"), durable="notify-talent")
async def talent_letters(received: list[Received[Any]], unit: Unit) -> None:
    """Tell applicants, their units and the members of their teams what happened, once each."""
    await queue_letters(received, unit)
