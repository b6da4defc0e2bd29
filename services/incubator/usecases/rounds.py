"""Run a round: plan and open it, close it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert

from services.incubator.domain import lifecycles
from services.incubator.store import changes, registers, round_years
from services.incubator.store.tables import REPORT, ROUND
from services.incubator.usecases.round_plan import RoundPlan, wrong_values
from shared.contracts.incubator import ReportDue, RoundClosed, RoundOpened
from shared.core.errors import DomainError
from shared.messaging.unit import Unit


class OpenRound(RoundPlan):
    """开放一类载体的年度考评：指标方案、起止日期、公示期。"""


class RoundNamed(BaseModel):
    round_id: str


class CloseRound(RoundNamed):
    """截止填报。"""


def dates_of(row: RowMapping) -> dict[str, str]:
    """The dates of a round that are known, by name."""
    names = ("opens_on", "closes_on", "public_from", "public_until", "finalised_on")
    return {name: row[name].isoformat() for name in names if row[name] is not None}


async def open_round(unit: Unit, order: OpenRound) -> str:
    """Opens a round, or plans it if its first day is still to come; every active carrier of the kind has to report.

    A round that was given up before it opened may be set up anew.
    """
    for wrong in await wrong_values(unit.connection, order):
        raise wrong.error
    id_ = order.id
    values = order.model_dump() | {"period": order.period or order.year - 1}
    if await round_years.plan(unit.connection, values | {"id": id_, "state": "planned"}):
        await changes.note(unit, "round", [(id_, None, "planned")], order.document_no)
    else:
        there = await changes.found(unit.connection, ROUND, id_, "考评批次", hold=True)
        if there["state"] != "cancelled":
            raise DomainError("round-exists", f"{order.year} 年度的这类考评已经设立（{id_}）", status=409)
        await changes.move(unit, lifecycles.ROUND, ROUND, id_, "planned", order.document_no, **values)
    if order.opens_on <= unit.today:
        await begin_round(unit, id_)
    return id_


async def begin_round(unit: Unit, round_id: str) -> bool:
    """Opens a planned round: a report is due from each active carrier of its kind. False if it is open already."""
    if not await changes.claim(unit, lifecycles.ROUND, ROUND, [round_id], "open"):
        return False
    row = await changes.found(unit.connection, ROUND, round_id, "考评批次")
    opened = RoundOpened(round_id=round_id, year=row["year"], kind=row["kind"], dates=dates_of(row))
    cause = unit.tell(opened)
    carriers = await registers.carriers_of_kind(unit.connection, row["kind"])
    reports = []
    for carrier in carriers:
        id_ = f"{round_id}-{carrier['id']}"
        reports.append(
            {
                "id": id_,
                "round_id": round_id,
                "carrier_id": carrier["id"],
                "state": "due",
                "version": 0,
                "explanation": "",
                "returns": 0,
                "reasons": {},
                "deadline": row["closes_on"],
            }
        )
        unit.tell(due_event(row, carrier, id_, "opened", [], row["closes_on"]), "opened", story=id_, cause=cause)
    if reports:
        await unit.connection.execute(insert(REPORT), reports)
    await changes.note(unit, "report", [(report["id"], None, "due") for report in reports])
    return True


def due_event(
    row: Mapping[Any, Any], carrier: RowMapping, report_id: str, stage: str, missing: list[str], deadline: date
) -> ReportDue:
    """A report is due; `deadline`: the round's last day, or the correction's."""
    return ReportDue.model_validate(
        {
            "report_id": report_id,
            "carrier": registers.told(carrier),
            "round_id": row["id"],
            "missing": missing,
            "deadline": deadline.isoformat(),
            "stage": stage,
            "year": row["year"],
            "period": row["period"],
            "document_no": row["document_no"],
            "opens_on": row["opens_on"].isoformat(),
        }
    )


async def close_round(unit: Unit, order: RoundNamed) -> str:
    """Closes a round: nothing more is taken but corrections of what was returned."""
    await changes.move(unit, lifecycles.ROUND, ROUND, order.round_id, "closed")
    row = await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
    closed = RoundClosed(round_id=order.round_id, year=row["year"], kind=row["kind"], dates=dates_of(row))
    return unit.tell(closed)
