"""The AsyncAPI document and the event catalogue as the site serves them; a stranger needs nothing else to be heard."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import httpx
import pytest
from ruamel.yaml import YAML
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.catalogue import EVENTS
from shared.contracts.words import EVENT_WORDS
from shared.messaging.asyncapi import Document
from shared.messaging.broker import connect
from shared.running.running import Running
from shared.webkit.app import make_app
from tests.asking import anybody, no_accounts
from tests.contracts.asyncapi import faults, messages
from tests.integration.small_service import DURABLE, SmallService, at_work, browser, now, quiet, until
from tests.servers import NatsServer

pytestmark = pytest.mark.empty_database


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
    async with browser(make_app("苗圃", [running], now=now, identity=no_accounts(), asks=anybody)) as made:
        yield made


async def test_it_is_served_as_json_as_yaml_and_as_a_page(client: httpx.AsyncClient, nats_server: NatsServer) -> None:
    served = (await client.get("/asyncapi.json")).json()
    assert faults(served) == []
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
