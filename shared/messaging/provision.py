"""Streams and durables, declared once and applied idempotently; a live one that differs stops the start.

A durable is never changed behind its consumer's back, and a stream's settings are never overwritten by a subscriber.
"""

from collections.abc import Iterable
from typing import NamedTuple

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from shared.contracts.streams import STREAMS, Stream
from shared.core.errors import DomainError

ACK_WAIT_SECONDS = 60.0
MOST_PENDING = 20_000


class Durable(NamedTuple):
    """A consumer's place in a stream: it hears these subjects, and goes on where it stopped."""

    name: str
    stream: str
    subjects: tuple[str, ...]


class ProvisionDiffers(DomainError):
    """What runs on the server is not what we declare; a person decides which is right."""

    def __init__(self, what: str, differences: Iterable[str]) -> None:
        super().__init__(
            "provision-differs",
            f"消息服务器上的{what}与声明不一致：{'；'.join(differences)}。请核对后修改服务器配置或升级程序，再启动",
            status=500,
        )


def stream_config(stream: Stream, replicas: int) -> StreamConfig:
    return StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        num_replicas=replicas,
        max_msgs_per_subject=1 if stream.last_per_subject else -1,
    )


def durable_config(durable: Durable) -> ConsumerConfig:
    return ConsumerConfig(
        durable_name=durable.name,
        filter_subjects=list(durable.subjects),
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        max_ack_pending=MOST_PENDING,
        max_deliver=-1,  # the consumer counts attempts itself, so that what it gives up is parked, not dropped
    )


async def provision(jetstream: JetStreamContext, durables: Iterable[Durable], replicas: int = 1) -> None:
    """Creates what is missing; raises ProvisionDiffers if something there is not as declared."""
    for stream in STREAMS:
        await _stream(jetstream, stream_config(stream, replicas))
    for durable in durables:
        await _durable(jetstream, durable)


async def _stream(jetstream: JetStreamContext, wanted: StreamConfig) -> None:
    try:
        live = (await jetstream.stream_info(str(wanted.name))).config
    except NotFoundError:
        await jetstream.add_stream(wanted)
        return
    names = ("subjects", "retention", "storage", "num_replicas", "max_msgs_per_subject")
    _compare(f"流 {wanted.name}", names, wanted, live)


async def _durable(jetstream: JetStreamContext, durable: Durable) -> None:
    wanted = durable_config(durable)
    try:
        live = (await jetstream.consumer_info(durable.stream, durable.name)).config
    except NotFoundError:
        await jetstream.add_consumer(durable.stream, wanted)
        return
    if live.filter_subjects is None and live.filter_subject:
        live.filter_subjects = [live.filter_subject]  # the server answers one subject in the singular
    names = ("filter_subjects", "deliver_policy", "ack_policy", "ack_wait", "max_ack_pending", "max_deliver")
    _compare(f"订阅 {durable.stream}/{durable.name}", names, wanted, live)


def _compare(what: str, names: Iterable[str], wanted: object, live: object) -> None:
    differences = [
        f"{name} 应为 {getattr(wanted, name)}，现为 {getattr(live, name)}"
        for name in names
        if getattr(wanted, name) != getattr(live, name)
    ]
    if differences:
        raise ProvisionDiffers(what, differences)
