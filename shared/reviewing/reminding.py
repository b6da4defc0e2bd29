"""Remind the experts who have not marked all they have of a round: exactly those, once a day each."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.clock import legal_date
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.reviewing import review_rows
from shared.reviewing.area import Due, ReviewedRound, Reviewing
from shared.reviewing.drawing import reviewed_round
from shared.reviewing.expert_rows import Standing, standing

REMIND_DAYS = 3
"""How many days before the last day of the review the schedule reminds, each expert once."""


class RemindExperts(BaseModel):
    """提醒还没有评完的专家：全部，或选定的几位；一位一天只提醒一次，除非写明再次提醒。"""

    round_id: str
    expert_ids: list[str] | None = None
    """不写为全部。"""
    again: bool = False


class RemindedExperts(NamedTuple):
    """`sent`: the experts who are written to; `already`: those who were reminded today before."""

    sent: tuple[str, ...]
    already: tuple[str, ...]


async def remind_experts(unit: Unit, order: RemindExperts, area: Reviewing) -> RemindedExperts:
    """Reminds on a person's order; raises if nobody is left to be reminded, and says why. Who has finished since the
    list was looked at is refused by name: nobody is reminded of what he has done."""
    round_ = await reviewed_round(unit, order.round_id, area)
    waiting = [each for each in await standing(unit.connection, area, order.round_id) if each.left]
    if order.expert_ids is not None:
        if not order.expert_ids:
            raise DomainError("nobody-chosen", "没有选中任何一位专家，请先在名单里勾选")
        chosen = set(order.expert_ids)
        unknown = sorted(chosen - {each.expert_id for each in waiting})
        if unknown:
            told = f"{'、'.join(unknown[:5])} 已经评完，或没有本批次的评审；请刷新名单后再选"
            raise DomainError("review-not-open", told, status=409)
        waiting = [each for each in waiting if each.expert_id in chosen]
    if not waiting:
        raise DomainError("nobody-open", "没有可以提醒的专家：安排的评审都已评完，或者还没有抽取", status=409)
    today = await _reminded(unit.connection, area, order.round_id, unit.today)
    sent = [each for each in waiting if order.again or each.expert_id not in today]
    if not sent:
        told = f"这 {len(waiting)} 位今天都已提醒过；确实需要，请勾选“今天已提醒的再提醒一次”"
        raise DomainError("reminded-today", told, status=409)
    await _send(unit, area, round_, sent, today)
    already = [each.expert_id for each in waiting if each not in sent]
    return RemindedExperts(tuple(each.expert_id for each in sent), tuple(already))


async def rounds_to_remind(connection: AsyncConnection, today: date, area: Reviewing) -> list[str]:
    """Rounds whose review ends within days and in which somebody has to be reminded of it."""
    found = []
    for round_id in await review_rows.rounds_waiting(connection, area):
        round_ = await area.round(connection, round_id)
        near = round_.until is not None and today <= round_.until <= add_days(today, REMIND_DAYS)
        if near and round_.open and await _unreminded(connection, area, round_, today):
            found.append(round_id)
    return found


async def remind_due(unit: Unit, round_id: str, area: Reviewing) -> None:
    """Reminds each who has not finished once in the last days, whoever else tries at the same time."""
    round_ = await reviewed_round(unit, round_id, area)
    waiting = await _unreminded(unit.connection, area, round_, unit.today)
    await _send(unit, area, round_, waiting, await _reminded(unit.connection, area, round_id, unit.today))


async def _unreminded(
    connection: AsyncConnection, area: Reviewing, round_: ReviewedRound, today: date
) -> list[Standing]:
    """Who has not finished and was not reminded in the last days; whom his invitation reached today is left alone."""
    if round_.until is None:
        return []
    since = add_days(round_.until, -REMIND_DAYS)
    reminded = await _reminded(connection, area, round_.id, since, today)
    return [
        each
        for each in await standing(connection, area, round_.id)
        if each.left and each.expert_id not in reminded and legal_date(each.since) < today
    ]


async def _reminded(
    connection: AsyncConnection, area: Reviewing, round_id: str, first: date, last: date | None = None
) -> Counter[str]:
    """How often each expert was reminded on this day, or from `first` to `last`."""
    reminder = area.tables.reminder
    query = select(reminder.c.expert_id).where(
        reminder.c.round_id == round_id, reminder.c.on_date.between(first, last or first)
    )
    return Counter((await connection.execute(query)).scalars())


async def _send(
    unit: Unit, area: Reviewing, round_: ReviewedRound, to: Sequence[Standing], today: Counter[str]
) -> None:
    late = round_.until is not None and round_.until < unit.today
    rows = []
    for each in to:
        number = today[each.expert_id] + 1
        rows.append(
            {
                "round_id": round_.id,
                "expert_id": each.expert_id,
                "on_date": unit.today,
                "number": number,
                "event_id": area.telling.due(unit, round_, Due(each.expert_id, each.left, each.units, number, late)),
                "by": unit.by,
                "at": unit.now,
            }
        )
    if rows:
        await unit.connection.execute(insert(area.tables.reminder), rows)
