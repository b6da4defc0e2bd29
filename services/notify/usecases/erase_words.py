"""Erase words: what somebody wrote of a person is left in no letter and in nothing put aside once it was erased."""

from collections.abc import Sequence

from services.notify.domain.letters import HEARD
from services.notify.store import messages
from services.notify.store.tables import SPINE
from shared.contracts.talent import TalentWordsErased
from shared.contracts.talent.spoken import speaks, without_words
from shared.messaging import parking
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit

SPOKEN = sorted(event.type_ for event in HEARD if speaks(event.type_) and "reason" in event.model_fields)
"""The events whose letters repeat what somebody wrote."""
TEXT = "（这封信的正文含有个人信息，已按规定清除。）\n"
HTML = f'<!doctype html>\n<html lang="zh-CN"><meta charset="utf-8"><title>已清除</title><p>{TEXT.strip()}</p></html>\n'


async def erase_words(received: Sequence[Received[TalentWordsErased]], unit: Unit) -> None:
    """That a letter went, to what kind of recipient, when, and about what, stays."""
    stories = sorted({each.event.story for each in received})
    if not stories:
        return
    await messages.erase_words(unit.connection, stories, SPOKEN, text=TEXT, html=HTML)
    await parking.erase_words(unit.connection, SPINE, stories, without_words)
