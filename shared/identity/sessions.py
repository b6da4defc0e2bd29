"""Sessions: from login to logout. The token is in the browser's cookie, its hash is here, and every request looks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.identity.roles import OFFICE, Role
from shared.identity.tables import ACCOUNT, GRANT, SESSION
from shared.identity.tokens import form_token, hash_of, new_token, same
from shared.identity.who import Grant, Who

LASTS = timedelta(hours=12)
"""A working day; a session is not made longer by use, so that a page left open does not stay open for ever."""
MOST_LOOKED_AT = 500
"""As many of somebody's sessions, the newest, as a form may be of: more than a year of working days."""
PROGRAM_LASTS = timedelta(days=365)
SECOND_FACTOR_PAGE = "/account/second-factor"


class Begun(NamedTuple):
    """`token` is told once, here."""

    token: str
    ends_at: datetime


async def begin(connection: AsyncConnection, account: str, agent: str, now: datetime, *, second_factor: bool) -> Begun:
    return await _begin(connection, account, agent, now, now + LASTS, second_factor=second_factor, program=None)


async def begin_program(connection: AsyncConnection, account: str, program: str, now: datetime) -> Begun:
    """A token for a program that speaks for this account, for a year or until it is ended."""
    if not program.strip():
        raise DomainError("program-missing", "请写明是哪个程序用")
    ends_at = now + PROGRAM_LASTS
    return await _begin(connection, account, "", now, ends_at, second_factor=True, program=program.strip()[:100])


async def _begin(
    connection: AsyncConnection,
    account: str,
    agent: str,
    now: datetime,
    ends_at: datetime,
    *,
    second_factor: bool,
    program: str | None,
) -> Begun:
    token = new_token()
    row = {
        "token_hash": hash_of(token),
        "account_id": account,
        "program": program,
        "second_factor": second_factor,
        "agent": "".join(filter(str.isprintable, agent))[:200],
        "began_at": now,
        "ends_at": ends_at,
    }
    await connection.execute(insert(SESSION), [row])
    return Begun(token, ends_at)


async def who_has(connection: AsyncConnection, token: str, now: datetime, *, strict: bool) -> Who | None:
    """Who speaks with this token, with what he is granted at this moment; None if it ended or his account is disabled.

    `strict`: whoever works in the office has to set up a second factor before anything else.
    """
    digest = hash_of(token)
    query = (
        select(SESSION, ACCOUNT.c.name, ACCOUNT.c.second_factor_since, GRANT.c.role, GRANT.c.scope)
        .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account_id)
        .outerjoin(GRANT, GRANT.c.account_id == ACCOUNT.c.id)
        .where(
            SESSION.c.token_hash == digest,
            SESSION.c.ended_at.is_(None),
            SESSION.c.ends_at > now,
            ACCOUNT.c.disabled_at.is_(None),
        )
    )
    rows = (await connection.execute(query)).mappings().all()
    if not rows:
        return None
    row = rows[0]
    grants = tuple(Grant(Role(each["role"]), each["scope"]) for each in rows if each["role"] is not None)
    roles = {grant.role for grant in grants}
    unproved = strict and bool(roles & OFFICE) and not row["second_factor"]
    return Who(
        account=row["account_id"],
        name=row["name"],
        grants=grants,
        session=digest,
        second_factor=row["second_factor"],
        program=row["program"] is not None,
        must=SECOND_FACTOR_PAGE if unproved else "",
    )


async def strengthen(connection: AsyncConnection, session: str) -> None:
    """This session has shown the second factor."""
    await connection.execute(update(SESSION).where(SESSION.c.token_hash == session).values(second_factor=True))


async def end(connection: AsyncConnection, session: str, account: str, now: datetime) -> None:
    """Ends one session of this account: logging out, or throwing out another machine."""
    of = SESSION.c.token_hash == session, SESSION.c.account_id == account, SESSION.c.ended_at.is_(None)
    await connection.execute(update(SESSION).where(*of).values(ended_at=now))


async def end_all(connection: AsyncConnection, account: str, now: datetime) -> None:
    of = SESSION.c.account_id == account, SESSION.c.ended_at.is_(None)
    await connection.execute(update(SESSION).where(*of).values(ended_at=now))


async def made_form(connection: AsyncConnection, session: str, token: str, secret: str) -> bool:
    """Whether the page with this form token was opened in a session, this or an earlier one, of the same account."""
    account = select(SESSION.c.account_id).where(SESSION.c.token_hash == session).scalar_subquery()
    query = select(SESSION.c.token_hash).where(SESSION.c.account_id == account, SESSION.c.program.is_(None))
    own = (await connection.execute(query.order_by(SESSION.c.began_at.desc()).limit(MOST_LOOKED_AT))).scalars()
    return any(same(token, form_token(each, secret)) for each in own)


async def standing(connection: AsyncConnection, account: str, now: datetime) -> Sequence[RowMapping]:
    """The sessions of an account that are open now, newest first."""
    query = (
        select(SESSION)
        .where(SESSION.c.account_id == account, SESSION.c.ended_at.is_(None), SESSION.c.ends_at > now)
        .order_by(SESSION.c.began_at.desc())
    )
    return (await connection.execute(query)).mappings().all()
