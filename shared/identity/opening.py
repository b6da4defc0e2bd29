"""Identity at work: its database, the secret of this installation, and who speaks in a request."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.core.clock import Now, system_now
from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.core.whole import write_whole
from shared.db.migrate import check, upgrade
from shared.db.transaction import reading
from shared.identity import sessions
from shared.identity.tables import METADATA, MIGRATIONS, NAME
from shared.identity.who import Who
from shared.running.opening import opened_database

KEPT_IN = "secret"


class _Schema:
    """Identity as far as its tables go."""

    name = NAME
    title = "账号"
    metadata: MetaData = METADATA
    migrations: Path = MIGRATIONS


SCHEMA = _Schema()


@dataclass(frozen=True)
class Identity:
    """`strict`: whoever works in the office needs a second factor; the demo shows its passwords and asks for none."""

    engine: AsyncEngine
    settings: Settings
    secret: str
    strict: bool = True
    clock: Now = system_now

    def now(self) -> datetime:
        return self.clock()

    async def who_has(self, token: str) -> Who | None:
        async with reading(self.engine) as connection:
            return await sessions.who_has(connection, token, self.now(), strict=self.strict)


def secret_of(settings: Settings) -> str:
    """MIAOPU_SECRET, or one of this folder's own, made once. Separate machines have to be given the same."""
    if settings.secret is not None:
        return settings.secret
    path = settings.data / KEPT_IN
    if not path.exists():
        if settings.database_url is not None and settings.nats_url is not None:
            raise DomainError(
                "secret-missing", "分开运行要有共同的密钥：请在每个进程设同一个 MIAOPU_SECRET", status=503
            )
        write_whole(path, secrets.token_urlsafe(48).encode())
    return path.read_text().strip()


@asynccontextmanager
async def opened_identity(settings: Settings, *, migrates: bool, strict: bool = True) -> AsyncIterator[Identity]:
    """Identity, ready to answer; its tables are brought up to date if it `migrates`, otherwise they have to be."""
    async with opened_database(settings, SCHEMA) as engine:
        if migrates:
            await upgrade(engine, SCHEMA)
        else:
            await check(engine, SCHEMA)
        yield Identity(engine, settings, secret_of(settings), strict)
