"""One service as one process, for a cluster: its own site; message server and database it shares with the others."""

from collections.abc import Callable
from contextlib import AsyncExitStack

from shared.core.clock import CLOCK, clock_of
from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.identity.opening import opened_identity
from shared.running.folder import held
from shared.running.hosting import host
from shared.running.opening import opened
from shared.running.process import background, run_until_told
from shared.running.service import Service
from shared.running.site import listening, url_of
from shared.webkit.access import check_rules
from shared.webkit.app import make_app


def run_alone(service: Service, settings: Settings, told: Callable[[str], None]) -> None:
    """The service, until SIGINT or SIGTERM; `told` hears the address once its site answers."""
    if settings.nats_url is None:
        raise DomainError(
            "nats-url-missing",
            f"单独运行 {service.name} 要有消息服务器：请设 MIAOPU_NATS_URL；只在一台机器上运行请用 miaopu up",
        )
    run_until_told(_work(service, settings, settings.nats_url, told))


async def _work(service: Service, settings: Settings, nats_url: str, told: Callable[[str], None]) -> None:
    async with background() as works, AsyncExitStack() as stack:
        if settings.database_url is None:
            stack.enter_context(held(settings.data, together=True))
        listener = stack.enter_context(listening(settings.host, settings.port))
        now, demo = clock_of(settings.data), (settings.data / CLOCK).exists()
        opening = opened(service, settings, nats_url, now, works.fail, migrates=False)
        running = await stack.enter_async_context(opening)
        identity = await stack.enter_async_context(opened_identity(settings, migrates=False, strict=not demo))
        app = make_app(service.title, [running], now=now, identity=identity, demo=demo)
        check_rules(app)
        await stack.enter_async_context(host(works, [running], app, listener))
        told(url_of(listener))
        await running.stop.wait()
