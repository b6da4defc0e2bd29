"""The connection to JetStream: consumers bound to their durables, and the relay's context."""

from typing import Any

from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.aio.msg import Msg

from shared.messaging.consumer import Hearing

BATCH = 500
IDLE_SECONDS = 0.1
"""How long a pull waits for a batch to fill; what comes alone waits as long."""


def make_broker(url: str, **options: Any) -> NatsBroker:  # noqa: ANN401 - the driver's own options
    """A broker that reconnects for ever: giving up would leave a service that hears nothing and says so to nobody."""
    return NatsBroker(url, max_reconnect_attempts=-1, logger=None, **options)


def bind(broker: NatsBroker, hearing: Hearing) -> None:
    """Binds a consumer to its durable, which `provision` has made; nothing is declared here."""
    durable = hearing.consumer.provisioned()

    async def raw(message: NatsMessage) -> Any:  # noqa: ANN401 - a batch of the driver's messages
        return message.raw_message

    @broker.subscriber(
        durable.subjects[0] if len(durable.subjects) == 1 else f"{durable.stream.lower()}.>",
        durable=durable.name,
        stream=JStream(durable.stream, declare=False),
        pull_sub=PullSub(batch=True, batch_size=BATCH, timeout=IDLE_SECONDS),
        ack_policy=AckPolicy.MANUAL,
        decoder=raw,
        title=durable.name,
    )
    async def heard(_: object, message: NatsMessage) -> None:
        raw_messages: list[Msg] = message.raw_message  # type: ignore[assignment]  # a batch comes as a list
        await hearing.handle(raw_messages)
