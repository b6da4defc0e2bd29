"""Streams and durables as they are declared: made once, and a server that differs stops the start."""

from collections.abc import AsyncIterator

import pytest
from nats.js import JetStreamContext
from nats.js.api import StreamConfig

from shared.messaging.provision import Durable, ProvisionDiffers, provision
from tests.integration.spine_world import provisioned
from tests.servers import NatsServer

pytestmark = pytest.mark.empty_database


@pytest.fixture
async def jetstream(nats_server: NatsServer) -> AsyncIterator[JetStreamContext]:
    async with provisioned(nats_server) as made:
        yield made


async def test_provisioning_twice_changes_nothing(jetstream: JetStreamContext) -> None:
    durable = Durable("d", "INCUBATOR", ("incubator.evaluation.finalised.v1", "incubator.settlement.requested.v1"))
    single = Durable("one", "INCUBATOR", ("incubator.evaluation.finalised.v1",))
    for _ in range(2):
        await provision(jetstream, [durable, single])
    assert (await jetstream.stream_info("CONTACTS")).config.max_msgs_per_subject == 1
    with pytest.raises(ProvisionDiffers, match=r"INCUBATOR/one.*filter_subjects"):
        await provision(jetstream, [single._replace(subjects=("incubator.round.opened.v1",))])


async def test_a_stream_that_was_changed_stops_the_start(jetstream: JetStreamContext) -> None:
    await jetstream.update_stream(StreamConfig(name="NOTIFY", subjects=["notify.>", "letters.>"]))
    with pytest.raises(ProvisionDiffers, match=r"流 NOTIFY.*subjects"):
        await provision(jetstream, [])
