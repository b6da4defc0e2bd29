"""Pages of the mails that were caught: a list, one mail decoded, its letter by itself as a mail program shows it."""

import re
from datetime import datetime
from email.message import EmailMessage
from math import ceil
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup, escape

from services.onebox.mails import Mailbox, parsed
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.webkit.access import ANYBODY, may
from shared.webkit.guards import LETTER_POLICY
from shared.webkit.templates import Pages

PAGES = Pages(Path(__file__).parent / "templates")
ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z0-9\-_~/#=&%]")
"""An address as a letter writes it: between Chinese words and punctuation, which are no part of it."""
PER_PAGE = 50
LINKS = "allow-popups allow-popups-to-escape-sandbox"
"""A link in a letter opens in a window of its own; nothing else in it may do anything."""


def mail_pages(mailbox: Mailbox, *, demo: bool) -> APIRouter:
    """Read by threads, for files are waited for."""
    # a mail may bring the link that sets a password: the newcomer of a demo reads his own before he can log in, and
    # everybody's password is shown there anyway
    reads = ANYBODY if demo else may(Role.ADMINISTRATOR)
    router = APIRouter(include_in_schema=False)

    @router.get("/mails", dependencies=[reads])
    def mails(request: Request, page: Annotated[int, Query(ge=1)] = 1) -> HTMLResponse:
        newest = mailbox.last - (page - 1) * PER_PAGE
        numbers = range(newest, max(newest - PER_PAGE, 0), -1)
        found = [(number, mailbox.read(number)) for number in numbers]
        rows = [(number, heads(parsed(content))) for number, content in found if content is not None]
        pages = max(ceil(mailbox.last / PER_PAGE), 1)
        return PAGES.show(request, "mails.html", rows=rows, page=page, pages=pages, total=mailbox.last)

    @router.get("/mails/{number}", dependencies=[reads])
    def mail(request: Request, number: int) -> HTMLResponse:
        message = parsed(content_of(mailbox, number))
        html = message.get_body(("html",)) is not None
        said, text = heads(message), body(message, "plain")
        return PAGES.show(
            request, "mail.html", number=number, heads=said, text=None if text is None else linked(text), html=html,
            links=LINKS,
        )  # fmt: skip

    @router.get("/mails/{number}/letter", dependencies=[reads])
    def letter(number: int) -> HTMLResponse:
        html = body(parsed(content_of(mailbox, number)), "html")
        if html is None:
            raise DomainError("no-letter", f"第 {number} 封邮件没有网页格式的正文", status=404)
        headers = {"content-security-policy": f"{LETTER_POLICY} {LINKS}"}
        return HTMLResponse(f'<base target="_blank">{html}', headers=headers)

    @router.get("/mails/{number}/source", dependencies=[reads])
    def source(number: int) -> Response:
        return Response(content_of(mailbox, number), media_type="text/plain; charset=utf-8")

    return router


def linked(text: str) -> Markup:
    """The text as it is, escaped, with its addresses as links that open in a window of their own and learn nothing of
    where they were followed from."""
    made, end = Markup(), 0
    for found in ADDRESS.finditer(text):
        link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(found[0])
        made, end = made + escape(text[end : found.start()]) + link, found.end()
    return made + escape(text[end:])


def content_of(mailbox: Mailbox, number: int) -> bytes:
    content = mailbox.read(number)
    if content is None:
        raise DomainError("no-such-mail", f"没有第 {number} 封邮件", status=404)
    return content


def heads(message: EmailMessage) -> dict[str, str | datetime | None]:
    """What a mail says of itself; what it does not say is None."""
    date = message["date"]
    return {
        "subject": message["subject"],
        "sender": message["from"],
        "to": message["to"],
        "message_id": message["message-id"],
        "date": None if date is None else date.datetime,
    }


def body(message: EmailMessage, kind: str) -> str | None:
    """The part of this kind as text."""
    part = message.get_body((kind,))
    if part is None:
        return None
    try:
        text: str = part.get_content()
    except LookupError:  # a character set nobody knows
        content = part.get_payload(decode=True)
        text = content.decode(errors="replace") if isinstance(content, bytes) else ""
    return text
