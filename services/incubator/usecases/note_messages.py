"""Note where letters have got to, as their owner told; an older word never replaces a newer one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from services.incubator.store.tables import MESSAGE_SEEN
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit


async def note_messages(received: Sequence[Received[Any]], unit: Unit) -> None:
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
    statement = dialect.insert(MESSAGE_SEEN)
    again = {name: statement.excluded[name] for name in ("state", "reason", "at")}
    newer = statement.on_conflict_do_update(
        index_elements=[MESSAGE_SEEN.c.message_id], set_=again, where=MESSAGE_SEEN.c.at <= statement.excluded.at
    )
    await unit.connection.execute(newer, rows)
