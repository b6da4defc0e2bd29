"""Who could take an award over: a person who is registered."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.tables import APPLICANT


async def called(connection: AsyncConnection, name: str, email: str) -> str | None:
    """The one registered person of this name and this address; none if both do not belong to exactly one."""
    query = select(APPLICANT.c.id).where(APPLICANT.c.name == name, func.lower(APPLICANT.c.email) == email.lower())
    found = list((await connection.execute(query)).scalars())
    return found[0] if len(found) == 1 else None
