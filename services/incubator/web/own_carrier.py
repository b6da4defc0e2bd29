"""A carrier of whoever is logged in, and the small forms on its pages."""

from collections.abc import Iterable

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.incubator.store.tables import CARRIER, ORGANISATION
from services.incubator.web.looks import to
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who

MOST_TYPED = 4_000
"""As much of a field as is looked at: its own limit is smaller, and says so."""


async def own_carrier(connection: AsyncConnection, who: Who, carrier_id: str) -> RowMapping:
    """The carrier with its operator's name. Somebody else's is as good as none."""
    query = (
        select(CARRIER, ORGANISATION.c.name.label("organisation"), ORGANISATION.c.credit_code)
        .join(ORGANISATION, ORGANISATION.c.id == CARRIER.c.organisation_id)
        .where(CARRIER.c.id == carrier_id, CARRIER.c.organisation_id.in_(who.scopes(Role.OPERATOR)))
    )
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise DomainError("no-such-carrier", f"名下没有载体“{carrier_id}”", status=404)
    return row


def check_of(row: RowMapping, carrier_id: str) -> None:
    """What belongs to another carrier is as good as none."""
    if row["carrier_id"] != carrier_id:
        raise DomainError("no-such-claim", f"没有“{row['id']}”", status=404)


def place_of(carrier_id: str, *further: str) -> str:
    """The address of a page of the carrier: place_of("F1", "tenants")."""
    return "/".join((to("mine/carriers", carrier_id), *further))


def typed(form: FormData, names: Iterable[str]) -> dict[str, str]:
    """The text fields of a form as they were typed; a file sent under such a name is none."""
    found = {name: form.get(name) for name in names}
    return {name: value[:MOST_TYPED] if isinstance(value, str) else "" for name, value in found.items()}
