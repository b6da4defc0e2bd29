"""Remind the experts who have not marked all they have of a round: exactly those, once a day each."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel
from sqlalchemy import RowMapping, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import reviews
from services.incubator.store.review_tables import REVIEW_REMINDER
from services.incubator.store.reviews import Standing
from services.incubator.store.tables import ROUND
from services.incubator.usecases.drawing import reviewed_round
from services.incubator.usecases.telling_experts import tell_due
from shared.core.clock import legal_date
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

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


async def remind_experts(unit: Unit, order: RemindExperts) -> RemindedExperts:
    """Reminds on a person's order; raises if nobody is left to be reminded, and says why. Who has finished since the
    list was looked at is refused by name: nobody is reminded of what he has done."""
    round_ = await reviewed_round(unit, order.round_id)
    waiting = [each for each in await reviews.standing(unit.connection, order.round_id) if each.left]
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
    today = await _reminded(unit.connection, order.round_id, unit.today)
    sent = [each for each in waiting if order.again or each.expert_id not in today]
    if not sent:
        told = f"这 {len(waiting)} 位今天都已提醒过；确实需要，请勾选“今天已提醒的再提醒一次”"
        raise DomainError("reminded-today", told, status=409)
    await _send(unit, round_, sent, today)
    already = [each.expert_id for each in waiting if each not in sent]
    return RemindedExperts(tuple(each.expert_id for each in sent), tuple(already))


async def rounds_to_remind(connection: AsyncConnection, today: date) -> list[str]:
    """Rounds whose review ends within days and in which somebody has to be reminded of it."""
    near = select(ROUND).where(
        ROUND.c.state.in_(reviews.REVIEWED),
        ROUND.c.experts_until <= add_days(today, REMIND_DAYS),
        ROUND.c.experts_until >= today,
    )
    rounds = (await connection.execute(near.order_by(ROUND.c.id))).mappings().all()
    return [row["id"] for row in rounds if await _unreminded(connection, row, today)]


async def remind_due(unit: Unit, round_id: str) -> None:
    """Reminds each who has not finished once in the last days, whoever else tries at the same time."""
    round_ = await reviewed_round(unit, round_id)
    waiting = await _unreminded(unit.connection, round_, unit.today)
    await _send(unit, round_, waiting, await _reminded(unit.connection, round_id, unit.today))


async def _unreminded(connection: AsyncConnection, round_: RowMapping, today: date) -> list[Standing]:
    """Who has not finished and was not reminded in the last days; whom his invitation reached today is left alone."""
    since = add_days(round_["experts_until"], -REMIND_DAYS)
    reminded = await _reminded(connection, round_["id"], since, today)
    return [
        each
        for each in await reviews.standing(connection, round_["id"])
        if each.left and each.expert_id not in reminded and legal_date(each.since) < today
    ]


async def _reminded(connection: AsyncConnection, round_id: str, first: date, last: date | None = None) -> Counter[str]:
    """How often each expert was reminded on this day, or from `first` to `last`."""
    query = select(REVIEW_REMINDER.c.expert_id).where(
        REVIEW_REMINDER.c.round_id == round_id, REVIEW_REMINDER.c.on_date.between(first, last or first)
    )
    return Counter((await connection.execute(query)).scalars())


async def _send(unit: Unit, round_: RowMapping, to: Sequence[Standing], today: Counter[str]) -> None:
    rows = []
    for each in to:
        number = today[each.expert_id] + 1
        rows.append(
            {
                "round_id": round_["id"],
                "expert_id": each.expert_id,
                "on_date": unit.today,
                "number": number,
                "event_id": tell_due(unit, round_, each.expert_id, each.left, each.units, number),
                "by": unit.by,
                "at": unit.now,
            }
        )
    if rows:
        await unit.connection.execute(insert(REVIEW_REMINDER), rows)
