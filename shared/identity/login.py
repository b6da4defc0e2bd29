"""Logging in: the password, then the code if the account has a second factor. No failure says which was wrong."""

from datetime import datetime

from sqlalchemy import RowMapping, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.core.errors import DomainError
from shared.db.transaction import transaction
from shared.identity import attempts, passwords, second_factor, sessions
from shared.identity.sessions import Begun
from shared.identity.tables import ACCOUNT


class Refused(DomainError):
    """One for each attempt: an error that is kept would keep the frames it passed, and what was typed in them."""

    def __init__(self) -> None:
        super().__init__("login-refused", "账号、密码或验证码不对", status=401)


class CodeMissing(DomainError):
    """The password was right and the account asks for a code; the page asks for it."""

    def __init__(self) -> None:
        super().__init__("code-missing", "请输入手机上的六位验证码", status=401)


async def log_in(
    engine: AsyncEngine, account: str, password: str, code: str, address: str, agent: str, key: str, now: datetime
) -> Begun:
    """A session for whoever knows the password and shows the code; else DomainError, and the failure is counted."""
    account = account.strip().lower()
    try:
        async with transaction(engine) as connection:
            await attempts.check(connection, account, address, now)
            row = (await connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == account))).mappings().first()
        right = await passwords.matches(password, None if row is None else row["password"])
        if row is None or not right or row["disabled_at"] is not None:
            raise Refused  # noqa: TRY301 - counted below, wherever it comes from
        proved = row["second_factor_since"] is not None
        if proved and not code.strip():
            raise CodeMissing
        async with transaction(engine) as connection:
            if proved:
                await _spend(connection, row, code, key, now)
            await attempts.forget(connection, account, now)
            return await sessions.begin(connection, account, agent, now, second_factor=proved)
    except Refused:
        async with transaction(engine) as connection:
            await attempts.failed(connection, account, address, now)
        raise


async def _spend(connection: AsyncConnection, row: RowMapping, code: str, key: str, now: datetime) -> None:
    """Takes the code, which counts once: of two logins with the same one the second is refused."""
    secret = second_factor.decrypted(row["second_factor"], key)
    step = second_factor.step_of(secret, code, now, row["second_factor_step"])
    if step is None:
        raise Refused
    last = ACCOUNT.c.second_factor_step
    spent = update(ACCOUNT).where(ACCOUNT.c.id == row["id"], or_(last.is_(None), last < step))
    if (await connection.execute(spent.values(second_factor_step=step))).rowcount == 0:
        raise Refused
