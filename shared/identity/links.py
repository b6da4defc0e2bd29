"""Links a mail brings, under which a password is set: the first one, or a new one for who forgot his. Used once."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.identity.tables import LINK
from shared.identity.tokens import hash_of, new_token

FIRST_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=2)


class LinkUsedUp(DomainError):
    """The page leads to where another link is asked for."""

    def __init__(self) -> None:
        told = "这个链接已经用过或者过期了；密码已经设好的，直接登录；忘了密码的，请申请新的链接"
        super().__init__("link-used-up", told, status=410)


async def make(connection: AsyncConnection, account: str, now: datetime, lasts: timedelta = FIRST_LASTS) -> str:
    """A new link's token; the account's older ones end."""
    older = update(LINK).where(LINK.c.account_id == account, LINK.c.used_at.is_(None))
    await connection.execute(older.values(used_at=now))
    token = new_token()
    row = {"token_hash": hash_of(token), "account_id": account, "made_at": now, "ends_at": now + lasts}
    await connection.execute(insert(LINK), [row])
    return token


async def use(connection: AsyncConnection, token: str, now: datetime) -> str:
    """The account the link is for; it is used up, if this transaction commits."""
    used = (
        update(LINK)
        .where(LINK.c.token_hash == hash_of(token), LINK.c.used_at.is_(None), LINK.c.ends_at > now)
        .values(used_at=now)
        .returning(LINK.c.account_id)
    )
    account = (await connection.execute(used)).scalar_one_or_none()
    if account is None:
        raise LinkUsedUp
    return str(account)


async def check(connection: AsyncConnection, token: str, now: datetime) -> None:
    """Refuses a link under which nothing can be set any more, before a password is thought up; uses nothing up."""
    there = select(LINK.c.account_id).where(
        LINK.c.token_hash == hash_of(token), LINK.c.used_at.is_(None), LINK.c.ends_at > now
    )
    if (await connection.execute(there)).first() is None:
        raise LinkUsedUp


async def last_mails(connection: AsyncConnection) -> dict[str, str | None]:
    """What became of the mail with each account's newest link; None while it is on its way."""
    query = select(LINK.c.account_id, LINK.c.mail).where(LINK.c.used_at.is_(None)).order_by(LINK.c.made_at)
    return {str(account): mail for account, mail in await connection.execute(query)}
