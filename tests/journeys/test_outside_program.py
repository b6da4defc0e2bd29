"""A program that knows only the AsyncAPI document and the credentials in the data folder."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import nats
from nats.aio.client import Client

from tests.journeys.city import MIAOPU, environment, line_with, running

CARRIER = {"id": "NEW-1", "org_id": "ORG-1", "kind": "makerspace", "level": "city", "name": "从未登记的众创空间"}


def headers(type_: str, id_: str) -> dict[str, str]:
    return {
        "ce-specversion": "1.0", "ce-id": id_, "ce-source": "/outside", "ce-type": f"cn.miaopu.{type_}",
        "ce-time": "2019-01-18T01:00:00Z", "content-type": "application/json", "Nats-Msg-Id": id_,
    }  # fmt: skip


async def test_it_publishes_a_contact_and_a_grade_and_sees_the_subsidy_and_the_mail(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        process = stack.enter_context(running(tmp_path, "up"))
        site = "http" + line_with(process.stdout, "http").split("http")[1].split()[0].rstrip("，。；")
        browser = await stack.enter_async_context(httpx.AsyncClient(base_url=site))
        document = (await browser.get("/asyncapi.json")).json()
        assert (await browser.get("/mails")).status_code == 303  # whose mails these are is nobody's business
        browser.headers["authorization"] = f"Bearer {await _token(tmp_path)}"
        credentials = json.loads((tmp_path / "credentials.json").read_text())
        client = await _connected(document, credentials)
        jetstream = client.jetstream()
        heard = await client.subscribe("incubator.subsidy.*.v1")
        contact = {
            "recipient_id": "ORG-1",
            "org_id": "ORG-1",
            "role": "operator",
            "name": "王工",
            "email": "w@example.cn",
        }
        await jetstream.publish(
            "contact.incubator.changed.v1.ORG-1", json.dumps(contact).encode(),
            headers=headers("contact.incubator.changed.v1", "c-1"),
        )  # fmt: skip
        grade = document["channels"]["incubator.evaluation.finalised.v1"]
        body = _example(document, grade) | {"evaluation_id": "E-1", "carrier": CARRIER, "grade": "excellent"}
        body["facts"] = {"operating_cost_prev_year": "200000.00"}
        await jetstream.publish(grade["address"], json.dumps(body).encode(), headers=headers(grade["address"], "e-1"))
        message = await heard.next_msg(timeout=60)
        subsidy = json.loads(message.data)
        assert (message.header or {})["ce-causationid"] == subsidy["cause_event_id"] == "e-1"
        assert subsidy["amount"] == "140000.00"
        assert subsidy["carrier"]["name"] == CARRIER["name"]
        for _ in range(600):
            mails = (await browser.get("/mails")).text
            if mails.count("w@example.cn") >= 2:  # its result and its subsidy
                break
            await asyncio.sleep(0.1)
        assert mails.count("w@example.cn") >= 2
        again = await jetstream.subscribe("incubator.subsidy.computed.v1", stream="INCUBATOR", ordered_consumer=True)
        caught_up = await again.next_msg(timeout=60)  # whoever was away hears what there was
        assert json.loads(caught_up.data)["subsidy_id"] == subsidy["subsidy_id"]
        chain = await browser.get("/incubator/chain/e-1")
        assert chain.status_code == 200
        for words in (CARRIER["name"], "140,000.00", "已交付"):
            assert words in chain.text
        await client.close()


async def _token(data: Path) -> str:
    """What the machine's owner gives to a program that is to look at the site."""
    made = "account", "add", "watcher", "--person", "看信程序", "--email", "a@example.cn", "--role", "administrator"
    for arguments in (made, ("account", "token", "watcher", "journey")):
        run = await asyncio.create_subprocess_exec(
            MIAOPU, *arguments, env=environment(data), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await run.communicate()
        assert run.returncode == 0
    return said.decode().strip()


async def _connected(document: dict[str, Any], credentials: dict[str, Any]) -> Client:
    (server,) = document["servers"].values()
    assert urlsplit(credentials["url"]).netloc == server["host"]
    return await nats.connect(credentials["url"], user="outside", password=credentials["users"]["outside"])


def _example(document: dict[str, Any], channel: dict[str, Any]) -> dict[str, Any]:
    """The example the document gives of what the channel carries."""
    (message,) = channel["messages"].values()
    name = message["$ref"].rpartition("/")[2]
    example: dict[str, Any] = document["components"]["messages"][name]["examples"][0]["payload"]
    return example
