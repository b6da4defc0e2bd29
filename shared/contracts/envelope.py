"""How an event travels: CloudEvents 1.0 in binary mode, headers `ce-*` and the data as the body."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from pydantic import ValidationError

from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.core.errors import DomainError
from shared.core.invalid import problems

TYPE_PREFIX = "cn.miaopu."
SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
_ASCII = "".join(map(chr, range(0x21, 0x7F))).replace("%", "").replace('"', "")
"""What a header carries as it is; everything else is percent-encoded, as CloudEvents has it for binary mode."""

_PLAIN = re.compile(f"[{re.escape(_ASCII)}]*").fullmatch
"""Whether nothing has to be encoded, which is the usual case and told ten times faster."""


class UnreadableEvent(DomainError):
    """What arrived is no event we know. Trying again does not help: it is parked until somebody looks."""

    def __init__(self, message: str) -> None:
        super().__init__("unreadable-event", message)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of an event besides its data.

    correlation_id  the whole story it belongs to; causation_id the event it follows from; traceparent W3C trace context
    """

    id: str
    source: str
    time: datetime
    subject: str
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


def headers_of(event: Event, envelope: Envelope) -> dict[str, str]:
    """The headers of a published event. `Nats-Msg-Id` is its id: a second publish within the window is dropped."""
    headers = {
        "ce-specversion": SPEC_VERSION,
        "ce-id": envelope.id,
        "ce-source": envelope.source,
        "ce-type": TYPE_PREFIX + event.type_,
        "ce-time": envelope.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "ce-subject": envelope.subject,
        "content-type": CONTENT_TYPE,
        "Nats-Msg-Id": envelope.id,
    }
    optional = {
        "ce-correlationid": envelope.correlation_id,
        "ce-causationid": envelope.causation_id,
        "traceparent": envelope.traceparent,
    }
    headers |= {name: value for name, value in optional.items() if value is not None}
    return {name: value if _PLAIN(value) else quote(value, safe=_ASCII) for name, value in headers.items()}


def body_of(event: Event) -> bytes:
    """The event's data as JSON, fields in the order of the contract."""
    return event.model_dump_json().encode()


def read(headers: Mapping[str, str] | None, body: bytes) -> tuple[Event, Envelope]:
    """The event in a message, or UnreadableEvent. Header names are matched whatever their case."""
    given = {name.lower(): unquote(value) if "%" in value else value for name, value in (headers or {}).items()}
    if given.get("ce-specversion") != SPEC_VERSION:
        raise UnreadableEvent(f"消息头 ce-specversion 应为 {SPEC_VERSION}")
    for name in ("ce-id", "ce-source", "ce-type"):
        if not given.get(name):
            raise UnreadableEvent(f"消息头缺少 {name}")
    contract = EVENTS.get(given["ce-type"].removeprefix(TYPE_PREFIX))
    if contract is None or not given["ce-type"].startswith(TYPE_PREFIX):
        raise UnreadableEvent(f"不认识的事件类型 {given['ce-type']}")
    try:
        event = contract.model_validate_json(body)
    except ValidationError as error:
        where, words = next(iter(problems(error.errors(include_url=False, include_input=False)).items()))
        raise UnreadableEvent(f"事件内容有误：{where} {words}") from None
    envelope = Envelope(
        id=given["ce-id"],
        source=given["ce-source"],
        time=_time(given.get("ce-time")),
        subject=given.get("ce-subject") or event.about(),
        correlation_id=given.get("ce-correlationid"),
        causation_id=given.get("ce-causationid"),
        traceparent=given.get("traceparent"),
    )
    return event, envelope


def _time(text: str | None) -> datetime:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        raise UnreadableEvent(f"消息头 ce-time 不是时间：{text}") from None
    if found.tzinfo is None:
        raise UnreadableEvent(f"消息头 ce-time 没有时区：{text}")
    return found.astimezone(UTC)
