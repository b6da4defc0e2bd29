"""The notify service at work on real servers, for its tests: a message server, a database, a mail server on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from nats.js import JetStreamContext
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.schedule import Sender
from services.notify.senders.smtp import Patience, Smtp, server_of
from services.notify.service import SERVICE
from services.notify.store.tables import ATTEMPT, MESSAGE, METADATA
from shared.contracts.contact import IncubatorContactChanged
from shared.contracts.envelope import Envelope as EventEnvelope
from shared.contracts.envelope import body_of, headers_of, read
from shared.contracts.event import Event
from shared.core.clock import Now
from shared.core.settings import Settings
from shared.db.transaction import reading
from shared.messaging.broker import connect
from shared.messaging.provision import provision
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.running.service import Task

PATIENCE = Patience(command=2.0, content=2.0)
QUICK = (0.2, 0.2, 0.2, 0.2, 0.2)
SITE = "https://miaopu.example.cn"

Answer = str | Callable[[SMTP, Envelope], Awaitable[str]]


def now() -> datetime:
    return datetime.now(UTC)


async def quiet(error: Exception) -> None:
    """A server that goes away is what a test wants."""


# ---------- the mail server ----------


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
        content = envelope.content
        assert isinstance(content, bytes)
        self.offered.append(content)
        if self.data and (said := await self._said(self.data, server, envelope)):
            return said
        self.taken.append(content)
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from or "")
        self.encrypted.append(session.ssl is not None)
        return "250 2.0.0 queued"

    async def _said(self, answers: list[Answer], server: SMTP, envelope: Envelope) -> str:
        answer = answers.pop(0)
        return answer if isinstance(answer, str) else await answer(server, envelope)

    def login(self, _: SMTP, __: Session, ___: Envelope, ____: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append(f"{given.login.decode()}:{given.password.decode()}")
        return AuthResult(success=self.logins[-1] == "user:secret")

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


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


# ---------- the service ----------


def sending(
    *, machine: Now = now, delays: Sequence[float] = QUICK, patience: Patience = PATIENCE
) -> Callable[[Running], Awaitable[None]]:
    """The service's own sender with less patience than it has in the world."""

    async def send_queued(running: Running) -> None:
        smtp = Smtp(server_of(str(running.settings.smtp_url)), "miaopu.example.cn", patience)
        await Sender(running, smtp, machine, delays).run()

    return send_queued


async def made(database: AsyncEngine) -> None:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)


@dataclass
class World:
    """The service at work and what a test asks of it."""

    running: Running
    jetstream: JetStreamContext

    @property
    def database(self) -> AsyncEngine:
        return self.running.engine

    async def publish(
        self,
        event: Event,
        id_: str | None = None,
        *,
        story: str | None = None,
        at: datetime | None = None,
        again: str = "",
    ) -> str:
        """As its owner would; `again` makes the stream take the same event twice."""
        id_ = id_ or str(uuid4())
        headers = headers_of(event, EventEnvelope(id_, "/test", at or now(), event.about(), story, traceparent=TRACE))
        headers["Nats-Msg-Id"] += again
        stream = "CONTACTS" if event.owner() == "contact" else "INCUBATOR"
        await self.jetstream.publish(event.subject(), body_of(event), stream=stream, headers=headers)
        return id_

    async def rows(self, table: Table = MESSAGE) -> list[Any]:
        order = table.c.created_at if table is MESSAGE else table.c.number
        async with reading(self.database) as connection:
            return list(await connection.execute(select(table).order_by(order, *table.primary_key.columns)))

    async def attempts(self) -> list[tuple[str, int | None, str]]:
        return [(row.outcome, row.code, row.words) for row in await self.rows(ATTEMPT)]

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]

    async def are(self, *states: str) -> bool:
        return sorted(await self.states()) == sorted(states)

    async def told(self) -> list[tuple[str, Event, EventEnvelope]]:
        """What the service has published: the last part but one of its type, the event, its envelope."""
        info = await self.jetstream.stream_info("NOTIFY")
        found = []
        for sequence in range(1, info.state.last_seq + 1):
            message = await self.jetstream.get_msg("NOTIFY", sequence)
            event, envelope = read(message.headers, message.data or b"")
            found.append((event.type_.split(".")[2], event, envelope))
        return found

    async def tells(self, *names: str) -> bool:
        return [name for name, _, _ in await self.told()] == list(names)

    async def heard(self) -> bool:
        """Whether everything published so far was taken up."""
        for consumer in SERVICE.consumers:
            durable = consumer.provisioned()
            info = await self.jetstream.consumer_info(durable.stream, durable.name)
            if (info.num_pending, info.num_ack_pending) != (0, 0):
                return False
        return True

    @asynccontextmanager
    async def unit(self, by: str = "clerk-1") -> AsyncIterator[Unit]:
        async with self.running.unit(by) as unit:
            yield unit


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@asynccontextmanager
async def at_work(
    database: AsyncEngine,
    nats_url: str,
    folder: Path,
    smtp_url: str | None,
    task: Task | None = None,
    *,
    clock: Now = now,
    **settings: Any,
) -> AsyncIterator[World]:
    """The service running; `task` instead of its own sender. It is told to stop at the end and has to."""
    await made(database)
    client = await connect(nats_url, quiet)
    jetstream = client.jetstream()
    await provision(jetstream, [consumer.provisioned() for consumer in SERVICE.consumers])
    service = replace(SERVICE, tasks=SERVICE.tasks if task is None else (task,))
    told = Settings(**{"data": folder, "smtp_url": smtp_url, "base_url": SITE, **settings})
    running = Running(service, told, database, jetstream, clock)
    working = asyncio.create_task(running.run())
    try:
        yield World(running, jetstream)
    finally:
        running.stop.set()
        await asyncio.wait_for(working, 60)
        await client.close()


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 90) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not come about in time"
        await asyncio.sleep(0.05)


def contact(number: int | str = "U-Z12", **changes: str) -> IncubatorContactChanged:
    body = {"recipient_id": str(number), "org_id": str(number), "name": "样例联系人", "email": "u-z12@example.cn"}
    return IncubatorContactChanged.model_validate({"role": "operator", **body, **changes})


def example(event: type[Any], **changes: object) -> Any:
    return event.model_validate({**event.example, **changes})


def carrier(number: int | str) -> Mapping[str, str]:
    return {"id": f"c{number}", "org_id": f"o{number}", "kind": "makerspace", "level": "city", "name": f"样例 {number}"}


async def count(database: AsyncEngine, table: Table) -> int:
    async with reading(database) as connection:
        found: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        return found
