"""What a service's own consumers would do with what a step publishes, done in the step's own transaction."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.messaging.consumer import Received
from shared.messaging.outbox import Outgoing
from shared.messaging.unit import Unit


class Hears(NamedTuple):
    """`does` hears these events of the service itself."""

    events: tuple[type[Event], ...]
    does: Callable[[list[Received[Any]], Unit], Awaitable[Any]]


def following(source: str, *hears: Hears) -> Callable[[Unit], Awaitable[None]]:
    """Handles what was published, and what that publishes, until nothing more follows. `source`: the service's own."""

    async def follow(unit: Unit) -> None:
        done = 0
        while len(unit.outgoing) > done:
            new = unit.outgoing[done:]
            done = len(unit.outgoing)
            for each in hears:
                heard = [_received(unit, source, told) for told in new if isinstance(told.event, each.events)]
                if heard:
                    await each.does(heard, unit)

    return follow


def _received(unit: Unit, source: str, told: Outgoing) -> Received[Any]:
    """As it would come from the bus: an event that was written without checking is read with all its parts."""
    event = told.event if told.body is None else type(told.event).model_validate_json(told.body)
    about = event.about()
    envelope = Envelope(
        told.id, source, unit.now, about, told.correlation_id, told.causation_id, told.traceparent
    )  # fmt: skip
    return Received(event, envelope)
