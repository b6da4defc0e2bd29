"""What a decision about a ranking would move, in words, before it is made."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.domain.moving_places import PUBLIC, TAKES_PART, cost, placed
from services.talent.store import known, ranked, selections
from services.talent.usecases.calls import ChangeNumber
from services.talent.usecases.selecting import PubliciseNext, PubliciseSelection, choose, in_question, next_up
from services.talent.usecases.standing import Standing, standing
from services.talent.web.weighing import Effect, Placing
from shared.contracts.talent.spoken import ERASED
from shared.core.errors import DomainError
from shared.core.money import in_yuan, yuan_text
from shared.core.workdays import CALENDAR, WORKING, last_day
from shared.programme.model import Programme
from shared.programme.selection import NOTHING, PLACE_NAMES, Bands, Moved, Placed, changed_totals, what_moves

Rows = Mapping[str, RowMapping]


async def number_effect(connection: AsyncConnection, programme_id: str, order: ChangeNumber, today: date) -> Effect:
    """What another number to select moves."""
    number = order.number
    stands = await standing(connection, programme_id)
    now, then = stands.bands, stands.at(number)
    moved, rows = await _moved(connection, programme_id, now, then)
    says = (
        f"选拔人数 {stands.call['number']} 名 → {number} 名。",
        _money(stands.programme, now.names("in"), then.names("in"), today),
        _tied(then),
    )
    return Effect("名额改变以后", _placings(moved, rows), tuple(each for each in says if each))


async def total_effect(connection: AsyncConnection, application_id: str, total: Decimal | None, today: date) -> Effect:
    """What another total of one application moves, or its leaving the ranking: ranks, who comes next, money."""
    result = await selections.result_of(connection, application_id)
    own = () if result is None else await ranked.people(
        connection, result["programme_id"], (), [application_id], TAKES_PART
    )  # fmt: skip
    if result is None or not own:
        return Effect("排名", (), ("这份申报没有排名。",))
    stands = await standing(connection, result["programme_id"])
    programme, now = stands.programme, stands.bands
    was = None if result["total"] is None else Decimal(result["total"])
    then = placed(stands.tally.changed(was, total), stands.call["number"], programme)
    moved, rows = await _moved(connection, programme.id, now, then, {application_id: total})
    says = [*await _free(connection, stands, own[0], total)]
    if stands.call["state"] in PUBLIC:  # who is public is changed by nothing but a decision about him
        public = stands.tally.names(*PUBLIC)
        says.append(_money(programme, public, public - (total is None), today))
    else:
        says += [_money(programme, now.names("in"), then.names("in"), today), _tied(then)]
    return Effect("排名和名单", _placings(moved, rows), tuple(each for each in says if each))


async def publicity_effect(
    connection: AsyncConnection, programme_id: str, order: PubliciseSelection, today: date
) -> Effect:
    """Who would be public, and with how much; a DomainError says what does not go together in the order."""
    stands = await standing(connection, programme_id)
    rows = await in_question(connection, stands, order)
    of, about = _by_id(rows), stands.programme.select.about
    chosen = choose(stands.bands.among(selections.scored(rows)), order, about=about)
    each_fen = cost(stands.programme, 1, today).each_fen
    placings = tuple(
        _placing(of[each.placed.id], _said(each.placed), "拟入选" + (f"：{each.why}" if each.why else ""), each_fen)
        for each in sorted(chosen, key=lambda each: (each.placed.rank, each.placed.id))
    )
    left = stands.tally.names("accepted") - len(chosen)
    says = (
        f"拟入选 {len(chosen)} 名，名额 {stands.call['number']} 名。",
        await _public_days(connection, stands.programme, order.public_from or today, today),
        _money(stands.programme, 0, len(chosen), today),
        f"其余 {left} 份等公示结束、本批次结束时通知没有入选。" if left else "",
    )
    return Effect("拟入选名单", placings, tuple(each for each in says if each))


async def next_effect(connection: AsyncConnection, programme_id: str, order: PubliciseNext, today: date) -> Effect:
    """Who moves up, and what the list costs then."""
    stands = await standing(connection, programme_id)
    rows = await ranked.people(connection, programme_id, (), [order.application_id])
    if not rows:
        raise DomainError("not-next", "请从本批次的排名里选递补的申报", status=409)
    fen = cost(stands.programme, 1, today).each_fen
    up = stands.bands.among(selections.scored(rows)).placed
    placings = tuple(_placing(rows[0], _said(each), "递补，单独公示", fen) for each in up)
    public = stands.tally.names(*PUBLIC)
    says = (
        await _public_days(connection, stands.programme, today, today),
        _money(stands.programme, public, public + 1, today),
    )
    return Effect("递补", placings, says)


async def _public_days(connection: AsyncConnection, programme: Programme, first: date, today: date) -> str:
    """From when until when a list is public that begins on this day; nothing of a day that is past and is refused."""
    if first < today:
        return ""
    days, kind = programme.publicity.days, WORKING if programme.publicity.working else CALENDAR
    until = last_day(first, days, kind, await known.calendar(connection))
    called = "个工作日" if programme.publicity.working else "天"
    return f"公示第一天 {first}，最后一天 {until}（{days} {called}）。"


async def _moved(
    connection: AsyncConnection,
    programme_id: str,
    now: Bands,
    then: Bands,
    changed: Mapping[str, Decimal | None] = NOTHING,
) -> tuple[Sequence[Moved], Rows]:
    """Whose place changes, with the rows of those alone."""
    rows = await ranked.people(connection, programme_id, changed_totals(now, then), changed)
    return what_moves(selections.scored(rows), now, then, changed), _by_id(rows)


def _by_id(rows: Sequence[RowMapping]) -> Rows:
    return {row["application_id"]: row for row in rows}


async def _free(connection: AsyncConnection, stands: Standing, row: RowMapping, total: Decimal | None) -> Sequence[str]:
    """What comes of the place of somebody who is public; nobody moves up by himself."""
    if row["state"] not in PUBLIC:
        return ()
    if total is not None:
        told = "这份申报仍在公示名单上。"
        better = stands.tally.best("accepted")
        if total < stands.least or (better is not None and better > total):
            told = "按新的得分它已经不在名额以内，但仍留在公示名单上；要取消入选，请返回选“取消入选”。"
        return (told,)
    best = await next_up(connection, stands)
    names = "、".join(f"{row['applicant'] or ERASED}（第 {row['rank']} 名，{row['total']} 分）" for row in best)
    return (
        "取消入选以后空出 1 个名额。",
        f"下一名：{names}；递补是另一项决定，不随这一步发生。" if names else "没有达到最低分的申报可以递补。",
    )


def _tied(found: Bands) -> str:
    tied = found.names("tied")
    return f"这样会有 {tied} 份同分，余 {found.room} 个名额，公示时要选定。" if tied else ""


def _money(programme: Programme, before: int, after: int, on: date) -> str:
    """What the list costs before and after; nothing of a programme that decides amounts one by one."""
    each = cost(programme, 1, on).each_fen
    if each is None:
        said = programme.policy.rules[0].says
        return f"名单 {before} 名 → {after} 名；金额入选以后逐一确定（{said}）。"
    then, now = (yuan_text(in_yuan(number * each)) for number in (before, after))
    return f"名单 {before} 名 → {after} 名，支持金额合计 {then} → {now}。"


def _placings(moved: Sequence[Moved], rows: Rows) -> tuple[Placing, ...]:
    return tuple(_placing(rows[each.id], _said(each.before), _said(each.after)) for each in moved)


def _placing(row: RowMapping, before: str, after: str, fen: int | None = None) -> Placing:
    state = lifecycles.APPLICATION.states[row["state"]]
    name = row["applicant"] or ERASED
    return Placing(name, f"{row['unit'] or ''} · {row['project']}（{state}）", before, after, fen)


def _said(place: Placed | None) -> str:
    return "不在排名" if place is None else f"第 {place.rank} 名，{place.total} 分，{PLACE_NAMES[place.place]}"
