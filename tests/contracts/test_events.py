"""Events are a promise: what they say, how they travel, and that an old reader can read a new one.

After adding an event or an optional field: `python -m tests.contracts.test_events` writes the schemas anew.
"""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.catalogue import EVENTS, schemas
from shared.contracts.contact import ContactChanged
from shared.contracts.envelope import Envelope, UnreadableEvent, body_of, headers_of, read
from shared.contracts.event import Event
from shared.contracts.incubator import EvaluationFinalised
from shared.contracts.streams import STREAMS, stream_of
from tests.contracts.compatibility import breaks

SNAPSHOTS = Path(__file__).parent / "schemas"
IMPOSSIBLE_DAY = json.dumps({**EvaluationFinalised.example, "date": "2018-02-30"}).encode()
WHEN = datetime(2018, 12, 17, 1, 0, 0, 123456, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
CONTRACTS = pytest.mark.parametrize("contract", EVENTS.values(), ids=EVENTS.keys())


def example(contract: type[Event]) -> Event:
    return contract.model_validate(contract.example)


@CONTRACTS
def test_an_event_is_named_and_published_by_its_owner_and_kept_by_its_stream(contract: type[Event]) -> None:
    owner, noun, participle, version = contract.type_.split(".")
    assert contract.__module__.startswith(f"shared.contracts.{owner}")
    assert noun
    assert participle
    assert version == "v1"
    event = example(contract)
    assert event.subject().startswith(contract.type_)
    assert stream_of(event.subject()) in STREAMS
    assert event.about()


@CONTRACTS
def test_an_event_is_read_as_it_was_written(contract: type[Event]) -> None:
    event = example(contract)
    envelope = Envelope(
        "e1",
        "/incubator",
        WHEN,
        event.about(),
        "story-1",
        "e0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    assert read(headers_of(event, envelope), body_of(event)) == (event, envelope)


@CONTRACTS
def test_an_event_is_a_cloudevent_to_the_reference_library(contract: type[Event]) -> None:
    event = example(contract)
    envelope = Envelope("认定-Z05", "/incubator", WHEN, event.about(), "story 1", None, None)
    found = from_http_event(HTTPMessage(headers_of(event, envelope), body_of(event)))
    assert found.get_type() == f"cn.miaopu.{contract.type_}"
    assert (found.get_id(), found.get_source(), found.get_subject()) == ("认定-Z05", "/incubator", event.about())
    assert found.get_time() == WHEN
    assert found.get_extension("correlationid") == "story 1"
    assert found.get_data() == json.loads(body_of(event))


@CONTRACTS
def test_only_contact_events_carry_personal_data(contract: type[Event]) -> None:
    fields = set(contract.model_fields)
    if issubclass(contract, ContactChanged):
        assert {"recipient_id", "name", "email"} <= fields
    else:
        assert not fields & {"name", "email", "phone", "mobile", "address", "account", "id_number"}


@CONTRACTS
def test_a_schema_has_not_changed_in_a_way_an_old_reader_cannot_read(contract: type[Event]) -> None:
    old = json.loads((SNAPSHOTS / f"{contract.type_}.json").read_text(encoding="utf-8"))
    assert list(breaks(old, contract.model_json_schema())) == []


def test_every_schema_is_written_down_as_it_is_and_none_is_left_over() -> None:
    written = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in SNAPSHOTS.glob("*.json")}
    assert written == schemas()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: s["properties"].pop("grade"), "event.grade is gone"),
        (lambda s: s["required"].append("facts"), "event.facts is required now"),
        (lambda s: s["required"].remove("year"), "event.year may be missing now"),
        (lambda s: s["properties"]["year"].update(type="string"), "event.year/type: 'integer' became 'string'"),
        (lambda s: s["$defs"]["Carrier"]["properties"].pop("kind"), "event.carrier.kind is gone"),
    ],
)
def test_a_breaking_change_would_be_seen(change: Any, told: str) -> None:
    new = copy.deepcopy(EvaluationFinalised.model_json_schema())
    change(new)
    assert told in list(breaks(EvaluationFinalised.model_json_schema(), new))


def test_a_new_optional_field_is_no_break_and_old_readers_ignore_it() -> None:
    new = copy.deepcopy(EvaluationFinalised.model_json_schema())
    new["properties"]["remark"] = {"type": "string"}
    assert list(breaks(EvaluationFinalised.model_json_schema(), new)) == []
    event = EvaluationFinalised.model_validate({**EvaluationFinalised.example, "remark": "later"})
    assert event == example(EvaluationFinalised)


@given(id_=TEXT, source=TEXT, subject=TEXT, correlation=st.none() | TEXT)
def test_whatever_stands_in_an_envelope_survives_the_headers(
    id_: str, source: str, subject: str, correlation: str | None
) -> None:
    event = example(EvaluationFinalised)
    envelope = Envelope(id_, source, WHEN, subject, correlation)
    headers = headers_of(event, envelope)
    assert all(value.isascii() and value.isprintable() for value in headers.values())
    assert read(headers, body_of(event))[1] == envelope


@pytest.mark.parametrize(
    ("headers", "body", "told"),
    [
        ({}, b"{}", "ce-specversion"),
        ({"ce-specversion": "0.3"}, b"{}", "ce-specversion"),
        ({"ce-specversion": "1.0"}, b"{}", "ce-id"),
        ({"ce-type": "cn.miaopu.nothing.v1"}, b"{}", "cn.miaopu.nothing.v1"),
        ({"ce-type": "incubator.evaluation.finalised.v1"}, b"{}", "不认识的事件类型"),
        ({"ce-time": "yesterday"}, None, "ce-time"),
        ({"ce-time": "2018-12-17T09:00:00"}, None, "没有时区"),
        ({}, b"not json", "正文"),
        ({"x": "y"}, b'{"evaluation_id": "1"}', "round_id"),
        ({"x": "y"}, IMPOSSIBLE_DAY, "date"),
    ],
)
def test_what_cannot_be_read_says_why(headers: dict[str, str], body: bytes | None, told: str) -> None:
    event = example(EvaluationFinalised)
    good = headers_of(event, Envelope("e1", "/incubator", WHEN, "s"))
    bare = not headers and body == b"{}"
    given_ = headers if bare or headers.keys() == {"ce-specversion"} else {**good, **headers}
    with pytest.raises(UnreadableEvent, match=told):
        read(given_, body_of(event) if body is None else body)


def test_the_optional_headers_may_be_missing() -> None:
    event = example(EvaluationFinalised)
    headers = headers_of(event, Envelope("e1", "/elsewhere", WHEN, "s"))
    del headers["ce-subject"], headers["Nats-Msg-Id"]
    _, envelope = read(headers, body_of(event))
    assert (envelope.correlation_id, envelope.subject) == (None, event.about())


if __name__ == "__main__":
    SNAPSHOTS.mkdir(exist_ok=True)
    for path in SNAPSHOTS.glob("*.json"):
        path.unlink()
    for type_, schema in schemas().items():
        text = json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True)
        (SNAPSHOTS / f"{type_}.json").write_text(text + "\n", encoding="utf-8")
