"""Publishing as another program of the office does, that knows no more than the contract of an event."""

from collections.abc import Mapping
from typing import Any

import orjson
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.contracts.streams import stream_of


async def publish_if_new(
    jetstream: JetStreamContext, subject: str, data: Mapping[str, Any], headers: Mapping[str, str]
) -> bool:
    """Publishes `data` as it is, unread, unless the subject has a message already; whether it did."""
    try:
        await jetstream.get_last_msg(stream_of(subject).name, subject)
    except NotFoundError:
        await jetstream.publish(subject, orjson.dumps(data), headers=dict(headers))
        return True
    return False
