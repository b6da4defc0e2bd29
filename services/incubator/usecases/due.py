"""What is due now: questions to the rows, and the use case that does each; `SCHEDULE` is all of it."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import bars
from services.incubator.store.tables import EVALUATION, OBJECTIONS, ROUND, SCHEDULE_RUN
from services.incubator.usecases import reminding_experts
from services.incubator.usecases.barring import expire_bar
from services.incubator.usecases.finalising import finalise_round
from services.incubator.usecases.reminding import remind
from services.incubator.usecases.rounds import RoundNamed, begin_round, close_round
from shared.core.dates import add_days
from shared.messaging.unit import Unit
from shared.objections.store import held
from shared.scheduling.schedule import Schedule, Scheduled

REMIND_DAYS = 3
"""How many days before the last a round reminds."""


async def rounds_to_open(connection: AsyncConnection, today: date) -> list[str]:
    query = select(ROUND.c.id).where(ROUND.c.state == "planned", ROUND.c.opens_on <= today)
    return list((await connection.execute(query)).scalars())


async def open_due(unit: Unit, round_id: str) -> None:
    await begin_round(unit, round_id)


async def rounds_to_remind(connection: AsyncConnection, today: date) -> list[str]:
    query = select(ROUND.c.id).where(
        ROUND.c.state == "open",
        ROUND.c.reminded_at.is_(None),
        ROUND.c.closes_on <= add_days(today, REMIND_DAYS),
        ROUND.c.closes_on >= today,
    )
    return list((await connection.execute(query)).scalars())


async def remind_due(unit: Unit, round_id: str) -> None:
    """Reminds once, whoever else tries at the same time."""
    claimed = update(ROUND).where(ROUND.c.id == round_id, ROUND.c.reminded_at.is_(None)).values(reminded_at=unit.now)
    if (await unit.connection.execute(claimed)).rowcount:
        await remind(unit, round_id)


async def rounds_to_close(connection: AsyncConnection, today: date) -> list[str]:
    """Open rounds whose last day, to 24:00 in Shanghai, has passed."""
    query = select(ROUND.c.id).where(ROUND.c.state == "open", ROUND.c.closes_on < today)
    return list((await connection.execute(query)).scalars())


async def close_due(unit: Unit, round_id: str) -> None:
    await close_round(unit, RoundNamed(round_id=round_id))


async def rounds_to_finalise(connection: AsyncConnection, today: date) -> list[str]:
    """Rounds whose publicity has passed and that have a grade nobody objects to."""
    free = select(EVALUATION.c.id).where(
        EVALUATION.c.round_id == ROUND.c.id,
        EVALUATION.c.state == "publicised",
        EVALUATION.c.id.not_in(held(OBJECTIONS)),
    )
    left = select(EVALUATION.c.id).where(EVALUATION.c.round_id == ROUND.c.id, EVALUATION.c.state == "publicised")
    query = select(ROUND.c.id).where(
        ROUND.c.state == "publicised", ROUND.c.public_until < today, free.exists() | ~left.exists()
    )
    return list((await connection.execute(query)).scalars())


async def finalise_due(unit: Unit, round_id: str) -> None:
    await finalise_round(unit, RoundNamed(round_id=round_id))


async def bars_to_end(connection: AsyncConnection, today: date) -> list[str]:
    """Bars for dishonesty whose last day, to 24:00 in Shanghai, has passed."""
    return await bars.over(connection, today)


async def end_bar_due(unit: Unit, bar_id: str) -> None:
    await expire_bar(unit, bar_id)


SCHEDULE = Schedule(
    SCHEDULE_RUN,
    (
        Scheduled("open-rounds", "到开放日期的批次自动开放填报", 5, rounds_to_open, open_due),
        Scheduled("remind", "截止前三天提醒还没有填报的载体", 5, rounds_to_remind, remind_due),
        Scheduled(
            "remind-experts",
            "专家评审截止前三天提醒还没有评完的专家",
            5,
            reminding_experts.rounds_to_remind,
            reminding_experts.remind_due,
        ),
        Scheduled("close-rounds", "过截止日期的批次自动截止", 5, rounds_to_close, close_due),
        Scheduled("end-publicity", "公示期满且没有异议的等次自动确定", 5, rounds_to_finalise, finalise_due),
        Scheduled("end-bars", "期满的失信惩戒自动终止，暂缓的补助继续核算", 5, bars_to_end, end_bar_due),
    ),
)
