"""What experts review in this service: a round's reports, the carriers behind them, and who is behind those."""

import re
from collections.abc import Collection, Mapping

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain import lifecycles
from services.incubator.store import changes
from services.incubator.store.tables import CARRIER, ORGANISATION, REPORT, ROUND, TENANCY
from shared import review
from shared.evaluation import load_scheme
from shared.reviewing.area import Indicator, ReviewedRound, Shown, Subjects

REVIEWED = ("open", "closed")
"""States of a round in which experts review."""
OPERATOR, TENANT = "运营单位", "在孵企业"
CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")
SUBJECTS = Subjects(REPORT, "填报", "round_id", "carrier_id", CARRIER, "载体", "name")


async def reviewed_round(connection: AsyncConnection, round_id: str, *, hold: bool = False) -> ReviewedRound:
    row = await changes.found(connection, ROUND, round_id, "考评批次", hold=hold)
    scheme = load_scheme(row["scheme"])
    return ReviewedRound(
        id=row["id"],
        year=row["year"],
        open=row["state"] in REVIEWED,
        state=lifecycles.ROUND.states[row["state"]],
        until=row["experts_until"],
        kinds=(row["kind"],),
        rules=f"方案“{scheme.title}”",
        indicators=tuple(Indicator(each.code, each.label, each.full, each.help) for each in scheme.expert_indicators),
        outlier_over=scheme.outlier_over,
        row=row,
    )


def report_of(round_id: str, carrier_id: str) -> str:
    return f"{round_id}-{carrier_id}"


async def units(connection: AsyncConnection, round_id: str) -> list[review.Unit]:
    """What is reviewed in a round: the carriers that have reported, by carrier id, with their operator and all tenants,
    also those that have graduated."""
    query = (
        select(CARRIER.c.id, CARRIER.c.name, CARRIER.c.kind, ORGANISATION.c.id.label("organisation_id"))
        .add_columns(ORGANISATION.c.name.label("organisation"), ORGANISATION.c.credit_code)
        .join(REPORT, REPORT.c.carrier_id == CARRIER.c.id)
        .join(ORGANISATION, ORGANISATION.c.id == CARRIER.c.organisation_id)
        .where(REPORT.c.round_id == round_id, REPORT.c.version > 0)
        .order_by(CARRIER.c.id)
    )
    rows = (await connection.execute(query)).all()
    tenants: dict[str, list[review.Party]] = {}
    of_round = select(REPORT.c.carrier_id).where(REPORT.c.round_id == round_id)
    found = select(TENANCY).where(TENANCY.c.carrier_id.in_(of_round)).order_by(TENANCY.c.tenant_id)
    for row in await connection.execute(found):
        code = row.tenant_id if CREDIT_CODE.fullmatch(row.tenant_id) else ""
        tenants.setdefault(row.carrier_id, []).append(review.Party(row.name, code, row.tenant_id, TENANT))
    return [
        review.Unit(
            row.id,
            row.name,
            row.kind,
            (
                review.Party(row.organisation, row.credit_code, row.organisation_id, OPERATOR),
                *tenants.get(row.id, ()),
            ),
        )
        for row in rows
    ]


async def carriers_tied(connection: AsyncConnection) -> dict[str, str]:
    """The carriers an expert may be tied to, by id: those that are there, also if known by name alone."""
    query = select(CARRIER.c.id, CARRIER.c.name).where(or_(CARRIER.c.state == "active", CARRIER.c.state.is_(None)))
    return {row.id: row.name for row in await connection.execute(query.order_by(CARRIER.c.id))}


async def shown(connection: AsyncConnection, _: ReviewedRound, report_ids: Collection[str]) -> Mapping[str, Shown]:
    """What experts see of a report: whose it is, what was reported, and how that was explained."""
    query = (
        select(REPORT.c.id, REPORT.c.figures, REPORT.c.explanation, CARRIER.c.name)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .where(REPORT.c.id.in_(report_ids))
    )
    return {
        row.id: Shown(row.name, {"figures": row.figures, "explanation": row.explanation})
        for row in await connection.execute(query)
    }
