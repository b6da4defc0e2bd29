"""How many things wait for whoever is logged in, by the address of the navigation's line they wait at."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import award_waiting
from services.talent.store.application_tables import APPLICATION
from services.talent.store.erasure_tables import ERASURE_REQUEST
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running


async def badges(running: Running, who: Who) -> Mapping[str, int]:
    own = who.scopes(Role.UNIT)
    wanted: dict[str, tuple[Table, ColumnElement[bool]]] = {}
    if own:
        wanted["/talent/unit"] = (APPLICATION, (APPLICATION.c.state == "submitted") & APPLICATION.c.unit_id.in_(own))
    if who.may_be(Role.CLERK, Role.HEAD):
        wanted["/talent/applications"] = (APPLICATION, APPLICATION.c.state == "recommended")
    if who.may_be(Role.HEAD):
        wanted["/talent/erasures"] = (ERASURE_REQUEST, ERASURE_REQUEST.c.state == "asked")
    if not wanted:
        return {}
    async with running.look() as connection:
        found = {place: await _count(connection, *each) for place, each in wanted.items()}
        if own:
            found["/talent/unit/awards"] = await award_waiting.at_units(connection, own)
    return {place: count for place, count in found.items() if count}


async def _count(connection: AsyncConnection, table: Table, held: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(table).where(held)
    return int((await connection.execute(query)).scalar_one())
