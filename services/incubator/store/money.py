"""What the ledger's rows are about and to whom they go, in the register's names."""

from typing import Any

from sqlalchemy import Select

from services.incubator.store.tables import CARRIER, LEDGER, ORGANISATION, SUBSIDY
from shared.ledger.budgets import Budgets

BUDGETS = Budgets(LEDGER)
budgets = BUDGETS.budgets


def named(query: Select[Any]) -> Select[Any]:
    """Rows of the ledger with what the register calls carrier and organisation."""
    return (
        query.add_columns(
            CARRIER.c.name.label("carrier"), CARRIER.c.kind.label("kind"), ORGANISATION.c.name.label("organisation")
        )
        .outerjoin_from(SUBSIDY, CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == SUBSIDY.c.organisation_id)
    )
