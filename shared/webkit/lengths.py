"""How long a request may be: refused by the length it announces, or counted as it comes, and read no further."""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from shared.core.errors import DomainError

MB = 1024 * 1024
MOST = 2 * MB
"""Of a form or an order. A route that takes files says how much it takes: `@router.post(…, max_body_size=50 * MB)`."""

LONGEST_NUMBER = 20


def most_of(request: Request) -> int:
    """The bytes a request to this address may have. Only of a long one it is looked up."""
    app: FastAPI = request.app
    for route in iter_route_contexts(app.router.routes):
        own: int | None = getattr(route, "max_body_size", None)
        if own is not None and request.method in (route.methods or ()) and route.path_regex.match(request.url.path):
            return own
    return MOST


def said_length(request: Request) -> int | None:
    """The bytes a request says it has; None if it comes in chunks or says no number, and has to be counted."""
    said = request.headers.get("content-length", "" if "transfer-encoding" in request.headers else "0")
    return int(said) if said.isdecimal() and said.isascii() and len(said) < LONGEST_NUMBER else None


def too_long(most: int) -> DomainError:
    told = f"这次提交的内容超过 {most // MB} MB，没有接收，也没有保存；请按浏览器的“后退”，减少内容或分几次提交"
    return DomainError("too-large", told, status=413)


def counted(receive: Receive, most: int) -> Receive:
    """What comes, until it is more than `most`: also a request that did not say how long it is ends there."""
    read = 0

    async def counting() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413)
        return message

    return counting
