"""This service's desk: its matters, narrowed by programme; and how many things wait at each line of the navigation."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.broker_reward import KIND
from services.talent.store import calls
from services.talent.web import waiting
from services.talent.web.bookkeeping import KINDS
from services.talent.web.looks import PAGES
from services.talent.web.matters import MATTERS
from shared.desk import pages
from shared.desk.matters import Desk, Looked, Narrowing
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running

LOOKERS = frozenset({Role.CLERK, Role.HEAD, Role.FINANCE, Role.AUDITOR})


async def _programmes(connection: AsyncConnection) -> Mapping[str, str]:
    """Those there are calls of, the newest first; and what is given to brokers, who need no call."""
    held = [row["programme_id"] for row in (await connection.execute(calls.documents())).mappings()]
    return {id_: KINDS[id_] for id_ in (*held, KIND)}


async def _around(_: AsyncConnection, __: Looked) -> Mapping[str, Any]:
    """Nothing stands around this desk's list."""
    return {}


def _within(_: Who) -> None:
    """Whoever is at this desk sees everything."""


DESK = Desk(
    address="/talent/desk",
    matters=MATTERS,
    lookers=LOOKERS,
    within=_within,
    narrowings=(Narrowing("kind", "计划", _programmes),),
    pages=PAGES,
    template="desk.html",
    around=_around,
)


async def badges(running: Running, who: Who) -> Mapping[str, int]:
    """What waits at the desk, and what has a line of its own."""
    return Counter(await DESK.badges(running, who)) + Counter(await waiting.badges(running, who))


def desk_pages(running: Running) -> APIRouter:
    return pages.desk_pages(running, DESK)
