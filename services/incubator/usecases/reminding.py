"""Remind those who have not reported, or have not corrected what was returned: exactly those, once a day each."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert

from services.incubator.domain import lifecycles
from services.incubator.store import changes, missing, registers
from services.incubator.store.reporting_tables import REMINDER
from services.incubator.store.tables import ROUND
from services.incubator.usecases.rounds import due_event
from shared.core.errors import DomainError
from shared.messaging.unit import Unit


class RemindMissing(BaseModel):
    """提醒没有填报（含退回后没有更正）的载体：全部，或选定的几家；一家一天只提醒一次，除非写明再次提醒。"""

    round_id: str
    report_ids: list[str] | None = None
    """不写为全部。"""
    again: bool = False


class Reminded(NamedTuple):
    """`sent`: the reports whose carriers are written to; `already`: those that were reminded today before."""

    sent: tuple[str, ...]
    already: tuple[str, ...]


async def remind_missing(unit: Unit, order: RemindMissing) -> Reminded:
    """Reminds on a person's order; raises if nobody is left to be reminded, and says why.

    A report that was handed in since the list was looked at is refused by name: nobody is reminded of what he has done.
    """
    round_ = await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
    if round_["state"] not in ("open", "closed"):
        label = lifecycles.ROUND.states[round_["state"]]
        raise DomainError(f"round-is-{round_['state']}", f"本批次{label}，现在没有填报可以提醒", status=409)
    if order.report_ids is not None and not order.report_ids:
        raise DomainError("nobody-chosen", "没有选中任何一家，请先在名单里勾选")
    done = await remind(unit, order.round_id, only=order.report_ids, again=order.again)
    if done.sent:
        return done
    if done.already:
        told = f"这 {len(done.already)} 家今天都已提醒过；确实需要，请勾选“今天已提醒的再提醒一次”"
        raise DomainError("reminded-today", told, status=409)
    raise DomainError("nobody-missing", "没有可以提醒的：都已填报，或者期限已过", status=409)


async def remind(unit: Unit, round_id: str, *, only: Collection[str] | None = None, again: bool = False) -> Reminded:
    """Tells exactly those whose report is missing and still possible, each at most once a day unless `again`."""
    round_ = await changes.found(unit.connection, ROUND, round_id, "考评批次")
    waiting = [row for row in await missing.held(unit.connection, round_id) if still_possible(round_, row, unit.today)]
    if only is not None:
        unknown = sorted(set(only) - {row["id"] for row in waiting})
        if unknown:
            told = f"{'、'.join(unknown[:5])} 已经填报、期限已过，或不在本批次；请刷新名单后再选"
            raise DomainError("not-missing", told, status=409)
        waiting = [row for row in waiting if row["id"] in set(only)]
    today = await missing.reminded_on(unit.connection, [row["id"] for row in waiting], unit.today)
    sent = [row for row in waiting if again or row["id"] not in today]
    await _send(unit, round_, sent, today)
    return Reminded(
        tuple(row["id"] for row in sent), tuple(row["id"] for row in waiting if not again and row["id"] in today)
    )


def still_possible(round_: RowMapping, report: RowMapping, today: date) -> bool:
    """Whether the report could be handed in today: a reminder that asks for what is refused is never sent."""
    if report["state"] == "returned":
        return bool(today <= report["deadline"])
    return round_["state"] == "open" and bool(today <= round_["closes_on"])


async def _send(unit: Unit, round_: RowMapping, reports: Collection[RowMapping], today: dict[str, int]) -> None:
    carriers = await registers.carriers(unit.connection, [row["carrier_id"] for row in reports])
    rows = []
    for report in reports:
        id_, number = report["id"], today.get(report["id"], 0) + 1
        returned = report["state"] == "returned"
        lacking = ["退回的填报尚未更正重报" if returned else "年度填报尚未提交"]
        deadline = report["deadline"] if returned else round_["closes_on"]
        event = due_event(round_, carriers[report["carrier_id"]], id_, "closing", lacking, deadline)
        # the first of a day is named by the day alone: whoever reminds at the same time tells the same event
        which = () if number == 1 else (str(number),)
        told = unit.tell(event, "closing", str(unit.today), *which, story=id_)
        rows.append(
            {
                "report_id": id_,
                "on_date": unit.today,
                "number": number,
                "event_id": told,
                "by": unit.by,
                "at": unit.now,
            }
        )
    if rows:
        await unit.connection.execute(insert(REMINDER), rows)
