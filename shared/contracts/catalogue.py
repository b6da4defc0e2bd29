"""Every event there is, by its type."""

from collections.abc import Iterator
from typing import Any

from shared.contracts import contact, incubator, notify, talent
from shared.contracts.event import Event


def _events(of: type[Event]) -> Iterator[type[Event]]:
    for event in of.__subclasses__():
        if "type_" in vars(event):
            yield event
        yield from _events(event)


EVENTS: dict[str, type[Event]] = {
    event.type_: event
    for event in sorted(_events(Event), key=lambda event: event.type_)
    if event.__module__.startswith(tuple(module.__name__ for module in (contact, incubator, notify, talent)))
}


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON schema of each event's data, by type."""
    return {type_: event.model_json_schema() for type_, event in EVENTS.items()}
