"""What a run is found to have lost and doubled, and the places where one looks: tables and streams."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import orjson
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from sqlalchemy import Table, select

from shared.running.service import Service
from tests.faults.city import City

SHOWN = 5

Thing = TypeVar("Thing", bound=Hashable)


class Told(NamedTuple):
    """An event in a stream; told twice, it is the same one."""

    id: str
    type: str
    body: bytes

    @property
    def says(self) -> dict[str, Any]:
        said: dict[str, Any] = orjson.loads(self.body)
        return said


@dataclass
class Findings:
    events: int = 0
    grants: int = 0
    """Instalments that were to be computed and paid, of the talent half."""
    lost: int = 0
    doubled: int = 0
    parked: int = 0
    resent: int = 0
    """Mails handed over again under the same Message-ID, byte for byte the same."""
    problems: list[str] = field(default_factory=list)

    def compare(self, what: str, expected: Counter[Thing], found: Counter[Thing]) -> None:
        missing, surplus = expected - found, found - expected
        self.lost += missing.total()
        self.doubled += surplus.total()
        for said, counted in (("缺", missing), ("多", surplus)):
            if counted:
                self.problems.append(f"{what}{said} {counted.total()}：{[*counted][:SHOWN]}")

    def wrong(self, told: str) -> None:
        if told:
            self.problems.append(told)


async def rows_of(city: City, service: Service, table: Table) -> list[Any]:
    async with city.look(service) as connection:
        return list(await connection.execute(select(table)))


async def told_in(jetstream: JetStreamContext, stream: str, subject: str) -> list[Told]:
    """The events of a stream, each once however often it was published; what bears no id is left out."""
    left = (await jetstream.stream_info(stream)).state.messages
    config = ConsumerConfig(ack_policy=AckPolicy.NONE, inactive_threshold=60)
    reader = await jetstream.pull_subscribe(subject, stream=stream, config=config)
    found: dict[tuple[str, str], Told] = {}
    while left:
        for message in await reader.fetch(min(left, 500), timeout=30):
            left -= 1
            headers = message.headers or {}
            if "ce-id" in headers and not headers["ce-id"].startswith("poison"):
                type_ = headers["ce-type"].removeprefix("cn.miaopu.")
                found[headers["ce-id"], type_] = Told(headers["ce-id"], type_, message.data)
    await reader.unsubscribe()
    return list(found.values())
