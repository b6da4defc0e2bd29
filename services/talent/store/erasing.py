"""What is due to be erased: whose retention has run out, and who asks for it."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import RowMapping, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION
from services.talent.store.award_tables import AWARD
from services.talent.store.erasure_tables import ERASED_EVENT, ERASURE_REQUEST
from services.talent.store.tables import APPLICANT, CALL, CHANGE
from shared.core.clock import legal_date
from shared.core.dates import add_years
from shared.programme.load import load_programme

NOTHING_CAME = ("declined", "withdrawn", "lapsed")
"""States in which an application has come to nothing."""


MAY_RUN_OUT = (*NOTHING_CAME, "draft", "selected")


class Kept(NamedTuple):
    """An application that still holds personal data, until when it has to, and why; without `until` nobody can say."""

    row: RowMapping
    until: date | None
    says: str

    def is_over(self, today: date) -> bool:
        return self.until is not None and self.until < today


def _query() -> Select[tuple[object, ...]]:
    ended = (
        select(func.max(CHANGE.c.at))
        .where(CHANGE.c.noun == "application", CHANGE.c.of == APPLICATION.c.id, CHANGE.c.before != CHANGE.c.after)
        .correlate(APPLICATION)
        .scalar_subquery()
    )
    return (
        select(
            APPLICATION.c.id, APPLICATION.c.programme_id, APPLICATION.c.applicant_id, APPLICATION.c.state,
            APPLICATION.c.project, APPLICATION.c.handed_in, APPLICANT.c.name, CALL.c.state.label("call_state"),
            CALL.c.closes_on, AWARD.c.ended_on, ended.label("ended_at"),
            AWARD.c.applicant_id.label("leader_id"),
        )
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .join(CALL, CALL.c.programme_id == APPLICATION.c.programme_id)
        .outerjoin(AWARD, and_(AWARD.c.application_id == APPLICATION.c.id))
        .where(APPLICATION.c.erased_at.is_(None))
        .order_by(APPLICATION.c.programme_id, APPLICATION.c.id)
    )  # fmt: skip


def _kept(row: RowMapping) -> Kept:
    """Both years count from the day something ended; the day itself is the last of them."""
    programme = load_programme(row["programme_id"])
    retention, state = programme.retention, row["state"]
    if state in NOTHING_CAME and row["ended_at"] is not None:
        until = add_years(legal_date(row["ended_at"]), retention.declined_years)
        return Kept(row, until, f"没有入选的保存 {retention.declined_years} 年，到 {until} 为止")
    if state == "draft" and row["call_state"] not in ("planned", "open"):
        until = add_years(row["closes_on"], retention.declined_years)
        return Kept(row, until, f"没有提交的保存 {retention.declined_years} 年，到 {until} 为止")
    if state == "selected" and row["ended_on"] is not None:
        until = add_years(row["ended_on"], retention.years)
        return Kept(row, until, f"任务书终止后保存 {retention.years} 年，到 {until} 为止")
    if state == "selected":
        return Kept(row, None, f"入选项目还没有结束；结束后保存 {retention.years} 年")
    return Kept(row, None, "申报还没有结果")


async def run_out(connection: AsyncConnection, today: date) -> list[Kept]:
    """Every application whose time of keeping has passed."""
    years = select(CALL.c.programme_id, CALL.c.opens_on)
    old = [
        id_
        for id_, opens in await connection.execute(years)
        if add_years(opens, load_programme(id_).retention.declined_years) < today
    ]
    query = _query().where(APPLICATION.c.programme_id.in_(old), APPLICATION.c.state.in_(MAY_RUN_OUT))
    rows = (await connection.execute(query)).mappings()
    return [each for each in map(_kept, rows) if each.is_over(today)]


async def of_applicant(connection: AsyncConnection, applicant_id: str) -> list[Kept]:
    """What is still kept of a person, application by application."""
    rows = (await connection.execute(_query().where(APPLICATION.c.applicant_id == applicant_id))).mappings()
    return [_kept(row) for row in rows]


async def led_by(connection: AsyncConnection, applicant_id: str) -> list[Kept]:
    """The projects this person took over from somebody else who had applied for them."""
    led = _query().where(AWARD.c.applicant_id == applicant_id, APPLICATION.c.applicant_id != applicant_id)
    return [_kept(row) for row in (await connection.execute(led)).mappings()]


async def of_applications(connection: AsyncConnection, ids: Collection[str]) -> list[Kept]:
    rows = (await connection.execute(_query().where(APPLICATION.c.id.in_(ids)))).mappings()
    return [_kept(row) for row in rows]


async def requests(connection: AsyncConnection, state: str = "asked") -> Sequence[RowMapping]:
    """Who asks to be erased, the oldest first."""
    query = (
        select(ERASURE_REQUEST, APPLICANT.c.name)
        .join(APPLICANT, APPLICANT.c.id == ERASURE_REQUEST.c.applicant_id)
        .where(ERASURE_REQUEST.c.state == state)
        .order_by(ERASURE_REQUEST.c.at, ERASURE_REQUEST.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def still_in_stream(connection: AsyncConnection) -> int:
    """How many messages with words that were erased here the stream still has: somebody has not heard them yet."""
    query = select(func.count()).select_from(ERASED_EVENT).where(ERASED_EVENT.c.gone_at.is_(None))
    found: int = (await connection.execute(query)).scalar_one()
    return found


async def open_request(connection: AsyncConnection, applicant_id: str) -> RowMapping | None:
    query = select(ERASURE_REQUEST).where(
        ERASURE_REQUEST.c.applicant_id == applicant_id, ERASURE_REQUEST.c.state == "asked"
    )
    return (await connection.execute(query)).mappings().first()
