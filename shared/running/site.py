"""The web server of a process. It takes no signals of its own: the process decides when it ends."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from shared.core.errors import DomainError

GRACE_SECONDS = 10
"""How long requests in hand may take once it stops."""
KEPT_OPEN_SECONDS = 75
"""How long a connection stays open without a request: longer than a proxy or a busy browser leaves one alone, so that
neither sends a form into a connection that is just being closed."""


class WebServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def tell_to_stop(self) -> None:
        """No new connections; requests in hand are answered."""
        self.should_exit = True


def listening(host: str, port: int) -> socket.socket:
    """A socket of the site's; port 0 takes any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise DomainError(
            "port-taken",
            f"不能在 {host} 的 {port} 端口提供网页（{error.strerror}）；请停下占用它的程序，或改 MIAOPU_PORT（0 自选）",
            status=409,
        ) from None


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def web_server(app: FastAPI) -> WebServer:
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS, proxy_headers=True,
        timeout_keep_alive=KEPT_OPEN_SECONDS,
    )  # fmt: skip
    return WebServer(config)


async def serve(server: WebServer, listener: socket.socket) -> None:
    await server.serve(sockets=[listener])


async def started(server: WebServer) -> None:
    while not server.started:  # noqa: ASYNC110 - it has a flag and no event
        await asyncio.sleep(0.01)
