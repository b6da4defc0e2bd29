"""Everything under one correlation id: see shared.chain. And the names of those letters went to, and who applied."""

from collections.abc import Collection

from sqlalchemy import Column, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.money import PAYEES
from services.talent.store.review_tables import REVIEWS
from services.talent.store.tables import APPLICANT, MESSAGE_SEEN, SPINE
from shared.chain.stories import Stories
from shared.contracts.contact import APPLICANT as AN_APPLICANT
from shared.contracts.contact import MEMBER, REVIEWER, person_of
from shared.contracts.talent.spoken import ERASED


async def receivers(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The names of units, brokers, talents and experts letters went to, by the id of the recipient. Of a member of a
    team the letter itself says no more than that he is one."""
    persons = {id_: person_of(id_) for id_ in ids}
    found = {id_: "团队成员" for id_, person in persons.items() if person.what == MEMBER}
    for what, table in ((AN_APPLICANT, APPLICANT), (REVIEWER, REVIEWS.expert)):
        wanted = {person.id: id_ for id_, person in persons.items() if person.what == what}
        found |= {wanted[id_]: name for id_, name in (await _named(connection, table, wanted)).items()}
    payees = select(PAYEES.c.id, PAYEES.c.name).where(PAYEES.c.id.in_(ids))
    return found | {row.id: row.name for row in await connection.execute(payees)}


async def _named(connection: AsyncConnection, table: Table, ids: Collection[str]) -> dict[str, str]:
    id_: Column[str] = table.c.id
    query = select(id_, table.c.name).where(id_.in_(ids))
    return {row.id: row.name or ERASED for row in await connection.execute(query)}


async def applicants(connection: AsyncConnection, applications: Collection[str]) -> dict[str, str]:
    """Who made each of these applications, by its id."""
    query = (
        select(APPLICATION.c.id, APPLICANT.c.name)
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .where(APPLICATION.c.id.in_(applications))
        .order_by(APPLICATION.c.id)
    )
    return {row.id: row.name or ERASED for row in await connection.execute(query)}


STORIES = Stories(SPINE.outbox, MESSAGE_SEEN, LEDGER, receivers)
