"""What was typed into a form whose session had ended: it goes along through the login, and is offered to be sent again.

No script is needed. Never kept: passwords and codes; nor files, of which the page says that they are to be chosen anew.
It is given to nobody but who typed it: somebody else may be the next to log in at the same place.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from shared.core.errors import DomainError
from shared.db.transaction import reading
from shared.identity import sessions
from shared.identity.opening import Identity
from shared.identity.tokens import form_token, hash_of
from shared.webkit.access import FORM_TOKEN, FormOutdated
from shared.webkit.asking import cookie_of
from shared.webkit.errors import refused, wants_json
from shared.webkit.guards import SAFE, SECRET
from shared.webkit.labels import Labels, labels_at
from shared.webkit.templates import Pages

PAGES = Pages()
HOME = "/"
KEPT = "kept:"
"""What stands before the name of a field that was typed before the login."""
FILES = "kept-file"
"""The name under which the names of files go along, which had been chosen."""
PAGE = "kept-page"
"""The name under which the address of the page goes along on which the form stood."""
UNNAMED = "填写的内容"
"""What a field is called whose page is not shown any more."""
MOST_KEPT = 400_000
NOT_KEPT = (*SECRET, "/logout")
"""Forms that hold a secret, or mean nothing without their session."""


class Kept(NamedTuple):
    """Fields with their texts, by the names they had on their form; the names of files that are to be chosen anew; the
    page on which the form stood."""

    fields: Sequence[tuple[str, str]] = ()
    files: Sequence[str] = ()
    page: str = ""

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """As the login page carries it."""
        if not self:
            return []
        fields = [(KEPT + name, value) for name, value in self.fields]
        return [*fields, *((FILES, each) for each in self.files), (PAGE, self.page)]

    def __bool__(self) -> bool:
        return bool(self.fields)


NOTHING = Kept()
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])([0-9]{14})([0-9]{3}[0-9Xx])(?![0-9A-Za-z])")
"""GB 11643-1999: seventeen digits and a check character, apart as far as the end that may be shown."""


class SomebodyElses(DomainError):
    def __init__(self) -> None:
        told = "刚才没有执行的内容不是用现在的账号填写的，没有带过来；要接着提交，请用填写时的账号登录，再从那一页提交"
        super().__init__("somebody-elses-form", told, status=409)


async def sent_too_late(request: Request) -> Kept:
    """What a form holds whose session has ended."""
    if request.method in SAFE or request.url.path.startswith(NOT_KEPT) or not _is_form(request):
        return NOTHING
    form = await request.form()
    texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    files = [value.filename for _, value in form.multi_items() if not isinstance(value, str) and value.filename]
    return Kept(texts, files, page_of(request))


def carried_by(form: FormData) -> Kept:
    """What came along through the login."""
    texts = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    if sum(len(name) + len(value) for name, value in texts) > MOST_KEPT:
        return NOTHING
    fields = [(name.removeprefix(KEPT), value) for name, value in texts if name.startswith(KEPT)]
    page = next((value for name, value in texts if name == PAGE), HOME)
    return Kept(fields, [value for name, value in texts if name == FILES], inside(page))


async def continued(request: Request, token: str, next_: str, kept: Kept, identity: Identity) -> Response:
    """What was typed before, ready to be sent again in the session that has just begun, if it is of the same person."""
    if not await _is_own(kept, hash_of(token), identity):
        return refused(request, SomebodyElses())
    labels = await _labels(request, kept, next_, f"{cookie_of(request)}={token}")
    return _offered(request, hash_of(token), next_, kept, identity, labels)


async def _is_own(kept: Kept, session: str, identity: Identity) -> bool:
    """Whether the form was opened by whose session this is: the token it carries is of one of his sessions."""
    sent = next((value for name, value in kept.fields if name == FORM_TOKEN), "")
    async with reading(identity.engine) as connection:
        return await sessions.made_form(connection, session, sent, identity.secret)


async def _labels(request: Request, kept: Kept, next_: str, cookie: str) -> Labels:
    """What the fields are called on the page of their form, which mostly is the one they are sent to."""
    for page in dict.fromkeys((kept.page, next_)):
        labels = await labels_at(request, page, cookie)
        if any(name in labels.titles for name, _ in kept.fields):
            return labels
    return Labels({}, {})


def _offered(
    request: Request, session: str, next_: str, kept: Kept, identity: Identity, labels: Labels, status: int = 200
) -> HTMLResponse:
    fields = [(name, value) for name, value in kept.fields if name != FORM_TOKEN]
    typed = [
        (labels.titles.get(name, UNNAMED), _masked(labels.said(name, value)))
        for name, value in fields
        if value.strip() and (name in labels.titles or not labels.titles)
    ]
    ours = form_token(session, identity.secret)
    return PAGES.show(
        request, "continue.html", status, next=next_, fields=fields, typed=typed, files=kept.files, ours=ours
    )


def _masked(text: str) -> str:
    """An identity number, of which no page shows more than the end."""
    return _IDENTITY.sub(lambda found: "*" * len(found[1]) + found[2], text)


async def ask_again(request: Request, error: Exception) -> Response:
    """A form of an earlier session, sent in a new one (its person logged in again in another window): he is asked once
    whether it is still to be sent. Only if his browser vouches that a page of this site sent it."""
    if not isinstance(error, FormOutdated):
        raise TypeError from error
    who = getattr(request.state, "who", None)
    kept = await sent_too_late(request)
    if who is None or wants_json(request) or not kept or not _from_here(request):
        return refused(request, error)
    if not await _is_own(kept, who.session, request.app.state.identity):
        return refused(request, SomebodyElses())
    to = address(request)
    labels = await _labels(request, kept, to, request.headers.get("cookie", ""))
    return _offered(request, who.session, to, kept, request.app.state.identity, labels, error.status)


def address(request: Request) -> str:
    """What was asked for, with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def page_of(request: Request) -> str:
    """The page a form stood on, as the browser says; home if it does not say, or says another site's."""
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.headers.get("host"):
        return HOME
    return inside(parts.path + (f"?{parts.query}" if parts.query else ""))


def inside(next_: str) -> str:
    """An address of this site and of no other."""
    ours = next_.startswith("/") and not next_.startswith(("//", "/\\")) and next_.isprintable()
    return next_ if ours else HOME


def _is_form(request: Request) -> bool:
    return "form" in request.headers.get("content-type", "")


def _from_here(request: Request) -> bool:
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")
