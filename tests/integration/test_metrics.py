"""What machines see: numbers, readiness and traces of a service at work on real servers."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from nats.js import JetStreamContext
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.core.errors import DomainError
from shared.db.transaction import reading
from shared.messaging import tracing
from shared.messaging.outbox import Outgoing
from shared.observability import telemetry
from shared.running.running import Running
from shared.webkit.app import make_app
from tests.asking import anybody, no_accounts
from tests.integration.small_service import DURABLE, SmallService, at_work, browser, finalised, now, send, until
from tests.servers import NatsServer

pytestmark = pytest.mark.empty_database

LABELS = ("service", "durable", "state", "le")
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


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


async def numbers(client: httpx.AsyncClient) -> dict[tuple[str, ...], float]:
    """Each number by its name and the values of its labels."""
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(sample.labels[name] for name in LABELS if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_the_numbers_say_how_far_behind_a_service_is(
    client: httpx.AsyncClient, running: Running, small: SmallService
) -> None:
    jetstream: JetStreamContext = running.jetstream
    for number in range(5):
        await send(jetstream, number)
    async with running.unit("clerk") as unit:
        unit.publish(Outgoing("e9", finalised(9)))
    before = await numbers(client)
    assert before["miaopu_consumer_pending", "incubator", DURABLE] == 5
    assert before["miaopu_outbox_rows", "incubator"] == 1
    assert before["miaopu_outbox_oldest_seconds", "incubator"] >= 0
    assert before["miaopu_database_up", "incubator"] == before["miaopu_nats_up", "incubator"] == 1
    assert before["miaopu_events_handled_total", "incubator", DURABLE] == 0
    small.failing["e3"] = [DomainError("round-closed", "本轮已经结束")] * 9

    async with work(running):
        await until(lambda: settled(client))
    after = await numbers(client)
    assert after["miaopu_events_handled_total", "incubator", DURABLE] == 5  # four of those and e9, which came back
    assert after["miaopu_events_parked_total", "incubator", DURABLE] == 1
    assert after["miaopu_parked_rows", "incubator", "parked"] == 1
    assert after["miaopu_parked_rows", "incubator", "discarded"] == 0
    assert after["miaopu_handling_seconds_count", "incubator", DURABLE] >= 1
    assert (
        after["miaopu_handling_seconds_bucket", "incubator", DURABLE, "+Inf"]
        == (after["miaopu_handling_seconds_count", "incubator", DURABLE])
    )
    assert after["miaopu_outbox_oldest_seconds", "incubator"] == 0
    assert ("process_cpu_seconds_total",) in after


async def settled(client: httpx.AsyncClient) -> bool:
    seen = await numbers(client)
    names = ("miaopu_consumer_pending", "miaopu_consumer_ack_pending")
    return seen["miaopu_outbox_rows", "incubator"] == 0 == sum(seen[name, "incubator", DURABLE] for name in names)


class work:  # noqa: N801 - reads as the verb it is
    """The service runs while the block does, and then ends cleanly."""

    def __init__(self, running: Running) -> None:
        self.running = running

    async def __aenter__(self) -> None:
        self.task = asyncio.create_task(self.running.run())

    async def __aexit__(self, *_: object) -> None:
        self.running.stop.set()
        await self.task


async def test_a_put_off_attempt_is_counted(
    client: httpx.AsyncClient, running: Running, small: SmallService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.consumer.DELAYS", (0.1, 0.1))
    small.failing["e1"] = [ConnectionError("gone")]
    await send(running.jetstream, 1)
    async with work(running):
        await until(lambda: settled(client))
    seen = await numbers(client)
    assert seen["miaopu_events_failed_total", "incubator", DURABLE] == 1
    assert seen["miaopu_events_handled_total", "incubator", DURABLE] == 1
    assert seen["miaopu_events_parked_total", "incubator", DURABLE] == 0


async def test_a_service_is_ready_while_it_works_and_says_what_keeps_it(
    client: httpx.AsyncClient, running: Running, nats_server: NatsServer
) -> None:
    async def ready() -> bool:
        return (await client.get("/health/ready")).status_code == 200

    async with work(running):
        await until(ready)
        nats_server.stop(signal.SIGKILL)
        answer = await client.get("/health/ready")
        assert (answer.status_code, [each["what"] for each in answer.json()["reasons"]]) == (503, ["nats"])
        seen = await numbers(client)
        assert seen["miaopu_nats_up", "incubator"] == 0
        assert ("miaopu_consumer_pending", "incubator", DURABLE) not in seen
        assert seen["miaopu_database_up", "incubator"] == 1
        nats_server.start()
        await until(ready)
        ended = asyncio.create_task(asyncio.sleep(0), name="a relay that has ended")
        await ended
        at_it = running.working.pop("relay")
        running.working["relay"] = ended
        assert [each["what"] for each in (await client.get("/health/ready")).json()["reasons"]] == ["relay"]
        running.working["relay"] = at_it
        assert await ready()
    answer = await client.get("/health/ready")
    assert [each["what"] for each in answer.json()["reasons"]] == ["stopping"]


# ---------- traces ----------


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Everything is recorded, as with an exporter and the default sampler."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    monkeypatch.setattr("shared.webkit.app.tracer_provider", lambda: provider)
    yield exporter
    provider.shutdown()


async def parents(running: Running) -> list[str | None]:
    async with reading(running.engine) as connection:
        headers = (await connection.execute(select(running.service.spine.outbox.c.headers))).scalars()
        return [each.get("traceparent") for each in headers]


async def test_what_follows_from_an_event_is_in_its_trace(running: Running, client: httpx.AsyncClient) -> None:
    await send(running.jetstream, 1, PARENT)
    async with work(running):
        await until(lambda: settled(client))
    assert await parents(running) == [PARENT]


async def test_a_request_a_batch_and_what_follows_are_one_story_when_recorded(
    recorded: InMemorySpanExporter, running: Running
) -> None:
    app = make_app("苗圃", [running], now=now, identity=no_accounts(), asks=anybody)

    @app.post("/file")
    async def file() -> None:
        async with running.unit("clerk") as unit:
            unit.publish(Outgoing("e1", finalised(1)))

    async with browser(app) as client:
        assert (await client.post("/file", headers={"traceparent": PARENT})).status_code == 200
        (told,) = await parents(running)
        assert told is not None
        assert told.split("-")[1] == TRACE
        await send(running.jetstream, 2, PARENT)
        async with work(running):
            await until(lambda: settled(client))
    spans: dict[str, list[ReadableSpan]] = {}
    for span in recorded.get_finished_spans():
        spans.setdefault(span.name, []).append(span)
    linked = {link.context.trace_id for span in spans[f"handle {DURABLE}"] for link in span.links}
    assert linked == {int(TRACE, 16)}
    assert {parent.split("-")[1] for parent in await parents(running) if parent} == {TRACE}


def test_a_header_that_names_no_span_is_no_link() -> None:
    assert tracing.context_of(None) is None
    assert tracing.context_of("00-" + "0" * 32 + "-b7ad6b7169203331-01") is None
    assert tracing.context_of("rubbish") is None
    found = tracing.context_of(PARENT)
    assert found is not None
    assert (found.trace_id, found.is_remote, found.trace_flags.sampled) == (int(TRACE, 16), True, True)
    assert tracing.current_traceparent() is None


def test_an_exporter_that_is_asked_for_and_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    with pytest.raises(DomainError, match="opentelemetry-exporter-otlp"):
        telemetry.tracer_provider.__wrapped__()
