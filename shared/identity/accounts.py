"""Accounts: made, granted roles, disabled, given a password. Each use case says who did it."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from sqlalchemy import RowMapping, Select, delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.identity import links, passwords, second_factor, sessions
from shared.identity.roles import SCOPES, TITLES, Role
from shared.identity.tables import ACCOUNT, GRANT, LINK, SESSION
from shared.identity.who import Grant

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,98}")
NO_SECOND_FACTOR = {"second_factor": None, "second_factor_since": None, "second_factor_step": None}


async def make(
    connection: AsyncConnection, account: str, name: str, email: str, grants: Iterable[Grant], by: str, now: datetime
) -> str:
    """A new account; answers the token of the link under which its owner sets the first password."""
    account = account.strip().lower()
    if not NAME.fullmatch(account):
        raise DomainError(
            "bad-account-name", "账号用小写字母、数字、点、横线或下划线，2 到 99 个字符，以字母或数字开头"
        )
    if not name.strip():
        raise DomainError("name-missing", "请填写姓名")
    if "@" not in parseaddr(email)[1] or parseaddr(email)[1] != email.strip():
        raise DomainError("bad-email", f"“{email}”不是邮箱地址")
    row = {"id": account, "name": name.strip(), "email": email.strip(), "made_at": now, "made_by": by}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    made = dialect.insert(ACCOUNT).values(row).on_conflict_do_nothing().returning(ACCOUNT.c.id)
    if (await connection.execute(made)).first() is None:
        raise DomainError("account-exists", f"账号 {account} 已经有了，换一个", status=409)
    for each in grants:
        await grant(connection, account, each, by, now)
    return await links.make(connection, account, now)


async def grant(connection: AsyncConnection, account: str, granted: Grant, by: str, now: datetime) -> None:
    """Gives a role. One that is for an organisation, a district or an expert is never given for everything."""
    await found(connection, account)
    if (granted.role in SCOPES) != bool(granted.scope.strip()):
        what = SCOPES.get(granted.role)
        raise DomainError(
            "bad-scope",
            f"{TITLES[granted.role]}要写明{what}" if what else f"{TITLES[granted.role]}不分范围，请不要填写",
        )
    row = {"account_id": account, "role": granted.role.value, "scope": granted.scope.strip()}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    await connection.execute(
        dialect.insert(GRANT).values({**row, "granted_at": now, "granted_by": by}).on_conflict_do_nothing()
    )


async def take_back(connection: AsyncConnection, account: str, granted: Grant) -> None:
    """Takes a role back; it ends at the next request, for every request looks."""
    gone = delete(GRANT).where(
        GRANT.c.account_id == account, GRANT.c.role == granted.role.value, GRANT.c.scope == granted.scope
    )
    if (await connection.execute(gone)).rowcount == 0:
        raise DomainError("not-granted", f"账号 {account} 没有这个角色", status=404)


async def disable(connection: AsyncConnection, account: str, now: datetime) -> None:
    """Nobody logs in with it any more, and whoever is logged in is thrown out."""
    await found(connection, account)
    await connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(disabled_at=now))
    await sessions.end_all(connection, account, now)


async def enable(connection: AsyncConnection, account: str) -> None:
    await found(connection, account)
    await connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(disabled_at=None))


async def close(connection: AsyncConnection, account: str, role: Role, now: datetime) -> None:
    """Whoever made his own account for this role ends it: name, address, password and what his browsers were called are
    erased, nobody logs in with it any more. The name to log in with stays taken, for what was done under it says so.

    account-has-roles if the office gave it another one.
    """
    others = sorted({TITLES[each.role] for each in await grants_of(connection, account) if each.role is not role})
    if others:
        raise DomainError(
            "account-has-roles", f"这个账号还是{'、'.join(others)}，请系统管理员先收回，再注销", status=409
        )
    await disable(connection, account, now)
    gone = {"name": "", "email": "", "password": None, "subject": None, **NO_SECOND_FACTOR}
    await connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(gone))
    await connection.execute(update(SESSION).where(SESSION.c.account_id == account).values(agent=""))
    await connection.execute(delete(GRANT).where(GRANT.c.account_id == account))
    await connection.execute(delete(LINK).where(LINK.c.account_id == account))


async def set_password(connection: AsyncConnection, account: str, password: str, now: datetime) -> None:
    """A new password; every session that was opened with the old one ends."""
    row = await found(connection, account)
    passwords.check_new(password, account, row["name"])
    value = await passwords.hashed(password)
    await connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(password=value))
    await sessions.end_all(connection, account, now)


async def begin_second_factor(connection: AsyncConnection, account: str, key: str) -> str:
    """A new secret to be scanned; it counts once a code has proved that the phone has it."""
    row = await found(connection, account)
    if row["second_factor_since"] is not None:
        raise DomainError("second-factor-there", "已经登记了第二因素；换手机请管理员先重设", status=409)
    secret = second_factor.new_secret()
    kept = second_factor.encrypted(secret, key)
    await connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(second_factor=kept))
    return secret


async def prove_second_factor(
    connection: AsyncConnection, account: str, code: str, session: str, key: str, now: datetime
) -> None:
    """The first right code: from now on a login asks for one; this session has shown it."""
    row = await found(connection, account)
    if row["second_factor"] is None:
        raise DomainError("no-second-factor", "请先扫描二维码")
    if row["second_factor_since"] is not None:
        raise DomainError("second-factor-there", "已经登记了第二因素", status=409)
    step = second_factor.step_of(second_factor.decrypted(row["second_factor"], key), code, now, None)
    if step is None:
        raise DomainError("wrong-code", "验证码不对，请核对手机时间后再试")
    proved = {"second_factor_since": now, "second_factor_step": step}
    await connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(proved))
    await sessions.strengthen(connection, session)


async def reset_second_factor(connection: AsyncConnection, account: str, now: datetime) -> None:
    """For a lost phone: the next login sets up a new one. Whoever is logged in is thrown out."""
    await found(connection, account)
    await connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account).values(NO_SECOND_FACTOR))
    await sessions.end_all(connection, account, now)


async def found(connection: AsyncConnection, account: str) -> RowMapping:
    row = (await connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == account))).mappings().first()
    if row is None:
        raise DomainError("no-such-account", f"没有账号“{account}”", status=404)
    return row


async def grants_of(connection: AsyncConnection, account: str) -> tuple[Grant, ...]:
    query = (
        select(GRANT.c.role, GRANT.c.scope).where(GRANT.c.account_id == account).order_by(GRANT.c.role, GRANT.c.scope)
    )
    return tuple(Grant(Role(role), scope) for role, scope in await connection.execute(query))


async def every_grant(connection: AsyncConnection) -> dict[str, list[Grant]]:
    """What each account that has any role was granted."""
    query = select(GRANT.c.account_id, GRANT.c.role, GRANT.c.scope).order_by(GRANT.c.role, GRANT.c.scope)
    found: dict[str, list[Grant]] = {}
    for account, role, scope in await connection.execute(query):
        found.setdefault(account, []).append(Grant(Role(role), scope))
    return found


def every() -> Select[Any]:
    """Every account, without its secrets. `unset`: no password was ever set."""
    shown = (ACCOUNT.c.id, ACCOUNT.c.name, ACCOUNT.c.email, ACCOUNT.c.disabled_at, ACCOUNT.c.second_factor_since)
    return select(*shown, ACCOUNT.c.made_at, ACCOUNT.c.password.is_(None).label("unset"))


async def listed(connection: AsyncConnection) -> Sequence[RowMapping]:
    return list((await connection.execute(every().order_by(ACCOUNT.c.id))).mappings())


async def names(connection: AsyncConnection, but: Collection[Role]) -> dict[str, str]:
    """The people's names by account: of all that have a role, without those that have one of these."""
    # applicants are thousands, all others few: first who has another role, then whether he applies as well
    also = exists().where(GRANT.c.account_id == ACCOUNT.c.id, GRANT.c.role.in_(but))
    others = select(GRANT.c.account_id).where(GRANT.c.role.not_in(but))
    query = select(ACCOUNT.c.id, ACCOUNT.c.name).where(ACCOUNT.c.id.in_(others), ~also)
    return {row.id: row.name for row in await connection.execute(query)}


async def any_there(connection: AsyncConnection) -> bool:
    return (await connection.execute(select(ACCOUNT.c.id).limit(1))).first() is not None
