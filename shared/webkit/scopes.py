"""What the scopes of people's grants are called: the organisation, the unit or the expert a role was granted for."""

from collections.abc import Collection, Mapping

from fastapi import Request
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.identity.roles import Role
from shared.identity.who import Grant

MOST_IDS = 5_000
"""As many ids as one question to the database asks for."""


async def scope_names(request: Request, grants: Collection[Grant]) -> dict[Grant, str]:
    """As the services' registers have them. What is in none, or says of itself what it is, is not among them."""
    found: dict[Grant, str] = {}
    for running in request.app.state.runnings:
        if running.service.scopes:
            async with running.look() as connection:
                found |= await named_in(connection, running.service.scopes, grants)
    return found


async def named_in(
    connection: AsyncConnection, registers: Mapping[Role, Table], grants: Collection[Grant]
) -> dict[Grant, str]:
    """`registers`: by role, the table whose rows (`id`, `name`) its scopes are."""
    found: dict[Grant, str] = {}
    for role, register in registers.items():
        ids = sorted({grant.scope for grant in grants if grant.role is role})
        for start in range(0, len(ids), MOST_IDS):
            query = select(register.c.id, register.c.name).where(register.c.id.in_(ids[start : start + MOST_IDS]))
            found |= {Grant(role, id_): name for id_, name in await connection.execute(query) if name}
    return found
