"""The mails identity sends itself: a link to set a password. They hold a secret, so they go past the letters, which the
office may read."""

import asyncio
import logging
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
from sqlalchemy import update

from shared.db.transaction import transaction
from shared.identity.accounts import found
from shared.identity.links import FIRST_LASTS, RESET_LASTS
from shared.identity.opening import Identity
from shared.identity.tables import LINK
from shared.identity.tokens import hash_of

DELAYS = (0.0, 2.0, 10.0, 60.0)
PATIENCE_SECONDS = 20
HANDED_OVER = "handed_over"
IMPLICIT_TLS, STARTTLS, PLAIN = 465, 587, 25

log = logging.getLogger(__name__)


async def send_link(identity: Identity, account: str, token: str, *, first: bool) -> None:
    """Sends the link, a few times if it must; what became of it is kept beside it and shown to the administrator."""
    async with identity.engine.connect() as connection:
        row = await found(connection, account)
    message = written(identity, row["name"], row["email"], token, first=first)
    came_to = ""
    for delay in DELAYS:
        await asyncio.sleep(delay)
        try:
            await _handed_over(identity.settings.smtp_url, message)
        except (OSError, TimeoutError, aiosmtplib.SMTPException) as error:
            came_to = f"{type(error).__name__}: {error}"[:300]
            log.warning("a link for %s could not be handed over: %s", account, came_to)
        else:
            came_to = HANDED_OVER
            break
    async with transaction(identity.engine) as connection:
        await connection.execute(update(LINK).where(LINK.c.token_hash == hash_of(token)).values(mail=came_to))


def written(identity: Identity, name: str, email: str, token: str, *, first: bool) -> EmailMessage:
    """The mail: what it is for, the link, how long it holds, what to do if nobody asked."""
    lasts = FIRST_LASTS if first else RESET_LASTS
    hours = int(lasts.total_seconds() // 3600)
    holds = f"{hours // 24} 天" if hours > 24 else f"{hours} 小时"
    what = "苗圃为您开了账号" if first else "有人申请重设您在苗圃的密码"
    doubt = "" if first else "\n\n如果不是您申请的，请不要理会，原来的密码照旧有效。"
    message = EmailMessage()
    message["Subject"] = "请设置苗圃的密码" if first else "重设苗圃的密码"
    message["From"] = identity.settings.mail_from
    message["To"] = email
    message["Message-ID"] = make_msgid(domain=parseaddr(identity.settings.mail_from)[1].rpartition("@")[2])
    address = f"{identity.settings.base_url}/account/password?token={token}"
    message.set_content(
        f"{name}：\n\n{what}。请打开下面的链接设置密码，{holds}内有效，只能用一次：\n\n{address}{doubt}\n"
    )
    return message


async def _handed_over(smtp_url: str | None, message: EmailMessage) -> None:
    parts = urlsplit(smtp_url or "")
    tls = parts.scheme == "smtps"
    await aiosmtplib.send(
        message,
        hostname=parts.hostname,
        port=parts.port or (IMPLICIT_TLS if tls else PLAIN),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=tls,
        timeout=PATIENCE_SECONDS,
    )
