"""Note where letters have got to, as their owner told; an older word never replaces a newer one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from shared.contracts.letters import LETTERS
from shared.contracts.notify import (
    MessageBounced,
    MessageFailed,
    MessageHandedOver,
    MessageHeld,
    MessageNoAddress,
    MessageQueued,
)
from shared.messaging.consumer import Consumer, Received, consumes
from shared.messaging.unit import Unit

OWNERS = {letter.name: letter.event.owner() for letter in LETTERS}
"""Whose event each letter tells; one that is not known here is kept."""
TOLD = (MessageHeld, MessageQueued, MessageHandedOver, MessageFailed, MessageBounced, MessageNoAddress)


def messages_seen(seen: Table, service: str) -> Consumer:
    """What a service hears of letters."""

    @consumes(*TOLD, durable=f"{service}-messages")
    async def messages(received: list[Received[Any]], unit: Unit) -> None:
        """Keep what the notify service tells of each letter beside what caused it. Another service's letters are none
        of this one's: its receivers are of other registers, and may be called alike."""
        own = [each for each in received if OWNERS.get(each.event.letter, service) == service]
        await note_messages(seen, own, unit)

    return messages


async def note_messages(seen: Table, received: Sequence[Received[Any]], unit: Unit) -> None:
    newest: dict[str, dict[str, Any]] = {}
    for each in received:
        event, envelope = each.event, each.envelope
        row = {
            "message_id": event.message_id,
            "letter": event.letter,
            "cause_event_id": event.cause_event_id,
            "recipient_id": event.recipient_id,
            "story": envelope.correlation_id or envelope.id,
            "state": event.type_.split(".")[2],
            "reason": getattr(event, "reason", None),
            "at": envelope.time,
        }
        before = newest.get(event.message_id)
        if before is None or before["at"] <= row["at"]:
            newest[event.message_id] = row
    dialect: Any = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
    rows = [newest[id_] for id_ in sorted(newest)]
    if not rows:
        return
    statement = dialect.insert(seen)
    again = {name: statement.excluded[name] for name in ("state", "reason", "at")}
    newer = statement.on_conflict_do_update(
        index_elements=[seen.c.message_id], set_=again, where=seen.c.at <= statement.excluded.at
    )
    await unit.connection.execute(newer, rows)
