"""The events a letter's moves are told by, with the story and the cause of the event the letter is about."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping

from services.notify.domain import states
from shared.contracts.event import Event
from shared.contracts.notify import MessageFailed, MessageHandedOver, MessageHeld, MessageNoAddress, MessageQueued
from shared.messaging.outbox import Outgoing, event_id
from shared.messaging.unit import Unit

Told = Mapping[str, Any] | RowMapping

_PLAIN: dict[str, type[Event]] = {
    states.HELD: MessageHeld,
    states.QUEUED: MessageQueued,
    states.NO_ADDRESS: MessageNoAddress,
    states.HANDED_OVER: MessageHandedOver,
}


def tell_moved(unit: Unit, rows: Iterable[Told], state: str, *distinct: str) -> None:
    """These letters are in `state` now. Told twice, it is the same event: its id holds the attempts there were, and
    `distinct` where a letter may come into the same state again between two of them: a contact comes and goes."""
    for row in rows:
        _publish(unit, row, _PLAIN[state](**_known(row)), *distinct)


def tell_failed(unit: Unit, row: Told, reason: str) -> None:
    _publish(unit, row, MessageFailed(**_known(row), reason=reason))


def _known(row: Told) -> dict[str, str]:
    return {
        "message_id": row["id"],
        "letter": row["letter"],
        "cause_event_id": row["cause_event_id"],
        "recipient_id": row["recipient_id"],
    }


def _publish(unit: Unit, row: Told, event: Event, *distinct: str) -> None:
    id_ = event_id(event.type_, row["id"], str(row["attempts"]), *distinct)
    unit.publish(Outgoing(id_, event, row["correlation_id"], row["cause_event_id"], row["traceparent"]))
