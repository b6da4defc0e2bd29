"""What a decision about a ranking would move, in words, before it is made."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.domain.moving_places import changed, cost, next_up, placed
from services.talent.store import selections
from services.talent.usecases.calls import ChangeNumber
from services.talent.usecases.selecting import PubliciseNext, PubliciseSelection, choose
from services.talent.web.ranking_view import ERASED, PUBLIC, Ranking, ranking
from services.talent.web.weighing import Effect, Placing
from shared.core.errors import DomainError
from shared.core.money import in_yuan, yuan_text
from shared.programme.model import Programme
from shared.programme.selection import PLACE_NAMES, Moved, Placed, what_moves

Rows = Mapping[str, Mapping[Any, Any]]


async def number_effect(connection: AsyncConnection, programme_id: str, order: ChangeNumber, today: date) -> Effect:
    """What another number to select moves."""
    number = order.number
    shown = await ranking(connection, programme_id, number)
    before = len(placed(selections.scored(_plain(shown)), shown.call["number"], shown.programme).of("in"))
    says = (
        f"选拔人数 {shown.call['number']} 名 → {number} 名。",
        _money(shown.programme, before, len(shown.of("in")), today),
        *_tied(shown),
    )
    return Effect("名额改变以后", _placings(shown.moved, _by_id(shown)), tuple(each for each in says if each))


async def total_effect(connection: AsyncConnection, application_id: str, total: Decimal | None, today: date) -> Effect:
    """What another total of one application moves, or its leaving the ranking: ranks, who comes next, money."""
    result = await selections.result_of(connection, application_id)
    if result is None:
        return Effect("排名", (), ("这份申报没有排名。",))
    shown = await ranking(connection, result["programme_id"])
    rows = _by_id(shown)
    scored, programme = selections.scored(_plain(shown)), shown.programme
    moved = what_moves(scored, {application_id: total}, shown.call["number"], shown.least)
    after = placed(changed(scored, {application_id: total}), shown.call["number"], programme)
    says = [*_free(shown, rows, application_id, total)]
    if shown.call["state"] in PUBLIC:  # who is public is changed by nothing but a decision about him
        public = sum(row["state"] in PUBLIC for row in rows.values())
        says.append(_money(programme, public, public - (total is None), today))
    else:
        says.append(_money(programme, len(shown.of("in")), len(after.of("in")), today))
        tied = after.of("tied")
        says += [f"这样会有 {len(tied)} 份同分，余 {after.room} 个名额，公示时要选定。"] if tied else []
    return Effect("排名和名单", _placings(moved, rows), tuple(each for each in says if each))


async def publicity_effect(
    connection: AsyncConnection, programme_id: str, order: PubliciseSelection, today: date
) -> Effect:
    """Who would be public, and with how much; a DomainError says what does not go together in the order."""
    shown = await ranking(connection, programme_id)
    rows, about = _by_id(shown), shown.programme.select.about
    chosen = choose(shown.found, order, about=about)
    each_fen = cost(shown.programme, 1, today).each_fen
    placings = tuple(
        _placing(rows[each.placed.id], _said(each.placed), "拟入选" + (f"：{each.why}" if each.why else ""), each_fen)
        for each in sorted(chosen, key=lambda each: (each.placed.rank, each.placed.id))
    )
    left = sum(row["state"] == "accepted" for row in rows.values()) - len(chosen)
    says = (
        f"拟入选 {len(chosen)} 名，名额 {shown.call['number']} 名。",
        _money(shown.programme, 0, len(chosen), today),
        f"其余 {left} 份等公示结束、本批次结束时通知没有入选。" if left else "",
    )
    return Effect("拟入选名单", placings, tuple(each for each in says if each))


async def next_effect(connection: AsyncConnection, programme_id: str, order: PubliciseNext, today: date) -> Effect:
    """Who moves up, and what the list costs then."""
    shown = await ranking(connection, programme_id)
    rows, up = _by_id(shown), order.application_id
    if up not in rows:
        raise DomainError("not-next", "请从本批次的排名里选递补的申报", status=409)
    fen = cost(shown.programme, 1, today).each_fen
    placings = [_placing(rows[up], _said(each), "递补，单独公示", fen) for each in shown.found.placed if each.id == up]
    public = sum(row["state"] in PUBLIC for row in rows.values())
    return Effect("递补", tuple(placings), (_money(shown.programme, public, public + 1, today),))


def _plain(shown: Ranking) -> list[Any]:
    return [each.row for each in shown.lines]


def _by_id(shown: Ranking) -> Rows:
    return {each.row["application_id"]: each.row for each in shown.lines}


def _free(shown: Ranking, rows: Rows, application_id: str, total: Decimal | None) -> Sequence[str]:
    """What comes of the place of somebody who is public; nobody moves up by himself."""
    state = rows[application_id]["state"]
    if state not in PUBLIC:
        return ()
    if total is not None:
        told = "这份申报仍在公示名单上。"
        after = [
            row if row["application_id"] != application_id else {**row, "total": str(total)} for row in rows.values()
        ]
        better = [row for row in after if row["state"] == "accepted" and row["total"] is not None]
        if total < shown.least or any(Decimal(row["total"]) > total for row in better):
            told = "按新的得分它已经不在名额以内，但仍留在公示名单上；要取消入选，请返回选“取消入选”。"
        return (told,)
    best = next_up(rows.values(), shown.least)
    names = "、".join(f"{row['applicant'] or ERASED}（第 {row['rank']} 名，{row['total']} 分）" for row in best)
    return (
        "取消入选以后空出 1 个名额。",
        f"下一名：{names}；递补是另一项决定，不随这一步发生。" if names else "没有达到最低分的申报可以递补。",
    )


def _tied(shown: Ranking) -> Sequence[str]:
    tied = shown.of("tied")
    return (f"这样会有 {len(tied)} 份同分，余 {shown.found.room} 个名额，公示时要选定。",) if tied else ()


def _money(programme: Programme, before: int, after: int, on: date) -> str:
    """What the list costs before and after; nothing of a programme that decides amounts one by one."""
    each = cost(programme, 1, on).each_fen
    if each is None:
        said = programme.policy.rules[0].says
        return f"名单 {before} 名 → {after} 名；金额入选以后逐一确定（{said}）。"
    then, now = (yuan_text(in_yuan(number * each)) for number in (before, after))
    return f"名单 {before} 名 → {after} 名，支持金额合计 {then} 元 → {now} 元。"


def _placings(moved: Sequence[Moved], rows: Rows) -> tuple[Placing, ...]:
    return tuple(_placing(rows[each.id], _said(each.before), _said(each.after)) for each in moved)


def _placing(row: Mapping[Any, Any], before: str, after: str, fen: int | None = None) -> Placing:
    state = lifecycles.APPLICATION.states[row["state"]]
    name = row["applicant"] or ERASED
    return Placing(name, f"{row['unit'] or ''} · {row['project']}（{state}）", before, after, fen)


def _said(place: Placed | None) -> str:
    return "不在排名" if place is None else f"第 {place.rank} 名，{place.total} 分，{PLACE_NAMES[place.place]}"
