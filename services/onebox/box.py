"""Puts everything together in one process, in the order in which each part needs the one before, and takes it apart."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from fastapi import APIRouter

from services.known import SERVICES
from services.onebox.demo_logins import demo_logins
from services.onebox.mail_pages import mail_pages
from services.onebox.mails import Mailbox, catching
from shared.core.clock import CLOCK, Now, clock_of
from shared.core.settings import Settings
from shared.identity.opening import Identity, opened_identity
from shared.messaging.server import EmbeddedServer
from shared.running.folder import held
from shared.running.hosting import host
from shared.running.opening import opened
from shared.running.process import Background, background, last_things, run_until_told
from shared.running.running import Running
from shared.running.service import Service
from shared.running.site import listening, url_of
from shared.webkit.access import check_rules
from shared.webkit.app import make_app

TITLE = "苗圃"


@dataclass(frozen=True)
class Box:
    """Everything at work. `url` is where the site really is; setting `stop` ends `serve_until_stopped`."""

    settings: Settings
    url: str
    runnings: tuple[Running, ...]
    mailbox: Mailbox | None
    identity: Identity
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def running(self, name: str) -> Running:
        return next(running for running in self.runnings if running.service.name == name)

    async def serve_until_stopped(self) -> None:
        await self.stop.wait()


@asynccontextmanager
async def onebox(
    settings: Settings,
    *,
    services: Sequence[Service] = SERVICES,
    now: Now | None = None,
    demo: Callable[[Sequence[Running]], APIRouter] | None = None,
) -> AsyncIterator[Box]:
    """Everything at work on the data folder, and stopped cleanly at the end, however that comes.

    It lives on `now`, or else on the clock the folder has: the demo's, or the machine's.

    `demo` makes the routes that only a demo has.

    If a part fails, whoever is in here is cancelled, the rest is stopped, and the part's error is raised.
    """
    async with background() as works, AsyncExitStack() as stack:
        stack.enter_context(held(settings.data))
        on_demo_clock = demo is not None or (settings.data / CLOCK).exists()
        now = now or clock_of(settings.data)
        listener = stack.enter_context(listening(settings.host, settings.port))
        url = url_of(listener)
        mailbox = None
        known: dict[str, str] = {} if "base_url" in settings.model_fields_set else {"base_url": url}
        if settings.smtp_url is None:
            mailbox = Mailbox(settings.data / "mails")
            known["smtp_url"] = await stack.enter_async_context(catching(mailbox))
        settings = settings.model_copy(update=known)
        server = None if settings.nats_url else await stack.enter_async_context(embedded(settings, works))
        runnings = []
        for service in services:
            nats_url = server.url(service.name) if server else str(settings.nats_url)
            opening = opened(service, settings, nats_url, now, works.fail, migrates=True)
            runnings.append(await stack.enter_async_context(opening))
        identity = await stack.enter_async_context(opened_identity(settings, migrates=True, strict=not on_demo_clock))
        logins = await demo_logins(identity) if on_demo_clock else ()
        app = make_app(TITLE, runnings, now=now, identity=identity, demo=on_demo_clock, demo_logins=logins)
        if demo is not None:
            app.include_router(demo(runnings))
        if mailbox is not None:
            app.include_router(mail_pages(mailbox, demo=on_demo_clock))
        check_rules(app)
        await stack.enter_async_context(host(works, runnings, app, listener))
        yield Box(settings, url, tuple(runnings), mailbox, identity)


@asynccontextmanager
async def embedded(settings: Settings, works: Background) -> AsyncIterator[EmbeddedServer]:
    """The message server, kept running until everything that speaks to it has stopped."""
    server = EmbeddedServer(settings.data)
    last_things.append(server.kill)
    try:
        await server.start()
        keeping = works.start(server.keep(), "message server")
        try:
            yield server
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])
    finally:
        await server.stop()
        last_things.remove(server.kill)


def run(settings: Settings, told: Callable[[str], None], *, services: Sequence[Service] = SERVICES) -> None:
    """Everything, until SIGINT or SIGTERM; `told` hears the address once the site answers."""

    async def work() -> None:
        async with onebox(settings, services=services) as box:
            told(box.url)
            await box.serve_until_stopped()

    run_until_told(work())
