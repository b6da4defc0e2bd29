"""What anybody may see of a selection: who is to be supported, for which unit and which project, in which programme. No
total, no contact, nothing else of a person but the name."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import APPLICANT, CALL, UNIT

SHOWN = APPLICATION.c.state.in_(("publicised", "selected"))


async def calls(connection: AsyncConnection, today: date) -> Sequence[RowMapping]:
    """Calls whose publicity has begun, and those that are over, with how many are on each list and until when the last
    of them is public: who moved up has a publicity of his own."""
    listed = (
        select(
            RESULT.c.programme_id,
            func.count().label("names"),
            func.max(RESULT.c.public_until).label("last_until"),
        )
        .join(APPLICATION, APPLICATION.c.id == RESULT.c.application_id)
        .where(SHOWN)
        .group_by(RESULT.c.programme_id)
        .subquery()
    )
    query = (
        select(CALL, func.coalesce(listed.c.names, 0).label("names"), listed.c.last_until)
        .outerjoin(listed, listed.c.programme_id == CALL.c.programme_id)
        .where(CALL.c.state.in_(("publicised", "selected")), CALL.c.public_from <= today)
        .order_by(CALL.c.year.desc(), CALL.c.programme_id)
    )
    return (await connection.execute(query)).mappings().all()


def people(programme_id: str) -> Select[Any]:
    """Those on the list of a call; who moved up later is on it from that day."""
    return (
        select(
            APPLICANT.c.name,
            UNIT.c.name.label("unit"),
            APPLICATION.c.project,
            APPLICATION.c.programme_id,
            RESULT.c.public_from,
            RESULT.c.public_until,
        )
        .join(APPLICATION, APPLICATION.c.applicant_id == APPLICANT.c.id)
        .join(RESULT, RESULT.c.application_id == APPLICATION.c.id)
        .outerjoin(UNIT, UNIT.c.id == APPLICATION.c.unit_id)
        .where(APPLICATION.c.programme_id == programme_id, SHOWN)
    )
