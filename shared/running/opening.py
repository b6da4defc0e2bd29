"""Opens a service in this process: its database, its connection, its place on the message server. Closes all of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.core.clock import Now
from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.db.engine import open_database, reach
from shared.db.migrate import Migrated, check, upgrade
from shared.messaging.connection import connected, set_up
from shared.running.running import Running
from shared.running.service import Service


def database_url(settings: Settings, service: Migrated) -> URL:
    """The one PostgreSQL database of all services, or the service's own SQLite file."""
    if settings.database_url is not None:
        return make_url(settings.database_url)
    return URL.create("sqlite", database=str((settings.data / f"{service.name}.db").absolute()))


@asynccontextmanager
async def opened_database(settings: Settings, service: Migrated, *, there: bool = False) -> AsyncIterator[AsyncEngine]:
    """The service's database, which answers; closed at the end. `there`: a file that is missing is not made."""
    if there and settings.database_url is None and not (settings.data / f"{service.name}.db").exists():
        raise DomainError("no-data", f"{settings.data} 里没有苗圃的数据；请用 MIAOPU_DATA 指明数据目录", status=404)
    if settings.database_url is None:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = open_database(database_url(settings, service), service.name)
    try:
        await reach(engine)
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def opened(
    service: Service,
    settings: Settings,
    nats_url: str,
    now: Now,
    lost: Callable[[Exception], None],
    *,
    migrates: bool,
) -> AsyncIterator[Running]:
    """The service, ready to run. It brings its tables up to date if it `migrates`, otherwise they have to be.

    `lost` hears if the message server ends the connection for good.
    """
    async with opened_database(settings, service) as engine:
        if migrates:
            await upgrade(engine, service)
        else:
            await check(engine, service)
        async with connected(nats_url, lost) as client:
            jetstream = client.jetstream()
            await set_up(jetstream, [consumer.provisioned() for consumer in service.consumers])
            yield Running(service, settings, engine, jetstream, now)
