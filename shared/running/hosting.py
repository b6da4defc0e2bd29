"""Services at work behind one web server, and how they come to rest: nothing in hand is dropped."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from shared.running.process import Background
from shared.running.running import Running
from shared.running.site import serve, started, web_server

STOP_SECONDS = 60.0
"""How long batches and letters in hand may take once we stop."""


@asynccontextmanager
async def host(
    works: Background, runnings: Sequence[Running], app: FastAPI, listener: socket.socket
) -> AsyncIterator[None]:
    """Services and site at work until the end. Then the site takes no more requests, consumers finish their batch,
    and what they left in the outbox is published."""
    server = web_server(app)
    site = works.start(serve(server, listener), "site")
    busy = [works.start(running.run(), running.service.title) for running in runnings]
    try:
        await started(server)
        yield
    finally:
        works.end()
        server.tell_to_stop()
        for running in runnings:
            running.stop.set()
        await works.finished(STOP_SECONDS, site, *busy)
