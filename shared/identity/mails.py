"""The mails identity sends itself: a link to set a password. They hold a secret, so they go past the letters, which the
office may read."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
from sqlalchemy import RowMapping, select, update

from shared.core.clock import SHANGHAI, legal_date
from shared.db.transaction import transaction
from shared.identity.accounts import found
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
        ends = select(LINK.c.ends_at).where(LINK.c.token_hash == hash_of(token))
        ends_at = (await connection.execute(ends)).scalar_one()
    message = written(identity, row, token, ends_at, first=first)
    came_to = await _sent(identity, message, f"a link for {account}")
    async with transaction(identity.engine) as connection:
        await connection.execute(update(LINK).where(LINK.c.token_hash == hash_of(token)).values(mail=came_to))


async def send_known(identity: Identity, email: str, known: Sequence[str]) -> None:
    """Tells an address with which somebody wanted to register that it has accounts already."""
    message = _message(identity, email, "您的邮箱在苗圃已有账号")
    address = identity.settings.base_url
    _write(
        identity, message, "您好！",
        f"有人用这个邮箱在苗圃登记账号，但它已经有账号了：{'、'.join(known)}，没有另开。",
        f"请直接登录：{address}/login\n忘记密码，或者还没有设过密码：{address}/account/forgotten",
        "要用这个账号申报人才计划而看不到“我的申报”的，请联系项目办公室开通。如果不是您登记的，请不要理会。",
    )  # fmt: skip
    await _sent(identity, message, "a notice to an address that is known")


async def send_to_confirm(identity: Identity, email: str, path: str) -> None:
    """Asks a new address whether letters may go there: whoever reads this mail has it."""
    message = _message(identity, email, "请确认您的新邮箱")
    _write(
        identity, message, "您好！",
        "有人要把苗圃的信件改寄到这个邮箱。是您本人的，请打开下面的链接，登录后确认，七天内有效：",
        f"{identity.settings.base_url}{path}",
        "确认以后，信件改寄到这里；确认以前仍寄往原来的邮箱。如果不是您，请不要理会，什么也不会改变。",
    )  # fmt: skip
    await _sent(identity, message, "a mail to a new address")


async def _sent(identity: Identity, message: EmailMessage, what: str) -> str:
    """Hands a mail over, a few times if it must; what became of it."""
    came_to = ""
    for delay in DELAYS:
        await asyncio.sleep(delay)
        try:
            await _handed_over(identity.settings.smtp_url, message)
        except (OSError, TimeoutError, aiosmtplib.SMTPException) as error:
            came_to = f"{type(error).__name__}: {error}"[:300]
            log.warning("%s could not be handed over: %s", what, came_to)
        else:
            return HANDED_OVER
    return came_to


def written(identity: Identity, account: RowMapping, token: str, ends_at: datetime, *, first: bool) -> EmailMessage:
    """The mail: what it is for, the link, until when it holds, what comes next, what to do if nobody asked."""
    what = "苗圃为您开了账号" if first else "有人申请重设您在苗圃的密码"
    base, ends = identity.settings.base_url, ends_at.astimezone(SHANGHAI)
    doubt = "如果不是您要的账号，请不要理会。" if first else "如果不是您申请的，请不要理会，原来的密码照旧有效。"
    message = _message(identity, account["email"], "请设置苗圃的密码" if first else "重设苗圃的密码")
    until = f"{ends.year}年{ends.month}月{ends.day}日{ends:%H:%M}（北京时间）"
    _write(
        identity, message, f"{' '.join(account['name'].split())}：您好！",
        f"{what}，账号是 {account['id']}。请打开下面的链接设置密码，{until}前有效，只能用一次：",
        f"{base}/account/password?token={token}",
        f"下一步：设好以后，用这个账号和密码登录（{base}/login）。"
        f"过了时间，或者链接已经用过的，请重新申请：{base}/account/forgotten",
        doubt,
    )  # fmt: skip
    return message


def _write(identity: Identity, message: EmailMessage, *parts: str) -> None:
    """The text of a mail, signed and dated."""
    today = legal_date(identity.now())
    signed = f"苗圃（{identity.settings.base_url}）\n{today.year}年{today.month}月{today.day}日"
    note = "——\n本邮件由系统自动发出，请勿直接回复。项目办公室不会通过邮件索要密码。"
    message.set_content("\n\n".join((*parts, signed, note)) + "\n")


def _message(identity: Identity, email: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = identity.settings.mail_from
    message["To"] = email
    message["Date"] = format_datetime(identity.now().astimezone(SHANGHAI).replace(microsecond=0))
    message["Message-ID"] = make_msgid(domain=parseaddr(identity.settings.mail_from)[1].rpartition("@")[2])
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
