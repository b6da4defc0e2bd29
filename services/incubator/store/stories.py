"""Everything under one correlation id: see shared.chain. And the names of those letters went to."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.review_tables import EXPERT
from services.incubator.store.tables import LEDGER, MESSAGE_SEEN, ORGANISATION, SPINE
from shared.chain.stories import Stories
from shared.contracts.contact import expert_of, expert_person


async def organisations(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The names of those that are registered, by id."""
    query = select(ORGANISATION.c.id, ORGANISATION.c.name).where(ORGANISATION.c.id.in_(ids))
    return {row.id: row.name for row in await connection.execute(query)}


async def receivers(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The names of the organisations and experts letters went to, by the id of the recipient."""
    experts = [expert for id_ in ids if (expert := expert_of(id_)) is not None]
    query = select(EXPERT.c.id, EXPERT.c.name).where(EXPERT.c.id.in_(experts))
    persons = {expert_person(row.id): row.name for row in await connection.execute(query)}
    return persons | await organisations(connection, ids)


STORIES = Stories(SPINE.outbox, MESSAGE_SEEN, LEDGER, receivers)
story = STORIES.story
