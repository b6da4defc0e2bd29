"""The bytes of a mail, built from stored parts alone: the same every time, whoever builds them and whenever.

By hand, for the standard library needs over a millisecond a letter and may fold differently in its next version.
"""

import re
from base64 import b64encode, encodebytes
from datetime import datetime
from email.utils import format_datetime
from typing import NamedTuple

from services.notify.domain.addresses import on_the_wire, sender
from services.notify.domain.wording import line
from shared.core.clock import SHANGHAI
from shared.core.errors import DomainError

_PLAIN = re.compile(r"[A-Za-z0-9 -]{1,60}")
_WORD_BYTES = 39
"""What one encoded word holds, so that with its marks and a header's name a line stays within 76 (RFC 2047)."""


class Letter(NamedTuple):
    """What is stored of a letter and goes into its bytes."""

    id: str
    message_id_header: str
    mail_from: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    created_at: datetime


class Mail(NamedTuple):
    """A mail ready to be handed over: the envelope's two addresses and the bytes."""

    sender: str
    recipient: str
    content: bytes


def header_text(text: str) -> str:
    """Text as a header carries it: plain ASCII as it is, anything else encoded. Never a line of its own."""
    clean = line(text)
    return clean if _PLAIN.fullmatch(clean) else encoded(clean)


def encoded(text: str) -> str:
    """Text in encoded words (RFC 2047)."""
    words = [b""]
    for character in text:
        part = character.encode()
        if len(words[-1]) + len(part) > _WORD_BYTES:
            words.append(b"")  # a character is never split between two words
        words[-1] += part
    return "\r\n ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in words)


def mailbox(name: str, address: str) -> str:
    """A name and an address as From and To carry them."""
    clean = line(name)
    if not clean:
        return f"<{address}>"
    if _PLAIN.fullmatch(clean):
        return f'"{clean}" <{address}>'
    return f"{encoded(clean)}\r\n <{address}>"


def mail_of(letter: Letter) -> Mail:
    """The mail of a stored letter. bad-address if the stored address cannot be written to."""
    from_name, from_address = sender(letter.mail_from)
    from_wire, to_wire = on_the_wire(from_address), on_the_wire(letter.to_address)
    if from_wire is None or to_wire is None:
        raise DomainError("bad-address", f"“{line(letter.to_address)}”不是可以寄达的邮箱地址")
    boundary = f"=_{letter.id}"
    headers = (
        ("From", mailbox(from_name, from_wire)),
        ("To", mailbox(letter.to_name, to_wire)),
        ("Subject", header_text(letter.subject)),
        ("Date", format_datetime(letter.created_at.astimezone(SHANGHAI).replace(microsecond=0))),
        ("Message-ID", letter.message_id_header),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", "zh-CN"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"'),
    )
    lines = [*(f"{name}: {value}" for name, value in headers), ""]
    for kind, part in (("plain", letter.text), ("html", letter.html)):
        body = encodebytes(part.replace("\r\n", "\n").replace("\n", "\r\n").encode()).decode().replace("\n", "\r\n")
        lines += [
            f"--{boundary}",
            f'Content-Type: text/{kind}; charset="utf-8"',
            "Content-Transfer-Encoding: base64",
            "",
            body.rstrip(),
        ]
    lines += [f"--{boundary}--", ""]
    return Mail(from_wire, to_wire, "\r\n".join(lines).encode("ascii"))
