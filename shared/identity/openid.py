"""Logging in at an OpenID provider of the office's own: whom it vouches for enters the account made for him.

Nobody gets an account by this: the first time, the provider's verified mail address must be that of one account without
a provider; from then on the provider's own subject counts, whatever mail address it gives. The provider asks for a
second factor by its own rules, so none is asked here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from authlib.integrations.starlette_client import OAuth
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.identity import sessions
from shared.identity.sessions import Begun
from shared.identity.tables import ACCOUNT

NAME = "office"
DISCOVERY = "/.well-known/openid-configuration"


def provider(settings: Settings) -> Any:  # noqa: ANN401 - the library's own, without types
    """The configured provider as the library's client: authorisation code with PKCE, nonce and state checked."""
    known = OAuth()
    known.register(
        NAME,
        server_metadata_url=f"{settings.openid_url}{DISCOVERY}",
        client_id=settings.openid_client,
        client_secret=settings.openid_secret,
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
    )
    return known.create_client(NAME)


async def enter(connection: AsyncConnection, told: Mapping[str, Any], agent: str, now: datetime) -> Begun:
    """A session for the account of whom the provider vouches for (the claims of its id token)."""
    subject = f"{told['iss']}|{told['sub']}"[:400]
    account = await _known(connection, subject) or await _first_time(connection, subject, told)
    return await sessions.begin(connection, account, agent, now, second_factor=True)


async def _known(connection: AsyncConnection, subject: str) -> str | None:
    row = (
        await connection.execute(select(ACCOUNT.c.id, ACCOUNT.c.disabled_at).where(ACCOUNT.c.subject == subject))
    ).first()
    if row is None:
        return None
    if row.disabled_at is not None:
        raise DomainError("account-disabled", "这个账号已经停用，请找系统管理员", status=403)
    return str(row.id)


async def _first_time(connection: AsyncConnection, subject: str, told: Mapping[str, Any]) -> str:
    email = str(told.get("email") or "")
    if not email or told.get("email_verified") is not True:
        raise DomainError(
            "email-not-verified", "统一登录没有给出经过核实的邮箱，无法找到您的账号；请找系统管理员", status=403
        )
    mine = func.lower(ACCOUNT.c.email) == email.lower(), ACCOUNT.c.subject.is_(None), ACCOUNT.c.disabled_at.is_(None)
    found = list((await connection.execute(select(ACCOUNT.c.id).where(*mine).limit(2))).scalars())
    if len(found) != 1:
        problem = "没有" if not found else "不止一个"
        raise DomainError("no-such-account", f"邮箱 {email} {problem}对应的账号；请找系统管理员", status=403)
    bound = update(ACCOUNT).where(ACCOUNT.c.id == found[0], ACCOUNT.c.subject.is_(None)).values(subject=subject)
    if (await connection.execute(bound)).rowcount == 0:
        raise DomainError("account-moved", "这个账号刚刚被别人登录，请再试一次", status=409)
    return str(found[0])
