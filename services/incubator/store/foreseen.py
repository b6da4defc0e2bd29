"""Names for what a step would touch: of whatever has a life, and of whoever is written to."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, String, case, cast, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.operator_tables import HNTE_CLAIM, REPORTED_CHANGE
from services.incubator.store.review_tables import EXPERT
from services.incubator.store.tables import (
    CARRIER,
    EVALUATION,
    OBJECTION,
    ORGANISATION,
    PAYMENT,
    REPORT,
    ROUND,
    SUBSIDY,
    TENANCY,
)
from services.incubator.store.title_tables import BAR, RECTIFICATION, TITLE_APPLICATION
from shared.contracts import letters
from shared.contracts.contact import expert_of
from shared.foreseeing.foresight import Receiver
from shared.policy import load_policy


def _of_carrier(table: Any) -> Select[Any]:  # noqa: ANN401 - a table with a carrier
    return select(table.c.id, CARRIER.c.name, null()).join(CARRIER, CARRIER.c.id == table.c.carrier_id)


_ROUND_NAME = (
    cast(ROUND.c.year, String) + " 年度" + case(load_policy("dalian-2017-52").kinds, value=ROUND.c.kind) + "考评"
)
NAMES: Mapping[str, tuple[Any, Select[Any]]] = {
    "carrier": (CARRIER.c.id, select(CARRIER.c.id, CARRIER.c.name, null())),
    "report": (REPORT.c.id, _of_carrier(REPORT)),
    "evaluation": (EVALUATION.c.id, _of_carrier(EVALUATION)),
    "objection": (
        OBJECTION.c.id,
        select(OBJECTION.c.id, CARRIER.c.name, null())
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id),
    ),
    "payment": (
        PAYMENT.c.subsidy_id,
        select(PAYMENT.c.subsidy_id, CARRIER.c.name, PAYMENT.c.amount_fen)
        .join(SUBSIDY, SUBSIDY.c.id == PAYMENT.c.subsidy_id)
        .outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id),
    ),
    "subsidy": (
        SUBSIDY.c.id,
        select(SUBSIDY.c.id, CARRIER.c.name, SUBSIDY.c.amount_fen).outerjoin(
            CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id
        ),
    ),
    "reported_change": (REPORTED_CHANGE.c.id, _of_carrier(REPORTED_CHANGE)),
    "hnte_claim": (HNTE_CLAIM.c.id, _of_carrier(HNTE_CLAIM)),
    "application": (
        TITLE_APPLICATION.c.id,
        select(TITLE_APPLICATION.c.id, TITLE_APPLICATION.c.name, null()),
    ),
    "rectification": (RECTIFICATION.c.id, _of_carrier(RECTIFICATION)),
    "bar": (
        BAR.c.id,
        select(BAR.c.id, ORGANISATION.c.name, null()).join(ORGANISATION, ORGANISATION.c.id == BAR.c.organisation_id),
    ),
    "tenant": (TENANCY.c.tenant_id, select(TENANCY.c.tenant_id, TENANCY.c.name, null())),
    "round": (ROUND.c.id, select(ROUND.c.id, _ROUND_NAME, null())),
}
"""By noun: the column of its id, and a question for id, name and amount. What is not here is called by its id."""


async def carriers_named(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    query = select(CARRIER.c.id, CARRIER.c.name).where(CARRIER.c.id.in_(ids))
    return {row.id: row.name for row in await connection.execute(query)}


async def receivers(connection: AsyncConnection, to: Collection[letters.Receiver]) -> dict[letters.Receiver, Receiver]:
    """Who is written to: the name of the organisation or person, and whether its register has an address of it."""
    found = {each: Receiver(each.id, address=False) for each in to}
    organisations = {each.org_id: each for each in to if each.org_id is not None}
    experts = {expert_of(each.person_id): each for each in to if each.person_id is not None}
    for table, known in ((ORGANISATION, organisations), (EXPERT, experts)):
        query = select(table.c.id, table.c.name, table.c.contact_email).where(table.c.id.in_(list(known)))
        for row in await connection.execute(query):
            found[known[row.id]] = Receiver(row.name, bool(row.contact_email))
    return found
