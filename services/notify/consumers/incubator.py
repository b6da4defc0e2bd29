"""What notify hears of the incubator: everything a letter is written about."""

from typing import Any

from services.notify.domain.letters import heard_from
from services.notify.usecases.queue_letters import queue_letters
from shared.messaging.consumer import Received, consumes
from shared.messaging.unit import Unit


@consumes(*heard_from("incubator"), durable="notify-incubator")
async def letters(received: list[Received[Any]], unit: Unit) -> None:
    """Tell carriers, objectors and experts what happened, once each."""
    await queue_letters(received, unit)
