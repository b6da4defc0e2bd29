"""Hands mails to a mail server by SMTP: one connection, kept and used again, opened anew when it is lost.

`smtp://user:password@host:port` takes STARTTLS when the server offers it, `smtps://` speaks TLS from the start. A
server's certificate must be valid; an authority of one's own is made known by SSL_CERT_FILE, as OpenSSL has it.
"""

import logging
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.notify.domain.handing_over import (
    CONNECTION,
    CONTENT,
    RECIPIENT,
    Outcome,
    accepted,
    answered,
    unanswered,
)
from services.notify.domain.mail import Mail

PORT, TLS_PORT = 25, 465
CLOSING = 421
GOOD_BYE_SECONDS = 2.0

log = logging.getLogger(__name__)


class Patience(NamedTuple):
    """How many seconds a server may take to answer a command, and to take a mail.

    The second is long, as RFC 5321 (4.5.3.2.6) asks: giving up on a server that is about to accept sends a mail twice.
    """

    command: float = 60.0
    content: float = 600.0


@dataclass(frozen=True)
class Server:
    """A mail server as MIAOPU_SMTP_URL names it."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None


def server_of(url: str) -> Server:
    """The server of a URL that settings have checked."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    return Server(parts.hostname or "localhost", parts.port or (TLS_PORT if tls else PORT), tls, user, password)


class Smtp:
    """One connection to the mail server. Not for two hand-overs at the same time."""

    def __init__(self, server: Server, greeting: str, patience: Patience | None = None) -> None:
        self.server = server
        self.greeting = greeting
        self.patience = patience or Patience()
        self._client: SMTP | None = None

    async def hand_over(self, mail: Mail) -> Outcome:
        """What became of the mail. Interrupted, it drops the connection: whether the server took it is not known."""
        stage = CONNECTION
        in_step = False  # whether the server and we agree where the conversation is
        try:
            client = await self._begin(mail.sender)
            stage = RECIPIENT
            await client.rcpt(mail.recipient)
            stage = CONTENT
            response = await client.data(mail.content, timeout=self.patience.content)
            in_step = True
            return accepted(response.message)
        except SMTPResponseException as error:
            outcome = answered(stage, error.code, error.message)
            in_step = not outcome.trouble and await self._reset()
            return outcome
        except (SMTPException, OSError) as error:  # a time-out is an OSError, too
            return unanswered(error)
        finally:
            if not in_step:
                self._drop()

    async def _begin(self, sender: str) -> SMTP:
        """Begins a mail. A connection the server has ended since is opened anew: no letter is to blame for that."""
        if self._client is not None:
            try:
                await self._client.mail(sender)
            except (SMTPException, OSError) as error:
                if isinstance(error, SMTPResponseException) and error.code != CLOSING:
                    raise
                log.info("the mail server has ended the connection, which is opened anew: %r", error)
                self._drop()
            else:
                return self._client
        self._client = await self._opened()
        await self._client.mail(sender)
        return self._client

    async def _opened(self) -> SMTP:
        client = SMTP(
            hostname=self.server.host,
            port=self.server.port,
            use_tls=self.server.tls,
            username=self.server.user,
            password=self.server.password,
            local_hostname=self.greeting,
            timeout=self.patience.command,
        )
        await client.connect()
        return client

    async def _reset(self) -> bool:
        """Whether the server has forgotten the mail it refused, so that the connection can be used for the next."""
        if self._client is None:
            return False
        try:
            await self._client.rset()
        except (SMTPException, OSError) as error:
            log.info("the mail server did not take a reset: %r", error)
            return False
        return True

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def close(self) -> None:
        """Says good-bye if the server listens; the connection is gone afterwards in any case."""
        if self._client is not None:
            try:
                await self._client.quit(timeout=GOOD_BYE_SECONDS)
            except (SMTPException, OSError) as error:
                log.info("the mail server did not say good-bye: %r", error)
        self._drop()
