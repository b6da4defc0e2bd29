"""A mail server on loopback that keeps what it takes and, where a test says so, does what mail servers do."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answer = str | Callable[[SMTP, Envelope], Awaitable[str]]
"""What it says; nothing: what it would have said anyway."""


@dataclass
class MailServer:
    """Takes mails and keeps them, unless `rcpt` or `data` say otherwise for the next ones: answers, in order."""

    rcpt: list[Answer] = field(default_factory=list)
    data: list[Answer] = field(default_factory=list)
    mail: list[Answer] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    """The bytes of mails it accepted."""
    offered: list[bytes] = field(default_factory=list)
    """The bytes of all mails that came to it, accepted or not."""
    recipients: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    greetings: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    connections: int = 0
    goodbyes: int = 0
    open_: set[asyncio.BaseTransport] = field(default_factory=set)
    port: int = 0

    async def handle_EHLO(  # noqa: N802 - the library's names
        self, _: SMTP, session: Session, __: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        self.greetings.append(name)
        return answers

    async def handle_MAIL(self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]) -> str:  # noqa: N802 - likewise
        if self.mail and (said := await self._said(self.mail, server, envelope)):
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]) -> str:  # noqa: N802 - likewise
        if self.rcpt and (said := await self._said(self.rcpt, server, envelope)):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        content = content_of(envelope)
        self.offered.append(content)
        if self.data and (said := await self._said(self.data, server, envelope)):
            return said
        self.taken.append(content)
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from or "")
        self.encrypted.append(session.ssl is not None)
        return "250 2.0.0 queued"

    async def handle_QUIT(self, _: SMTP, __: Session, ___: Envelope) -> str:  # noqa: N802 - likewise
        self.goodbyes += 1
        return "221 Bye"

    async def _said(self, answers: list[Answer], server: SMTP, envelope: Envelope) -> str:
        answer = answers.pop(0)
        return answer if isinstance(answer, str) else await answer(server, envelope)

    def login(self, _: SMTP, __: Session, ___: Envelope, ____: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append(f"{given.login.decode()}:{given.password.decode()}")
        return AuthResult(success=self.logins[-1] == "user:secret", handled=False)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        return [str(mail["message-id"]) for mail in map(parsed, self.taken)]

    def hang_up(self) -> None:
        """Ends every connection there is, as a server does with those that are idle."""
        for transport in tuple(self.open_):
            transport.close()

    @asynccontextmanager
    async def serving(
        self, tls: ssl.SSLContext | None = None, *, at_once: bool = False, port: int = 0
    ) -> AsyncIterator["MailServer"]:
        """`tls`: offered by STARTTLS, or spoken `at_once`; a login is asked for then."""
        loop = asyncio.get_running_loop()
        options: dict[str, Any] = {}
        if tls is not None and at_once:  # the library knows of no TLS below it, so it cannot require any
            options = {"authenticator": self.login, "auth_require_tls": False}
        elif tls is not None:
            options = {"authenticator": self.login, "auth_required": True, "tls_context": tls, "require_starttls": True}

        def session() -> SMTP:
            self.connections += 1
            return _Session(self, loop=loop, hostname="localhost", **options)

        server = await loop.create_server(session, "127.0.0.1", port, ssl=tls if at_once else None)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.hang_up()
            await server.wait_closed()


class _Session(SMTP):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.open_.add(transport)
        self._mine = transport
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.open_.discard(self._mine)
        super().connection_lost(error)


async def never(server: SMTP, _: Envelope) -> str:
    """Stalls, as an overloaded server does."""
    await asyncio.sleep(3600)
    return "250 too late"


async def drop(server: SMTP, _: Envelope) -> str:
    """Ends the connection instead of answering."""
    transport = server.transport
    assert isinstance(transport, asyncio.Transport)
    transport.abort()
    await asyncio.sleep(3600)
    return "250 into the void"


def content_of(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def nobody_connected(mails: MailServer) -> bool:
    return not mails.open_
