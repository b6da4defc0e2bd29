"""What Prometheus reads at /metrics: how far behind each service is, what it parked, what its consumers do.

Everything is asked for when it is read, so nothing can be out of date; a part that does not answer is left out, and
`miaopu_database_up` and `miaopu_nats_up` say so.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from sqlalchemy.exc import SQLAlchemyError

from shared.messaging import parking, watch
from shared.messaging.outbox import backlog
from shared.messaging.tally import BUCKETS
from shared.running.running import Running

SERVICE, CONSUMER = ["service"], ["service", "durable"]


class _Families:
    """The numbers of one reading."""

    def __init__(self) -> None:
        gauge, counter = GaugeMetricFamily, CounterMetricFamily
        self.database = gauge("miaopu_database_up", "The service's database answers.", labels=SERVICE)
        self.nats = gauge("miaopu_nats_up", "The message server answers.", labels=SERVICE)
        self.outbox = gauge("miaopu_outbox_rows", "Events not yet published.", labels=SERVICE)
        self.oldest = gauge("miaopu_outbox_oldest_seconds", "Age of the oldest of them.", labels=SERVICE)
        self.parked = gauge("miaopu_parked_rows", "Parked events by state.", labels=["service", "state"])
        self.pending = gauge("miaopu_consumer_pending", "Events not yet delivered.", labels=CONSUMER)
        self.in_hand = gauge("miaopu_consumer_ack_pending", "Delivered, not yet acknowledged.", labels=CONSUMER)
        self.redelivered = gauge("miaopu_consumer_redelivered", "Of these, more than once.", labels=CONSUMER)
        self.handled = counter("miaopu_events_handled", "Events whose transaction is committed.", labels=CONSUMER)
        self.failed = counter("miaopu_events_failed", "Attempts put off to be tried again.", labels=CONSUMER)
        self.given_up = counter("miaopu_events_parked", "Events given up and parked.", labels=CONSUMER)
        self.seconds = HistogramMetricFamily("miaopu_handling_seconds", "Time a batch took.", labels=CONSUMER)

    def all(self) -> Iterable[Metric]:
        return vars(self).values()


class _Reading:
    """Hands the library what was gathered: it collects without waiting, and we have to ask a database."""

    def __init__(self, families: _Families) -> None:
        self.families = families

    def collect(self) -> Iterator[Metric]:
        yield from self.families.all()


async def _database(running: Running, families: _Families) -> None:
    name = running.service.name
    try:
        async with running.look() as connection:
            waiting = await backlog(connection, running.service.spine)
            parked = await parking.counted(connection, running.service.spine)
    except (SQLAlchemyError, OSError):
        families.database.add_metric([name], 0)
        return
    families.database.add_metric([name], 1)
    families.outbox.add_metric([name], waiting.rows)
    age = 0.0
    if (oldest := waiting.oldest_at) is not None:
        written = oldest if oldest.tzinfo else oldest.replace(tzinfo=UTC)  # SQLite answers without a zone
        age = max(0.0, (running.now() - written).total_seconds())
    families.oldest.add_metric([name], age)
    for state, rows in parked.items():
        families.parked.add_metric([name, state], rows)


async def _server(running: Running, families: _Families) -> None:
    name = running.service.name
    up = await watch.answers(running.jetstream)
    families.nats.add_metric([name], int(up))
    for hearing in running.hearings if up else ():
        durable = hearing.consumer.provisioned()
        behind = await watch.behind(running.jetstream, durable)
        if behind is not None:
            labels = [name, durable.name]
            families.pending.add_metric(labels, behind.pending)
            families.in_hand.add_metric(labels, behind.in_hand)
            families.redelivered.add_metric(labels, behind.redelivered)


def _consumers(running: Running, families: _Families) -> None:
    for hearing in running.hearings:
        labels, tally = [running.service.name, hearing.consumer.durable], hearing.tally
        families.handled.add_metric(labels, tally.handled)
        families.failed.add_metric(labels, tally.put_off)
        families.given_up.add_metric(labels, tally.parked)
        total, buckets = 0, []
        for end, batches in zip((*map(str, BUCKETS), "+Inf"), tally.batches, strict=True):
            total += batches
            buckets.append((end, total))
        families.seconds.add_metric(labels, buckets, tally.seconds)


def machine() -> CollectorRegistry:
    """What the process itself uses: memory, processor, files."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


async def exposition(runnings: Sequence[Running], process: CollectorRegistry, accept: str) -> tuple[bytes, str]:
    """The text Prometheus reads, and its content type, in the format it accepts."""
    families = _Families()
    await asyncio.gather(*(ask(running, families) for running in runnings for ask in (_database, _server)))
    for running in runnings:
        _consumers(running, families)
    registry = CollectorRegistry()
    registry.register(_Reading(families))
    registry.register(process)
    encoder, content_type = choose_encoder(accept)
    return encoder(registry), content_type
