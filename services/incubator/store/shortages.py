"""Short budgets of this service: see shared.ledger.shortfalls; and who comes before whom when one is shared out."""

from collections.abc import Collection, Mapping

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import rankings
from services.incubator.store.tables import CAUSE, EVALUATION, LEDGER, SUBSIDY
from shared.ledger.shortfalls import Shortfalls

SHORTFALLS = Shortfalls(LEDGER)
UNPROPOSED = SHORTFALLS.unproposed()
due, lines = SHORTFALLS.due, SHORTFALLS.lines


async def ranks(connection: AsyncConnection, awards: Collection[str]) -> Mapping[str, int]:
    """The place in its round of each award that follows from a grade; any other has none."""
    query = (
        select(SUBSIDY.c.id, EVALUATION.c.round_id, EVALUATION.c.total)
        .join(CAUSE, CAUSE.c.event_id == SUBSIDY.c.root)
        .join(EVALUATION, and_(EVALUATION.c.id == CAUSE.c.about, EVALUATION.c.carrier_id == SUBSIDY.c.carrier_id))
        .where(SUBSIDY.c.id.in_(awards))
    )
    rows = (await connection.execute(query)).all()
    of_rounds = {round_id: await rankings.ranks(connection, round_id) for round_id in {row.round_id for row in rows}}
    return {row.id: of_rounds[row.round_id][row.total] for row in rows if row.total in of_rounds[row.round_id]}
