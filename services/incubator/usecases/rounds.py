"""Run a round: plan and open it, remind, close it."""

from datetime import date

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select

from services.incubator.domain import lifecycles
from services.incubator.store import changes, registers
from services.incubator.store.tables import REPORT, ROUND
from shared.contracts.incubator import ReportDue, RoundClosed, RoundOpened
from shared.core.errors import DomainError
from shared.core.workdays import CALENDAR, WORKING, last_day
from shared.evaluation import load_scheme
from shared.messaging.unit import Unit


class OpenRound(BaseModel):
    """开放一类载体的年度考评：指标方案、起止日期、公示期。"""

    year: int = Field(ge=2000, le=2100)
    kind: str
    scheme: str
    document_no: str = Field(min_length=1)
    opens_on: date
    closes_on: date
    period: int | None = None
    """数据期；不写为上一日历年。"""
    publicity_days: int = Field(default=5, ge=1, le=60)
    publicity_in: str = Field(default=WORKING, pattern=f"^({WORKING}|{CALENDAR})$")
    decide_within: int = Field(default=5, ge=1, le=60)
    corrections: int = Field(default=3, ge=0, le=20)


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

    The calendar is asked now whether it knows the days the publicity may fall on, not on the day itself.
    """
    scheme = load_scheme(order.scheme)
    if scheme.carrier != order.kind:
        raise DomainError("wrong-scheme", f"指标方案“{order.scheme}”不用于 {order.kind}，请选用它的方案")
    if order.closes_on < order.opens_on:
        raise DomainError("bad-dates", f"截止日期 {order.closes_on} 早于开放日期 {order.opens_on}，请核对")
    known = await registers.calendar(unit.connection)
    last_day(order.closes_on, order.publicity_days + 30, order.publicity_in, known)
    id_ = f"{order.year}-{order.kind}"
    if (await unit.connection.execute(select(ROUND.c.id).where(ROUND.c.id == id_))).first():
        raise DomainError("round-exists", f"{order.year} 年度的这类考评已经设立（{id_}）", status=409)
    values = order.model_dump() | {"id": id_, "state": "planned", "period": order.period or order.year - 1}
    await unit.connection.execute(insert(ROUND), [values])
    await changes.note(unit, "round", [(id_, None, "planned")], order.document_no)
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
        unit.tell(_due(row, carrier, id_, "opened", []), "opened", story=id_, cause=cause)
    if reports:
        await unit.connection.execute(insert(REPORT), reports)
    await changes.note(unit, "report", [(report["id"], None, "due") for report in reports])
    return True


def _due(row: RowMapping, carrier: RowMapping, report_id: str, stage: str, missing: list[str]) -> ReportDue:
    return ReportDue.model_validate(
        {
            "report_id": report_id,
            "carrier": registers.told(carrier),
            "round_id": row["id"],
            "missing": missing,
            "deadline": row["closes_on"].isoformat(),
            "stage": stage,
            "year": row["year"],
            "period": row["period"],
            "document_no": row["document_no"],
            "opens_on": row["opens_on"].isoformat(),
        }
    )


async def remind(unit: Unit, round_id: str) -> int:
    """Tells exactly those who have not reported that the round closes soon; how many those are."""
    row = await changes.found(unit.connection, ROUND, round_id, "考评批次")
    carriers = {carrier["id"]: carrier for carrier in await registers.carriers_of_kind(unit.connection, row["kind"])}
    query = select(REPORT.c.id, REPORT.c.carrier_id, REPORT.c.state, REPORT.c.deadline).where(
        REPORT.c.round_id == round_id, REPORT.c.state.in_(("due", "returned"))
    )
    waiting = [report for report in await unit.connection.execute(query) if report.carrier_id in carriers]
    for report in waiting:
        missing = ["年度填报尚未提交" if report.state == "due" else "退回的填报尚未更正重报"]
        event = _due(row, carriers[report.carrier_id], report.id, "closing", missing)
        unit.tell(event, "closing", str(unit.today), story=report.id)
    return len(waiting)


async def close_round(unit: Unit, order: RoundNamed) -> str:
    """Closes a round: nothing more is taken but corrections of what was returned."""
    await changes.move(unit, lifecycles.ROUND, ROUND, order.round_id, "closed")
    row = await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
    closed = RoundClosed(round_id=order.round_id, year=row["year"], kind=row["kind"], dates=dates_of(row))
    return unit.tell(closed)
