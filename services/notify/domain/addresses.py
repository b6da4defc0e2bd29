"""Mail addresses: which of them we can write to, and how they travel."""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit

from services.notify.domain.wording import line
from shared.core.errors import DomainError

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+){3}")
MOST = 254
"""The longest address a mail server must take (RFC 5321)."""


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def on_the_wire(address: str) -> str | None:
    """The address as a mail server takes it, the domain in its ASCII form; None if it is none we can write to."""
    local, at, domain = address.strip().rpartition("@")
    host = _ascii(domain)
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64 or not _DOMAIN.fullmatch(host):
        return None
    written = f"{local}@{host}"
    return written if len(written) <= MOST else None


def checked(address: str) -> str:
    """The address without spaces around it, or a DomainError a clerk can act on. It says nothing of the address, for it
    goes into the log, and stays where the event is put aside; there it is shown beside it."""
    if on_the_wire(address) is None:
        raise DomainError("bad-address", "联系人的邮箱不是可以寄达的邮箱地址；请核对后重新发送联系人")
    return address.strip()


def sender(mail_from: str) -> tuple[str, str]:
    """“苗圃 <noreply@example.cn>” -> name and address; a DomainError if there is no address in it."""
    name, address = parseaddr(mail_from)
    if on_the_wire(address) is None:
        raise DomainError("bad-address", f"“{line(address)}”不是可以寄达的邮箱地址")
    return name, address.strip()


def host_of(base_url: str) -> str:
    """The host of the site, as a Message-ID names it."""
    host = _ascii(urlsplit(base_url).hostname or "")
    return host if _DOMAIN.fullmatch(host) else "localhost"


def greeting(base_url: str) -> str:
    """How the sender names itself to a mail server: the site's host, a bare number in brackets (RFC 5321)."""
    host = host_of(base_url)
    return f"[{host}]" if _NUMBER.fullmatch(host) else host
