"""How often a login may be tried: after too many failures in a while it is refused, right or wrong."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.identity.tables import ATTEMPT

WITHIN = timedelta(minutes=15)
FOR_AN_ACCOUNT, FROM_AN_ADDRESS = 5, 50
"""A whole district may come from one address."""


async def check(connection: AsyncConnection, account: str, address: str, now: datetime) -> None:
    """Raises if this account, or anything from this address, failed too often lately."""
    for whose, most in ((_of("account", account), FOR_AN_ACCOUNT), (_of("address", address), FROM_AN_ADDRESS)):
        lately = select(func.count()).where(ATTEMPT.c.whose == whose, ATTEMPT.c.at > now - WITHIN)
        if (await connection.execute(lately)).scalar_one() >= most:
            minutes = int(WITHIN.total_seconds() // 60)
            raise DomainError(
                "too-many-attempts", f"失败次数太多，请 {minutes} 分钟后再试；忘记密码可以用邮件重设", status=429
            )


async def failed(connection: AsyncConnection, account: str, address: str, now: datetime) -> None:
    rows = [{"whose": whose, "at": now} for whose in (_of("account", account), _of("address", address))]
    await connection.execute(insert(ATTEMPT), rows)


async def forget(connection: AsyncConnection, account: str, now: datetime) -> None:
    """After a success the account's failures count no more; what is old is of no use to anybody."""
    of_account = ATTEMPT.c.whose == _of("account", account)
    await connection.execute(delete(ATTEMPT).where(of_account | (ATTEMPT.c.at <= now - WITHIN)))


def _of(kind: str, text: str) -> str:
    return sha256(f"{kind}\x1f{text.casefold()}".encode()).hexdigest()
