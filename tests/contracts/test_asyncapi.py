"""The AsyncAPI document is valid, complete, and says what the contracts say."""

import copy
import json
import re
from typing import Any

import pytest

from shared.contracts.catalogue import EVENTS
from shared.contracts.envelope import CONTENT_TYPE, headers_of, read
from shared.contracts.incubator import EvaluationFinalised, SettlementRequested
from shared.contracts.streams import STREAMS
from shared.contracts.words import EVENT_WORDS, FIELD_WORDS
from shared.messaging.accounts import OUTSIDE_PUBLISHES
from shared.messaging.asyncapi import Document, asyncapi
from shared.messaging.consumer import Received, consumes
from shared.messaging.unit import Unit
from tests.contracts.asyncapi import faults, messages, references, resolved, schema_of

NAME = re.compile(r"[A-Za-z0-9_.-]+")
HOST = "127.0.0.1:4222"


@consumes(EvaluationFinalised, SettlementRequested, durable="hearer")
async def hearer(received: list[Received[Any]], unit: Unit) -> None:
    """Its declaration is what matters here."""


@pytest.fixture(scope="module")
def document() -> Document:
    return asyncapi("苗圃事件", "1.0.0", [HOST], [hearer])


# ---------- valid ----------


def test_a_public_model_of_the_format_finds_nothing_wrong(document: Document) -> None:
    assert faults(document) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("info", "title"), None),
        (("asyncapi",), "2.6.0"),
        (("operations", "send.incubator.round.opened.v1", "action"), "publish"),
        (("operations", "send.incubator.round.opened.v1", "channel"), None),
        (("servers", "nats-1", "protocol"), None),
        (("channels", "incubator.round.opened.v1", "address"), 7),
        (("components", "securitySchemes", "nats-user-password", "type"), "userpassword"),
        (("components", "messages", "incubator.round.opened.v1", "examples"), {"payload": {}}),
    ],
)
def test_the_schema_of_the_format_would_find_a_mistake(
    document: Document, path: tuple[str, ...], value: object
) -> None:
    broken = copy.deepcopy(document)
    *way, last = path
    place: Any = broken
    for name in way:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    assert faults(broken)


def test_every_reference_leads_somewhere_and_nothing_is_left_over(document: Document) -> None:
    found = set(references(document))
    for reference in found:
        assert resolved(document, reference) is not None
    for kind, components in document["components"].items():
        for name in components:
            assert f"#/components/{kind}/{name}" in found, f"{name} is used by nobody"


def test_names_have_no_spaces_nor_anything_else_a_generator_would_trip_over(document: Document) -> None:
    names = [*document["servers"], *document["channels"], *document["operations"]]
    names += [name for components in document["components"].values() for name in components]
    names += [name for channel in document["channels"].values() for name in channel["messages"]]
    assert [name for name in names if not NAME.fullmatch(name)] == []


def test_what_is_in_braces_in_an_address_is_a_parameter_found_in_the_payload(document: Document) -> None:
    parametrised = 0
    for type_, message in messages(document):
        channel = document["channels"][type_]
        inside = set(re.findall(r"\{([^}]*)\}", channel["address"]))
        assert inside == set(channel.get("parameters", {}))
        for name, parameter in channel.get("parameters", {}).items():
            parametrised += 1
            assert parameter["location"] == f"$message.payload#/{name}"
            payload = resolved(document, message["payload"]["$ref"])
            assert name in payload["required"]
            for example in parameter["examples"]:
                assert re.fullmatch(payload["properties"][name]["pattern"], example)
    assert parametrised == sum(type_.startswith("contact.") for type_ in EVENTS) > 0


# ---------- complete ----------


def test_there_is_a_channel_for_each_event_and_no_other(document: Document) -> None:
    assert list(document["channels"]) == sorted(EVENTS)
    for type_, channel in document["channels"].items():
        event = EVENTS[type_].model_validate(EVENTS[type_].example)
        about = event.about()
        assert channel["address"].replace("{recipient_id}", about) == event.subject()
        assert channel["x-nats-stream"] in {stream.name for stream in STREAMS}
    open_ = {channel["address"] for channel in document["channels"].values() if channel["x-open-to-outside"]}
    assert {each.replace("{recipient_id}", "*") for each in open_} == set(OUTSIDE_PUBLISHES)


def test_everything_is_sent_and_what_is_heard_says_by_whom(document: Document) -> None:
    operations = document["operations"]
    sent = {op["channel"]["$ref"].rpartition("/")[2] for op in operations.values() if op["action"] == "send"}
    assert sent == set(EVENTS)
    heard = {name: op for name, op in operations.items() if op["action"] == "receive"}
    assert set(heard) == {f"receive.hearer.{event.type_}" for event in hearer.events}
    for operation in operations.values():
        (message,) = operation["messages"]
        assert message["$ref"].startswith(operation["channel"]["$ref"] + "/messages/")


def test_every_message_says_its_headers_content_type_and_payload_as_the_contract_does(document: Document) -> None:
    for type_, message in messages(document):
        assert (message["name"], message["contentType"]) == (type_, CONTENT_TYPE)
        assert message["correlationId"]["location"] == "$message.header#/ce-correlationid"
        headers = document["components"]["schemas"]["CloudEventHeaders"]
        assert {"#/components/schemas/CloudEventHeaders"} == set(references(message["headers"]))
        assert not {"ce-correlationid", "ce-causationid", "traceparent"} & set(headers["required"])
        told = resolved(document, message["payload"]["$ref"])
        contract = EVENTS[type_].model_json_schema()
        assert bare(told) == bare({key: value for key, value in contract.items() if key != "$defs"})


def bare(schema: Any) -> Any:
    """A schema without the words and without where the parts it refers to are kept."""
    match schema:
        case {"$ref": str(reference)}:
            return {"$ref": reference.rpartition("/")[2]}
        case dict():
            return {key: bare(value) for key, value in schema.items() if not words(key, value)}
        case list():
            return [bare(each) for each in schema]
    return schema


def words(key: str, value: Any) -> bool:
    return key in {"title", "description"} and isinstance(value, str)


def test_every_example_is_valid_by_the_document_and_read_by_the_program(document: Document) -> None:
    for type_, message in messages(document):
        (example,) = message["examples"]
        schema_of(document, message["headers"]).validate(example["headers"])
        schema_of(document, message["payload"]).validate(example["payload"])
        event, envelope = read(example["headers"], json.dumps(example["payload"]).encode())
        assert event.type_ == type_
        said = headers_of(event, envelope)
        assert {name.lower(): value for name, value in said.items()} == {
            name.lower(): value for name, value in example["headers"].items()
        }


def test_the_payload_schemas_would_find_a_mistake(document: Document) -> None:
    for type_, message in messages(document):
        (example,) = message["examples"]
        required = resolved(document, message["payload"]["$ref"])["required"]
        lacking = {name: value for name, value in example["payload"].items() if name != required[0]}
        assert not schema_of(document, message["payload"]).is_valid(lacking), type_
        other = {**example["headers"], "ce-type": "cn.miaopu.other"}
        assert not schema_of(document, message["headers"]).is_valid(other), type_


def test_the_server_asks_for_an_account(document: Document) -> None:
    (server,) = document["servers"].values()
    assert (server["host"], server["protocol"]) == (HOST, "nats")
    (security,) = server["security"]
    assert resolved(document, security["$ref"])["type"] == "userPassword"


def test_every_event_and_every_field_has_words_and_there_are_none_for_nothing() -> None:
    assert set(EVENT_WORDS) == set(EVENTS)
    fields = set()
    for contract in EVENTS.values():
        schema = contract.model_json_schema()
        for part in (schema, *schema.get("$defs", {}).values()):
            fields |= set(part["properties"])
    assert set(FIELD_WORDS) == fields
