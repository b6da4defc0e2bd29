"""The AsyncAPI document is valid, complete, and all that an outside program needs; its page and the catalogue say the same.

`tests/contracts/asyncapi-3.0.0.json` is the AsyncAPI Initiative's own JSON schema of the format (package @asyncapi/specs
6.11.1, Apache-2.0), unchanged but for white space.
"""

import asyncio
import copy
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from jsonschema import Draft7Validator, Draft202012Validator  # type: ignore[import-untyped]  # it brings no types
from ruamel.yaml import YAML
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.catalogue import EVENTS
from shared.contracts.envelope import CONTENT_TYPE, headers_of, read
from shared.contracts.streams import STREAMS
from shared.contracts.words import EVENT_WORDS, FIELD_WORDS
from shared.messaging.accounts import OUTSIDE_PUBLISHES
from shared.messaging.asyncapi import Document, asyncapi
from shared.messaging.broker import connect
from shared.running.running import Running
from shared.webkit.app import make_app
from tests.integration.small_service import DURABLE, SmallService, at_work, browser, now, quiet, until
from tests.servers import NatsServer

NAME = re.compile(r"[A-Za-z0-9_.-]+")
HOST = "127.0.0.1:4222"


@pytest.fixture(scope="module")
def document() -> Document:
    return asyncapi("苗圃事件", "1.0.0", [HOST], [SmallService().consumer])


@pytest.fixture(scope="module")
def official(root: Path) -> Draft7Validator:
    """The format's own schema."""
    return Draft7Validator(json.loads((root / "tests/contracts/asyncapi-3.0.0.json").read_text(encoding="utf-8")))


def resolved(document: Document, reference: str) -> Any:
    """What a reference within the document points to."""
    assert reference.startswith("#/")
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


def references(value: Any) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def messages(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for type_, channel in document["channels"].items():
        (message,) = channel["messages"].values()
        yield type_, resolved(document, message["$ref"])


def schema_of(document: Document, schema: Any) -> Draft202012Validator:
    """A validator of a schema in the document, which refers to others in it."""
    return Draft202012Validator({**schema, "components": document["components"]})


# ---------- valid ----------


def test_it_is_valid_by_the_schema_of_the_format(document: Document, official: Draft7Validator) -> None:
    assert [error.message for error in official.iter_errors(document)] == []


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
    document: Document, official: Draft7Validator, path: tuple[str, ...], value: object
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
    assert not official.is_valid(broken)


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
    assert set(heard) == {f"receive.{DURABLE}.{event.type_}" for event in SmallService().consumer.events}
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


# ---------- served ----------


@pytest.fixture
def small() -> SmallService:
    return SmallService()


@pytest.fixture
async def running(
    small: SmallService, database: AsyncEngine, nats_server: NatsServer, tmp_path: Path
) -> AsyncIterator[Running]:
    async with at_work(small, database, nats_server.url, tmp_path) as made:
        yield made


@pytest.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(make_app("苗圃", [running], now=now)) as made:
        yield made


async def test_it_is_served_as_json_as_yaml_and_as_a_page(
    client: httpx.AsyncClient, official: Draft7Validator, nats_server: NatsServer
) -> None:
    served = (await client.get("/asyncapi.json")).json()
    assert official.is_valid(served)
    assert [server["host"] for server in served["servers"].values()] == [f"127.0.0.1:{nats_server.port}"]
    assert YAML(typ="safe", pure=True).load((await client.get("/asyncapi.yaml")).text) == served
    page = (await client.get("/asyncapi")).text
    for type_, channel in served["channels"].items():
        assert channel["address"] in page
        assert f'id="{type_}"' in page
        assert EVENT_WORDS[type_].when in page
    for name in served["components"]["schemas"]["CloudEventHeaders"]["properties"]:
        assert f"<code>{name}</code>" in page
    assert f"接收 · {DURABLE}" in page


async def test_the_catalogue_says_of_each_event_who_tells_it_who_hears_it_and_when(client: httpx.AsyncClient) -> None:
    page = (await client.get("/events")).text
    for type_, said in EVENT_WORDS.items():
        assert f'href="/events/{type_}"' in page
        assert said.title in page
        event = (await client.get(f"/events/{type_}")).text
        assert said.when in event
        for name in EVENTS[type_].model_fields:
            assert f"<code>{name}</code>" in event
        assert "<code>carrier.org_id</code>" in event or "carrier" not in EVENTS[type_].model_fields
    assert page.count(DURABLE) == 2
    finalised = (await client.get("/events/incubator.evaluation.finalised.v1")).text
    assert DURABLE in finalised
    assert "孵化" in finalised
    answer = await client.get("/events/nothing", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-event")


async def test_a_stranger_with_the_document_alone_is_heard(
    client: httpx.AsyncClient, running: Running, small: SmallService
) -> None:
    served = cast("Document", (await client.get("/asyncapi.json")).json())
    (server,) = served["servers"].values()
    stranger = (await connect(f"{server['protocol']}://{server['host']}", quiet)).jetstream()
    for type_, message in messages(served):
        (example,) = message["examples"]
        headers = {**example["headers"], "ce-id": f"id of {type_}".replace(" ", "-"), "Nats-Msg-Id": type_}
        channel = served["channels"][type_]
        place = channel["address"].replace("{recipient_id}", example["payload"].get("recipient_id", ""))
        body = json.dumps(example["payload"]).encode()
        answer = await stranger.publish(place, body, stream=channel["x-nats-stream"], headers=headers)
        assert not answer.duplicate
    work = asyncio.create_task(running.run())
    await until(lambda: heard(running, small, 2))
    running.stop.set()
    await work
    await stranger._nc.close()  # noqa: SLF001 - the connection made above


async def heard(running: Running, small: SmallService, number: int) -> bool:
    return await small.entries(running.engine) == number
