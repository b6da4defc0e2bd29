"""Finds out who sends a request before anything else looks at it: by a browser's cookie, by a program's token."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.identity.who import Who

COOKIE = "miaopu"
SAFE_COOKIE = "__Host-miaopu"
"""Over https the browser itself sees to it that no other site set it."""
WITHOUT = ("/static/", "/health/", "/metrics")
"""What is answered to everybody alike."""

Asks = Callable[[Request], Awaitable[Who | None]]
Finds = Callable[[str], Awaitable[Who | None]]


def asked_by(finds: Finds) -> Asks:
    """Who has the token that a request carries."""

    async def asks(request: Request) -> Who | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token:
            who = await finds(token.strip())
            return who if who is not None and who.program else None
        token = request.cookies.get(cookie_of(request), "")
        return await finds(token) if token else None

    return asks


def cookie_of(request: Request) -> str:
    return SAFE_COOKIE if request.url.scheme == "https" else COOKIE


class Asking:
    """Sets `request.state.who`. Whoever has to do something first is led there."""

    def __init__(self, app: ASGIApp, asks: Asks) -> None:
        self.app = app
        self.asks = asks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(WITHOUT):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        who = await self.asks(request)
        request.state.who = who
        if who is not None and who.must and request.method == "GET" and not _may_pass(scope["path"], who.must):
            there = RedirectResponse(f"{who.must}?{urlencode({'next': scope['path']})}", 303)
            await there(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _may_pass(path: str, must: str) -> bool:
    return path == must or path in {"/login", "/logout"} or "/api/" in path
