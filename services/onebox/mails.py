"""The mail catcher: an SMTP server on loopback that keeps every mail as a file, for an office without a mail server."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.core.whole import write_whole

HOST = "127.0.0.1"
NOBODY = ".invalid"
"""A name under which nobody can have an address (RFC 2606, section 2): refused, as any mail server would."""
_NAME = re.compile(r"([1-9][0-9]*)\.eml")


class Mailbox:
    """Mails in a folder, numbered as they came; the bytes are kept as they were received."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        found = [_NAME.fullmatch(path.name) for path in folder.iterdir()]
        self.last = max((int(match[1]) for match in found if match), default=0)

    async def keep(self, content: bytes) -> int:
        """The mail's number; when this returns it is on the disk."""
        self.last += 1
        number = self.last
        await asyncio.to_thread(write_whole, self._path(number), content)
        return number

    def read(self, number: int) -> bytes | None:
        try:
            return self._path(number).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, number: int) -> Path:
        return self.folder / f"{number}.eml"


class _Session(SMTP):
    """One connection; `open_` holds those that are open, so that stopping can close them."""

    def __init__(self, mailbox: Mailbox, open_: set[asyncio.BaseTransport]) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(_Handler(mailbox), hostname="localhost", ident="Miaopu", enable_SMTPUTF8=True, loop=loop)
        self.open_ = open_

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.open_.add(transport)
        self.mine = transport
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.open_.discard(self.mine)
        super().connection_lost(error)


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_RCPT(  # noqa: N802 - the library asks for it
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address.lower().endswith(NOBODY):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802 - the library asks for it
        content = envelope.content
        if not isinstance(content, bytes):
            raise TypeError("the server was told not to decode")
        return f"250 2.0.0 kept as {await self.mailbox.keep(content)}"


@asynccontextmanager
async def catching(mailbox: Mailbox) -> AsyncIterator[str]:
    """Catches mails until the end; answers the URL to send them to."""
    open_: set[asyncio.BaseTransport] = set()
    server = await asyncio.get_running_loop().create_server(lambda: _Session(mailbox, open_), HOST, 0)
    try:
        yield f"smtp://{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for transport in tuple(open_):
            transport.close()
        await server.wait_closed()


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    if not isinstance(message, EmailMessage):
        raise TypeError("the policy makes another kind of message")
    return message
