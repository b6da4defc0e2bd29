"""An SMTP server on loopback that keeps what it accepts, and can be made to misbehave in every way one knows."""

import asyncio
from collections import Counter
from email.parser import BytesHeaderParser
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.servers import free_port

HOST = "127.0.0.1"
LONG_SECONDS = 60.0
"""Longer than any sender's patience in these runs."""

NOT_NOW, CLOSING, STALLS, DROPS, SILENT = "not now", "closing", "stalls", "drops", "silent"
TROUBLES = {NOT_NOW: (5, 20), CLOSING: (31, 2), STALLS: (17, 2), DROPS: (7, 6), SILENT: (23, 2)}
"""Every how manieth mail meets which trouble, and how often at most.

not now  451 to the recipient; closing  421 to the content; stalls  never accepts the content; drops  accepts it and
cuts the connection before it says so; silent  accepts it and says nothing
"""


class MailServer:
    """`kept`: the bytes of each mail as often as it was accepted, by Message-ID; `untold`: how often an acceptance was
    kept from the sender on purpose, who may send that mail again."""

    def __init__(self, *, troubled: bool = False) -> None:
        self.port = free_port()
        self.url = f"smtp://{HOST}:{self.port}"
        self.troubled = troubled
        self.kept: dict[str, list[bytes]] = {}
        self.untold = 0
        self.met: Counter[str] = Counter()
        self._seen = 0
        self._open: set[asyncio.BaseTransport] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Session(self), HOST, self.port, reuse_address=True)

    async def stop(self) -> None:
        """From now on connections are refused, and those that are open are cut."""
        if self._server is not None:
            self._server.close()
            for transport in tuple(self._open):
                transport.close()
            await self._server.wait_closed()
            self._server = None

    def trouble(self) -> str | None:
        """What the next mail meets."""
        self._seen += 1
        if not self.troubled:
            return None
        for name, (every, most) in TROUBLES.items():
            if self._seen % every == 0 and self.met[name] < most:
                self.met[name] += 1
                return name
        return None

    def keep(self, content: bytes) -> None:
        name = BytesHeaderParser().parsebytes(content)["Message-ID"]
        self.kept.setdefault(name, []).append(content)

    async def handle_RCPT(self, _: Any, session: Any, envelope: Any, address: str, __: Any) -> str:  # noqa: N802 - the library's name
        session.trouble = self.trouble()
        if session.trouble == NOT_NOW:
            return "451 4.7.1 try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - likewise
        if session.trouble == CLOSING:
            return "421 4.3.2 going down"
        if session.trouble == STALLS:
            await asyncio.sleep(LONG_SECONDS)
        self.keep(envelope.content)
        if session.trouble in {DROPS, SILENT}:
            self.untold += 1
            if session.trouble == DROPS:
                server.transport.abort()
            await asyncio.sleep(LONG_SECONDS)  # until the connection is gone, which ends this
        return "250 2.0.0 kept"


class _Session(SMTP):
    """One connection; those that are open are known, so that they can be cut."""

    def __init__(self, mails: MailServer) -> None:
        super().__init__(mails, hostname="localhost", ident="mail", loop=asyncio.get_running_loop())
        self.mails = mails

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.mine = transport
        self.mails._open.add(transport)  # noqa: SLF001 - a part of it
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.mails._open.discard(self.mine)  # noqa: SLF001 - likewise
        super().connection_lost(error)
