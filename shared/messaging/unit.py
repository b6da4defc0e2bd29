"""A unit of work: one transaction, who works in it, and the events it wants published when it commits."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.event import Event
from shared.contracts.talent.spoken import check_impersonal
from shared.core.clock import legal_date
from shared.core.settings import BASE_URL
from shared.db.transaction import transaction
from shared.messaging.outbox import Outgoing, event_id, publish
from shared.messaging.tables import SpineTables

SYSTEM = "system"
"""Who acts when nobody does: a consumer or the schedule."""


@dataclass(slots=True)
class Unit:
    """What a use case works with. `now` is the instant it happens at, the same for everything in it."""

    connection: AsyncConnection
    now: datetime
    by: str = SYSTEM
    outgoing: list[Outgoing] = field(default_factory=list)
    base_url: str = BASE_URL
    """The address of the site, as letters link to it."""

    @property
    def today(self) -> date:
        """The legal date, in Asia/Shanghai."""
        return legal_date(self.now)

    def publish(self, outgoing: Outgoing) -> None:
        self.outgoing.append(outgoing)

    def tell(self, event: Event, *distinct: str, story: str | None = None, cause: str | None = None) -> str:
        """Publishes what happened and answers its id, derived from the type, what it is about and `distinct`.

        `distinct` tells apart the times the same thing happens to the same subject: a version, an instant.
        `story` is the correlation id; an event that begins a story is its own. Reasons that name a person by number or
        address are refused (personal-words).
        """
        check_impersonal(event)
        id_ = event_id(event.type_, event.about(), *distinct)
        self.publish(Outgoing(id_, event, story or id_, cause))
        return id_


@asynccontextmanager
async def unit_of_work(
    engine: AsyncEngine,
    tables: SpineTables,
    source: str,
    now: Callable[[], datetime],
    by: str,
    base_url: str = BASE_URL,
) -> AsyncIterator[Unit]:
    """One transaction: rows and the events that follow from them are committed together at the end, or not at all."""
    async with transaction(engine) as connection:
        unit = Unit(connection, now(), by.strip(), base_url=base_url)
        yield unit
        await publish(connection, tables, source, unit.outgoing, unit.now)
