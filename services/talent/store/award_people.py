"""Who leads an award, and who could take it over: a person who is registered."""

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import APPLICANT


async def called(connection: AsyncConnection, name: str, email: str) -> str | None:
    """The one registered person of this name and this address; none if both do not belong to exactly one."""
    query = select(APPLICANT.c.id).where(APPLICANT.c.name == name, func.lower(APPLICANT.c.email) == email.lower())
    found = list((await connection.execute(query)).scalars())
    return found[0] if len(found) == 1 else None


async def names_of_leader(connection: AsyncConnection, award: RowMapping) -> list[str]:
    """What the award's leader is called: in the register, and in the application he was selected with, if it is his."""
    query = (
        select(APPLICANT.c.name, APPLICATION.c.typed)
        .outerjoin(
            APPLICATION,
            (APPLICATION.c.id == award["application_id"]) & (APPLICATION.c.applicant_id == APPLICANT.c.id),
        )
        .where(APPLICANT.c.id == award["applicant_id"])
    )
    row = (await connection.execute(query)).one()
    return [row.name, str((row.typed or {}).get("name", ""))]
