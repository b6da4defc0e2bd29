"""The event catalogue and the message interface, as people read them: who tells what, when, with which fields."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.contracts.streams import stream_of
from shared.contracts.words import EVENT_WORDS, FIELD_WORDS, Words
from shared.messaging.asyncapi import address, example, open_to_outside
from shared.running.running import Running

KINDS = {"string": "文字", "integer": "整数", "boolean": "是或否", "array": "列表", "object": "对象"}
FORMS = {
    r"^-?[0-9]{1,15}\.[0-9]{2}$": "金额",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "日期",
    r"^[0-9a-f]{64}$": "SHA-256",
}


class FieldRow(NamedTuple):
    """A line of an event's data; a part's own fields follow it as part.field."""

    name: str
    label: str
    kind: str
    required: bool


class Hearer(NamedTuple):
    service: str
    durable: str


class Entry(NamedTuple):
    """An event as the catalogue shows it."""

    type: str
    name: str
    words: Words
    publisher: str
    hearers: tuple[Hearer, ...]
    stream: str
    address: str
    open_to_outside: bool
    fields: tuple[FieldRow, ...]
    example: dict[str, Any]
    """`headers` and `payload`."""


def entries(runnings: Sequence[Running]) -> tuple[Entry, ...]:
    """Every event there is, with those on this site that hear it."""
    titles = {running.service.name: running.service.title for running in runnings}
    hearers: dict[type[Event], list[Hearer]] = {}
    for running in runnings:
        for consumer in running.service.consumers:
            for contract in consumer.events:
                hearers.setdefault(contract, []).append(Hearer(running.service.title, consumer.durable))
    return tuple(_entry(contract, titles, tuple(hearers.get(contract, ()))) for contract in EVENTS.values())


def by_publisher(found: Sequence[Entry]) -> dict[str, list[Entry]]:
    kept: dict[str, list[Entry]] = {}
    for entry in found:
        kept.setdefault(entry.publisher, []).append(entry)
    return kept


def _entry(contract: type[Event], titles: dict[str, str], hearers: tuple[Hearer, ...]) -> Entry:
    parts = contract.type_.split(".")
    publisher = parts[1] if parts[0] == "contact" else parts[0]  # contact.incubator.… is the incubator's
    return Entry(
        contract.type_,
        contract.__name__,
        EVENT_WORDS[contract.type_],
        titles.get(publisher, publisher),
        hearers,
        stream_of(contract.type_).name,
        address(contract),
        open_to_outside(contract),
        tuple(_rows(contract.model_json_schema())),
        {part: example(contract)[part] for part in ("headers", "payload")},
    )


def _rows(schema: dict[str, Any], within: str = "", parts: dict[str, Any] | None = None) -> Iterator[FieldRow]:
    parts = schema.get("$defs", {}) if parts is None else parts
    required = schema.get("required", ())
    for name, field in schema["properties"].items():
        inner = parts.get(str(field.get("$ref", "")).rpartition("/")[2])
        yield FieldRow(f"{within}{name}", FIELD_WORDS[name], "对象" if inner else _kind(field), name in required)
        if inner:
            yield from _rows(inner, f"{within}{name}.", parts)


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        kinds = [_kind(each) for each in field["anyOf"] if each.get("type") != "null"]
        return f"{'、'.join(kinds)}，可空"
    if "const" in field:
        return f"固定为 {field['const']}"
    if "enum" in field:
        return f"{' / '.join(field['enum'])} 之一"
    return FORMS.get(field.get("pattern", ""), KINDS.get(field.get("type", ""), "任意"))
