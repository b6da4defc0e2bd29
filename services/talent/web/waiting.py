"""How many things wait for a recommending unit, by the address of the navigation's line they wait at; what waits for
the office is at its desk."""

from collections.abc import Mapping

from sqlalchemy import func, select

from services.talent.store import award_waiting
from services.talent.store.application_tables import APPLICATION
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running


async def badges(running: Running, who: Who) -> Mapping[str, int]:
    own = who.scopes(Role.UNIT)
    if not own:
        return {}
    submitted = APPLICATION.c.state == "submitted"
    query = select(func.count()).select_from(APPLICATION).where(submitted, APPLICATION.c.unit_id.in_(own))
    async with running.look() as connection:
        found = {
            "/talent/unit": int((await connection.execute(query)).scalar_one()),
            "/talent/unit/awards": await award_waiting.at_units(connection, own),
            "/talent/unit/account": await award_waiting.accounts_at_units(connection, own),
        }
    return {place: count for place, count in found.items() if count}
