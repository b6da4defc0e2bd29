"""What is due now: questions to the rows, and the use case that does each; `SCHEDULE` is all of it."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import assessments, changes, selections
from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import CALL, SCHEDULE_RUN
from services.talent.usecases.calls import CallNamed, CloseCall, close_call, open_call
from services.talent.usecases.reminding import open_assessment, remind_of_assessment
from services.talent.usecases.review_area import AREA
from services.talent.usecases.selecting import select_due
from shared.messaging.unit import Unit
from shared.reviewing import reminding
from shared.scheduling.schedule import Schedule, Scheduled


async def calls_to_open(connection: AsyncConnection, today: date) -> list[str]:
    query = select(CALL.c.programme_id).where(CALL.c.state == "planned", CALL.c.opens_on <= today)
    return list((await connection.execute(query)).scalars())


async def open_due(unit: Unit, programme_id: str) -> None:
    await open_call(unit, CallNamed(programme_id=programme_id))


async def calls_to_close(connection: AsyncConnection, today: date) -> list[str]:
    """Open calls whose last day, to 24:00 in Shanghai, has passed."""
    query = select(CALL.c.programme_id).where(CALL.c.state == "open", CALL.c.closes_on < today)
    return list((await connection.execute(query)).scalars())


async def close_due(unit: Unit, programme_id: str) -> None:
    await close_call(unit, CloseCall(programme_id=programme_id))


async def corrections_to_end(connection: AsyncConnection, today: date) -> list[str]:
    """Applications that were returned and not put right by their last day, to 24:00 in Shanghai."""
    query = select(APPLICATION.c.id).where(APPLICATION.c.state == "returned", APPLICATION.c.correct_until < today)
    return list((await connection.execute(query.order_by(APPLICATION.c.id))).scalars())


async def lapse_due(unit: Unit, application_id: str) -> None:
    await changes.move(unit, lifecycles.APPLICATION, APPLICATION, application_id, "lapsed", "逾期没有修改")


async def publicity_to_end(connection: AsyncConnection, today: date) -> list[str]:
    return await selections.publicity_over(connection, today)


async def select_by_date(unit: Unit, application_id: str) -> None:
    await select_due(unit, application_id)


async def experts_to_remind(connection: AsyncConnection, today: date) -> list[str]:
    return await reminding.rounds_to_remind(connection, today, AREA)


async def remind_experts_due(unit: Unit, programme_id: str) -> None:
    await reminding.remind_due(unit, programme_id, AREA)


SCHEDULE = Schedule(
    SCHEDULE_RUN,
    (
        Scheduled("open-calls", "到开始日期的申报批次自动开放", 5, calls_to_open, open_due),
        Scheduled("close-calls", "过截止日期的申报批次自动截止", 5, calls_to_close, close_due),
        Scheduled("end-corrections", "退回修改逾期的申报自动终止", 5, corrections_to_end, lapse_due),
        Scheduled("open-assessments", "到期前 30 天的考核自动开放填报", 5, assessments.to_open, open_assessment),
        Scheduled(
            "remind-assessments",
            "考核到期前 30 天、前 7 天和逾期次日各提醒一次",
            5,
            assessments.to_be_reminded,
            remind_of_assessment,
        ),
        Scheduled("remind-reviewers", "评审截止前三天提醒还没有评完的专家", 5, experts_to_remind, remind_experts_due),
        Scheduled("end-selection-publicity", "公示期满且没有异议的入选自动确定", 5, publicity_to_end, select_by_date),
    ),
)
