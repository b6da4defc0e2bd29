"""What notify hears of the talent service: everything a letter is written about, and what is erased of it."""

from typing import Any

from services.notify.domain.letters import heard_from
from services.notify.usecases.erase_words import erase_words
from services.notify.usecases.queue_letters import queue_letters
from shared.contracts.talent import TalentWordsErased
from shared.messaging.consumer import Received, consumes
from shared.messaging.unit import Unit


@consumes(*heard_from("talent"), TalentWordsErased, durable="notify-talent")
async def talent_letters(received: list[Received[Any]], unit: Unit) -> None:
    """Tell applicants, their units and the members of their teams what happened, once each. What was erased since comes
    after it, and is left in no letter."""
    await queue_letters([each for each in received if not isinstance(each.event, TalentWordsErased)], unit)
    await erase_words([each for each in received if isinstance(each.event, TalentWordsErased)], unit)
