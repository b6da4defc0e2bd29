"""Select: publicise who is to be supported, hold it until publicity ends, and close the call."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.domain.moving_places import PUBLIC
from services.talent.store import changes, known, ranked, selections
from services.talent.store.application_tables import APPLICATION
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import CALL
from services.talent.usecases.applications import told
from services.talent.usecases.standing import Standing, standing
from shared.contracts.talent import (
    TalentApplicationConfirmed,
    TalentApplicationDeclined,
    TalentApplicationSelected,
    TalentApplicationUnlisted,
)
from shared.core.errors import DomainError
from shared.core.workdays import CALENDAR, WORKING, last_day
from shared.messaging.unit import Unit
from shared.objections.life import FILED
from shared.programme.load import load_programme
from shared.programme.selection import Placed, Selection


class PubliciseSelection(BaseModel):
    """公示拟入选名单：名额以内的全部，同分待定的选定几名，其余的写明理由增补。"""

    programme_id: str
    public_from: date | None = None
    """公示第一天；不写为今天。"""
    tied: list[str] = Field(default_factory=list, max_length=1000)
    """同分待定的申报里选定的。"""
    more: list[str] = Field(default_factory=list, max_length=1000)
    """名额以外增补的。"""
    reason: str = Field(default="", max_length=1000)
    """同分如何选定、为什么增补；没有这两种情形的不必写。"""


class PubliciseNext(BaseModel):
    """有人退出或被取消以后，递补一名，单独公示，写明理由。"""

    application_id: str
    reason: str = Field(min_length=1, max_length=1000)


class CloseSelection(BaseModel):
    """公示全部结束，通知没有入选的申报人，结束本批次。"""

    programme_id: str


class Chosen(NamedTuple):
    """Who is to be public: `why` is empty where the ranking alone says so."""

    placed: Placed
    why: str


async def publicise_selection(unit: Unit, order: PubliciseSelection) -> list[str]:
    """Makes public who is selected; the others wait until publicity has ended, for one of them may move up, and are
    told so.

    Of those who tie at the edge exactly as many as there is room for, with the reason; more than the number only where
    the programme says "about so many", with a reason. Answers the applications.
    """
    call = await changes.found(unit.connection, CALL, order.programme_id, "申报批次", hold=True)
    if call["state"] != "reviewed":
        state = lifecycles.CALL.states[call["state"]]
        raise DomainError("call-not-ranked", f"申报批次现在是“{state}”，排名以后才能公示", status=409)
    stands = await standing(unit.connection, order.programme_id)
    programme = stands.programme
    rows = await in_question(unit.connection, stands, order)
    chosen = choose(stands.bands.among(selections.scored(rows)), order, about=programme.select.about)
    first = order.public_from or unit.today
    if first < unit.today:
        raise DomainError("bad-dates", f"公示第一天 {first} 已经过去，请改为今天或以后")
    until = last_day(
        first, programme.publicity.days, WORKING if programme.publicity.working else CALENDAR,
        await known.calendar(unit.connection),
    )  # fmt: skip
    await changes.move(
        unit, lifecycles.CALL, CALL, programme.id, "publicised", order.reason, public_from=first, public_until=until
    )
    for each in chosen:
        await _publicise(unit, each, first, until)
    await _tell_unlisted(unit, programme.id, first, until)
    return [each.placed.id for each in chosen]


async def in_question(connection: AsyncConnection, stands: Standing, order: PubliciseSelection) -> Sequence[RowMapping]:
    """Everybody within the number or tied at its edge, and those the order names."""
    edge = stands.bands.totals("in", "tied")
    return await ranked.people(connection, order.programme_id, edge, [*order.tied, *order.more])


def choose(found: Selection, order: PubliciseSelection, *, about: bool) -> list[Chosen]:
    """Who is public by this ranking and this order; a DomainError says what does not go together."""
    tied = {each.id for each in found.of("tied")}
    others = {each.id: each for each in found.of("next", "tied")}
    strange = [id_ for id_ in order.tied if id_ not in tied]
    if strange:
        raise DomainError("not-tied", f"申报“{strange[0]}”不在同分待定之列，请按排名重新选定", status=409)
    picked = set(order.tied)
    if len(picked) != found.room:
        told = f"同分待定 {len(tied)} 名、余 {found.room} 个名额：请正好选定 {found.room} 名"
        raise DomainError("tie-open", told, status=409)
    wrong = [id_ for id_ in order.more if id_ not in others or id_ in picked]
    if wrong:
        raise DomainError("not-next", f"申报“{wrong[0]}”不能增补：不在排名、低于最低分或已经入选", status=409)
    if order.more and not about:
        raise DomainError("number-fixed", "这一计划的名额是定数，不能增补；名额要变，请先改批次的选拔人数", status=409)
    if (picked or order.more) and not order.reason.strip():
        raise DomainError("reason-missing", "同分选定和增补都要写明理由")
    why = order.reason.strip()
    return [Chosen(each, "") for each in found.of("in")] + [
        Chosen(each, why) for each in found.placed if each.id in picked | set(order.more)
    ]


async def _publicise(unit: Unit, chosen: Chosen, first: date, until: date) -> None:
    placed = chosen.placed
    row = await changes.move(
        unit, lifecycles.APPLICATION, APPLICATION, placed.id, "publicised", f"排名第 {placed.rank}，拟入选"
    )
    values = {"public_from": first, "public_until": until, "chosen_for": chosen.why}
    await unit.connection.execute(update(RESULT).where(RESULT.c.application_id == placed.id).values(**values))
    await changes.note(unit, "result", [(placed.id, "ranked", "publicised")], chosen.why)
    event = TalentApplicationSelected.model_validate(
        {
            **told(row), "public_from": first.isoformat(), "public_until": until.isoformat(),
            "total": str(placed.total), "rank": placed.rank,
        }
    )  # fmt: skip
    unit.tell(event, first.isoformat(), story=placed.id)


async def _tell_unlisted(unit: Unit, programme_id: str, first: date, until: date) -> None:
    """Who was ranked and still waits learns that the list is public without him."""
    for row in await selections.waiting(unit.connection, programme_id):
        event = TalentApplicationUnlisted.model_validate(
            {
                **told(row), "public_from": first.isoformat(), "public_until": until.isoformat(),
                "total": row["total"], "rank": row["rank"],
            }
        )  # fmt: skip
        unit.tell(event, first.isoformat(), story=row["id"])


async def publicise_next(unit: Unit, order: PubliciseNext) -> None:
    """Moves one up into a place that came free: the best that is left, with a publicity of its own."""
    row = await changes.found(unit.connection, APPLICATION, order.application_id, "申报", hold=True)
    call = await changes.found(unit.connection, CALL, row["programme_id"], "申报批次", hold=True)
    if call["state"] != "publicised":
        state = lifecycles.CALL.states[call["state"]]
        raise DomainError("call-not-public", f"申报批次现在是“{state}”，公示期间才能递补", status=409)
    stands = await standing(unit.connection, row["programme_id"])
    programme, number = stands.programme, call["number"]
    if stands.tally.names(*PUBLIC) >= number and not programme.select.about:
        raise DomainError("no-room", f"名额 {number} 名已满，没有空缺可以递补", status=409)
    best = await next_up(unit.connection, stands)
    chosen = next((each for each in best if each["application_id"] == row["id"]), None)
    if chosen is None:
        names = "、".join(each["application_id"] for each in best) or "没有达到最低分的申报"
        raise DomainError("not-next", f"应按排名递补，下一名是：{names}", status=409)
    first = unit.today
    kind = WORKING if programme.publicity.working else CALENDAR
    until = last_day(first, programme.publicity.days, kind, await known.calendar(unit.connection))
    placed = Placed(row["id"], Decimal(chosen["total"]), chosen["rank"], "next")
    await _publicise(unit, Chosen(placed, order.reason.strip()), first, until)


async def next_up(connection: AsyncConnection, stands: Standing) -> Sequence[RowMapping]:
    """Who moves up into a place that comes free; several, if they tie."""
    total = stands.tally.next_up(stands.least)
    if total is None:
        return ()
    return await ranked.people(connection, stands.programme.id, [total], states=("accepted",))


def _reaches(total: str | None, least: Decimal) -> bool:
    return total is not None and Decimal(total) >= least


async def select_due(unit: Unit, application_id: str) -> RowMapping:
    """Publicity has ended and nobody objects any more: it is selected, and told to the applicant and the unit. The
    application as it was."""
    result = await selections.result_of(unit.connection, application_id)
    if result is None or result["public_until"] is None or unit.today <= result["public_until"]:
        raise DomainError("publicity-open", f"申报“{application_id}”的公示还没有结束", status=409)
    query = select(OBJECTIONS.objection.c.state).where(OBJECTIONS.about == application_id)
    objections = (await unit.connection.execute(query)).scalars().all()
    if FILED in objections:
        raise DomainError("objection-open", f"申报“{application_id}”有异议没有处理，先处理异议", status=409)
    row = await changes.move(
        unit, lifecycles.APPLICATION, APPLICATION, application_id, "selected", f"公示至 {result['public_until']} 期满"
    )
    body = {**told(row), "public_until": result["public_until"].isoformat(), "objections": len(objections)}
    unit.tell(TalentApplicationConfirmed.model_validate(body), story=application_id)
    return row


async def close_selection(unit: Unit, order: CloseSelection) -> int:
    """Ends the call once nobody is public any more; tells those who were not selected why. How many they are."""
    call = await changes.found(unit.connection, CALL, order.programme_id, "申报批次", hold=True)
    rows = await selections.standing(unit.connection, order.programme_id)
    public = sum(1 for row in rows if row["state"] == "publicised")
    if public:
        told_ = f"还有 {public} 份在公示或有异议没有处理，全部结束以后才能结束本批次"
        raise DomainError("still-public", told_, status=409)
    await changes.move(unit, lifecycles.CALL, CALL, order.programme_id, "selected", "选拔结束", selected_on=unit.today)
    left = [row for row in rows if row["state"] == "accepted"]
    for row in left:
        why = _why_not(row, call)
        was = await changes.move(unit, lifecycles.APPLICATION, APPLICATION, row["application_id"], "declined", why)
        body: dict[str, Any] = {**told(was), "stage": "selection", "reason": why}
        unit.tell(TalentApplicationDeclined.model_validate(body), story=row["application_id"])
    return len(left)


def _why_not(row: RowMapping, call: RowMapping) -> str:
    if row["total"] is None:
        return "没有参加排名"
    least = load_programme(call["programme_id"]).review.scheme.grades[0].line
    if not _reaches(row["total"], least):
        return f"综合得分 {row['total']}，低于最低分 {least}"
    return f"综合得分 {row['total']}，排名第 {row['rank']}，本批次选拔 {call['number']} 名"
