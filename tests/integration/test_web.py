"""The site: services under their names, errors as pages or JSON, guards on every request."""

import json
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Body, FastAPI
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.core.errors import DomainError
from shared.messaging.outbox import Outgoing, backlog
from shared.running.running import Running
from shared.webkit.app import make_app
from shared.webkit.guards import letter
from tests.asking import anybody, no_accounts
from tests.integration.small_service import SmallService, at_work, browser, finalised
from tests.servers import NatsServer

pytestmark = pytest.mark.empty_database

JSON = {"accept": "application/json"}


class Opening(BaseModel):
    year: int = Field(ge=2000)
    kind: str


def pages(running: Running) -> APIRouter:
    """A service's routes, well behaved and otherwise."""
    router = APIRouter()

    @router.get("/rounds", response_class=HTMLResponse)
    async def rounds(year: int = 2018) -> str:
        async with running.look() as connection:
            return f"{year}：{(await backlog(connection, running.service.spine)).rows}"

    @router.get("/closed")
    @router.get("/api/closed")
    async def closed() -> None:
        raise DomainError("round-closed", "本轮已经结束", status=409)

    @router.get("/broken")
    @router.get("/api/broken")
    async def broken() -> None:
        raise ValueError("a secret nobody should read")

    @router.get("/api/greedy")
    async def greedy() -> None:
        async with running.unit("clerk") as unit:
            unit.publish(Outgoing("e1", finalised(1)))

    @router.post("/api/rounds")
    async def opened(opening: Annotated[Opening, Body()]) -> Opening:
        async with running.unit("clerk") as unit:
            unit.publish(Outgoing("e1", finalised(1)))
        return opening

    @router.get("/letter")
    async def shown() -> Response:
        return letter("<p style='color:red'>信</p>")

    return router


@pytest.fixture
async def running(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Running]:
    async with at_work(SmallService(pages), database, nats_server.url, tmp_path) as made:
        yield made


def site(*runnings: Running) -> FastAPI:
    return make_app(
        "苗圃",
        runnings,
        now=lambda: datetime(2018, 12, 20, 1, 30, tzinfo=UTC),
        identity=no_accounts(),
        asks=anybody,
        demo=True,
    )


@pytest.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(site(running)) as made:
        yield made


async def written(running: Running) -> int:
    async with running.look() as connection:
        return (await backlog(connection, running.service.spine)).rows


async def test_a_service_is_under_its_name_and_described_for_programs(client: httpx.AsyncClient) -> None:
    assert (await client.get("/incubator/rounds")).text == "2018：0"
    document = (await client.get("/openapi.json")).json()
    assert "/incubator/api/rounds" in document["paths"]
    page = await client.get("/api")
    assert "/incubator/api/rounds" in page.text
    assert "孵化" in page.text
    assert "/openapi.json" in page.text


async def test_what_the_user_can_put_right_is_a_page_in_his_words_or_json_for_programs(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/incubator/closed", headers={"accept": "text/html,application/json"})
    assert page.status_code == 409
    assert "本轮已经结束" in page.text
    assert "演示时钟" in page.text
    said = {"code": "round-closed", "message": "本轮已经结束"}
    for path, headers in (("/incubator/api/closed", {}), ("/incubator/closed", JSON)):
        answer = await client.get(path, headers=headers)
        assert (answer.status_code, answer.json()) == (409, said)


async def test_what_was_sent_wrongly_is_named_by_field_in_chinese(client: httpx.AsyncClient, running: Running) -> None:
    answer = await client.post("/incubator/api/rounds", json={"year": 1990})
    assert answer.status_code == 422
    assert answer.json() == {
        "code": "invalid-input",
        "message": "提交的内容有 2 处需要改正：year 应不小于 2000；kind 必填",
        "fields": {"year": "应不小于 2000", "kind": "必填"},
    }
    page = await client.get("/incubator/rounds?year=二〇一八")
    assert page.status_code == 422
    assert re.search(r"year.*应为整数", page.text, re.DOTALL)
    assert await written(running) == 0


async def test_a_page_that_is_not_there_and_a_way_that_is_not_allowed_are_told(client: httpx.AsyncClient) -> None:
    page = await client.get("/incubator/nothing")
    assert (page.status_code, "没有这一页" in page.text) == (404, True)
    answer = await client.get("/api/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    answer = await client.delete("/incubator/api/rounds")
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, "method-not-allowed", "POST")


async def test_a_bug_is_a_page_with_the_number_of_its_line_in_the_log_and_nothing_else(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        page = await client.get("/incubator/broken")
        answer = await client.get("/incubator/api/broken")
    assert page.status_code == answer.status_code == 500
    number = answer.json()["trace_id"]
    assert re.fullmatch("[0-9a-f]{32}", number)
    assert "secret" not in page.text + answer.text
    lines = {getattr(record, "trace_id", None): record for record in caplog.records}
    assert number in lines
    assert lines[number].exc_info is not None
    (shown,) = re.findall("[0-9a-f]{32}", page.text)
    assert shown in lines


async def test_the_number_of_a_bug_is_that_of_the_trace_it_came_with(client: httpx.AsyncClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await client.get("/incubator/api/broken", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answer.json()["trace_id"] == trace


async def test_a_get_never_commits(client: httpx.AsyncClient, running: Running) -> None:
    assert (await client.get("/incubator/api/greedy")).status_code == 500
    assert await written(running) == 0
    answer = await client.post("/incubator/api/rounds", json={"year": 2018, "kind": "makerspace"})
    assert answer.status_code == 200
    assert await written(running) == 1


async def test_another_site_cannot_make_a_browser_change_anything(client: httpx.AsyncClient, running: Running) -> None:
    body = {"year": 2018, "kind": "makerspace"}
    for headers in (
        {"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        {"origin": "null"},
    ):  # fmt: skip
        answer = await client.post("/incubator/api/rounds", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "from-elsewhere")
    assert await written(running) == 0
    own = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert (await client.post("/incubator/api/rounds", json=body, headers=own)).status_code == 200


@pytest.mark.parametrize("path", ["/incubator/rounds", "/incubator/broken", "/nothing", "/static/miaopu.css"])
async def test_every_answer_keeps_the_browser_to_this_site(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


async def test_a_letter_keeps_its_own_style_and_runs_nothing(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/incubator/letter")).headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy


async def test_static_files_may_be_kept_because_their_address_changes_with_them(client: httpx.AsyncClient) -> None:
    page = await client.get("/nothing")
    (address,) = re.findall(r'href="(/static/miaopu.css\?v=[0-9a-f]+)"', page.text)
    answer = await client.get(address)
    assert "immutable" in answer.headers["cache-control"]
    assert (await client.get("/static/../app.py")).status_code == 404


# ---------- health ----------


async def test_a_service_that_does_not_run_is_alive_but_not_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/health/live")).json() == {"status": "live"}
    answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert {reason["what"] for reason in answer.json()["reasons"]} == {"relay", "incubator-settlement"}


async def test_a_site_without_services_is_ready() -> None:
    async with browser(site()) as client:
        answer = await client.get("/health/ready")
    assert (answer.status_code, json.loads(answer.text)) == (200, {"status": "ready", "reasons": []})
