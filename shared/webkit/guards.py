"""What holds for every request: headers that keep strangers out, a length it may have, a GET that changes nothing,
errors as pages."""

import logging
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.core.errors import DomainError
from shared.db.transaction import LOOKING
from shared.webkit.errors import refused, unexpected
from shared.webkit.lengths import MOST, counted, most_of, said_length, too_long

SAFE = ("GET", "HEAD", "OPTIONS")
SELF = "'self'"
POLICY = "; ".join(
    (
        f"default-src {SELF}",
        f"img-src {SELF} data:",
        f"frame-src {SELF}",  # letters are shown in frames without rights of their own (srcdoc, or the site's)
        "object-src 'none'",
        "base-uri 'none'",
        f"form-action {SELF}",
        f"frame-ancestors {SELF}",
    )
)
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
"""For a letter shown by itself, as a mail program would: its own style, nothing loaded, nothing run."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
SECRET = ("/login", "/account", "/openid")
"""Pages that hold, or are sent, a password or a code."""

log = logging.getLogger(__name__)


def letter(html: str) -> HTMLResponse:
    """A letter by itself, for <iframe class="letter" sandbox src="…">; with srcdoc it would lose its own style."""
    return HTMLResponse(html, headers={"content-security-policy": LETTER_POLICY})


def _from_elsewhere(headers: Headers) -> bool:
    """Whether a page of another site sent this: browsers say so, programs say nothing."""
    said = headers.get("sec-fetch-site")
    if said is not None:
        return said not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _kept(request: Request) -> str:
    """What a browser may keep of a page: nothing of passwords and codes, of what was typed into a form, nor of anything
    it was shown for somebody who is logged in, so that whoever sits there next does not go back to it."""
    his = getattr(request.state, "who", None) is not None or request.method not in SAFE
    return "no-store" if his or request.url.path.startswith(SECRET) else "private, no-cache"


def _refusal(request: Request) -> DomainError | None:
    """Why a request is not even looked into."""
    if request.method not in SAFE and _from_elsewhere(request.headers):
        return DomainError("from-elsewhere", "这个请求来自别的网站，没有执行", status=403)
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        return DomainError("bad-address", "地址里有不能用的字符；请从页面上的链接进入", status=404)
    return None


class Guards:
    """Outermost, so that what it promises holds for errors too. A route's own header of the same name stands."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", _kept(request))
            await send(message)

        request = Request(scope, receive)
        said = said_length(request)
        most = most_of(request) if said is None or said > MOST else MOST
        no = _refusal(request) or (too_long(most) if said is not None and said > most else None)
        if no is not None:
            await refused(request, no)(scope, receive, guarded)
            return
        looking = LOOKING.set(request.method in SAFE)
        try:
            await self.app(scope, counted(receive, most), guarded)
        except Exception as error:
            if started:  # half an answer cannot be taken back; the server closes the connection and logs it
                raise
            await unexpected(request, error)(scope, receive, guarded)
        finally:
            LOOKING.reset(looking)
