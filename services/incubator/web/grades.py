"""The grades of a round: the ranking with its lines as picture, list and workbook; and what other lines would bring."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement, RowMapping
from starlette.datastructures import QueryParams

from services.incubator.domain.what_if import moved
from services.incubator.store import changes, grade_list
from services.incubator.store.rankings import TOTAL
from services.incubator.store.tables import CARRIER, EVALUATION, ROUND
from services.incubator.usecases.grade_effect import quotas
from services.incubator.usecases.round_standing import RoundStanding, round_standing
from services.incubator.usecases.what_if import WhatIf, under
from services.incubator.web.grade_picture import picture, ties
from services.incubator.web.grade_workbook import grade_workbook
from services.incubator.web.looks import PAGES, to
from services.incubator.web.rounds import percent
from services.incubator.web.wording import EVALUATIONS, GRADES, kind_name, level_name
from shared.core.clock import legal_date
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known
from shared.webkit.listing import Column, Filter, Listing

ACTS = {"graded": "调整等次", "finalised": "更正"}
BEFORE_GRADES = ("planned", "open", "cancelled")
"""States of a round in which nothing can be said of its grades."""


def grade_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/rounds", include_in_schema=False)

    @router.get("/{round_id}/grades", dependencies=[READERS], response_class=HTMLResponse)
    async def grades(request: Request, who: Known, round_id: str) -> HTMLResponse:
        async with running.look() as connection:
            standing = await round_standing(connection, round_id)
            query, rank = grade_list.graded(round_id)
            shown = listing(standing.round, rank, acts=who.may_be(Role.HEAD))
            listed = await shown.page(connection, query, request.query_params)
        early = standing.round["state"] in BEFORE_GRADES
        return PAGES.show(
            request, "grades.html", round=standing.round, scheme=standing.scheme, listed=listed, early=early,
            picture=None if early else picture(standing), ties=[] if early else ties(standing),
            quotas=quotas(standing, standing.grades), units=standing.units,
        )  # fmt: skip

    @router.get("/{round_id}/grades.xlsx", dependencies=[READERS])
    async def exported(request: Request, round_id: str) -> Response:
        async with running.look() as connection:
            row = await changes.found(connection, ROUND, round_id, "考评批次")
            query, rank = grade_list.graded(round_id)
            return await grade_workbook(connection, listing(row, rank), query, request.query_params, row)

    @router.get("/{round_id}/what-if", dependencies=[READERS], response_class=HTMLResponse)
    async def what_if(request: Request, round_id: str) -> HTMLResponse:
        async with running.look() as connection:
            standing = await round_standing(connection, round_id)
            fields = line_fields(standing, request.query_params)
            order = asked(standing, request.query_params)
            problems = moved(standing.scheme, order.lines, order.quotas).problems
            early = standing.round["state"] in BEFORE_GRADES
            found = None
            if not early and not problems:
                found = await under(connection, standing, order, legal_date(running.now()))
        return PAGES.show(
            request, "what_if.html", 422 if problems else 200, round=standing.round, scheme=standing.scheme,
            fields=fields, problems=problems, found=found, early=early, units=standing.units,
        )  # fmt: skip

    return router


def listing(round_: RowMapping, rank: ColumnElement[Any], *, acts: bool = False) -> Listing:
    """The list of a round's grades; `acts`: with where the head decides about each."""
    name = f"{round_['year']} 年度{kind_name(round_['kind'])}等次"
    return Listing(
        name,
        columns=(
            Column("rank", "名次", "number", by=rank),
            Column("carrier_name", "载体", by=CARRIER.c.name, to=lambda row: to("evaluations", row["id"])),
            Column("level", "级别", by=CARRIER.c.level, said=lambda row: level_name(row["level"])),
            Column("district", "区县", by=CARRIER.c.district),
            Column("total", "总分", "number", by=TOTAL),
            Column(
                "grade", "等次", "state", by=EVALUATION.c.grade,
                said=lambda row: GRADES[row["grade"]].name if row["grade"] else "没有等次",
                tone=lambda row: GRADES[row["grade"]].tone if row["grade"] else "bad",
            ),
            Column(
                "by_hand", "人工调整", "state", said=lambda row: "人工调整" if row["by_hand"] else "",
                tone=lambda _: "wait",
            ),
            Column("reason", "理由"),
            Column(
                "withdrawal_proposed", "取消资格", "state", tone=lambda _: "bad",
                said=lambda row: "连续两年不合格，提出" if row["withdrawal_proposed"] else "",
            ),
            Column(
                "state", "状态", "state", said=lambda row: EVALUATIONS[row["state"]].name,
                tone=lambda row: EVALUATIONS[row["state"]].tone,
            ),
            *((Column("act", "办理", said=lambda row: ACTS.get(row["state"]), to=_act),) if acts else ()),
        ),
        filters=(
            Filter("grade", "等次", lambda value: EVALUATION.c.grade == value, {k: v.name for k, v in GRADES.items()}),
            Filter("by_hand", "人工调整", _by_hand, {"yes": "是", "no": "否"}),
            Filter(
                "withdrawal", "取消资格", lambda value: EVALUATION.c.withdrawal_proposed == (value == "yes"),
                {"yes": "提出", "no": "没有提出"},
            ),
            Filter("district", "区县", lambda value: CARRIER.c.district == value, kind="text"),
        ),
        search=(CARRIER.c.name, CARRIER.c.id),
        order=(TOTAL.desc().nulls_last(), EVALUATION.c.id),
        empty="还没有定等次",
    )  # fmt: skip


def _by_hand(value: str) -> ColumnElement[bool]:
    return grade_list.HAND if value == "yes" else ~grade_list.HAND


def _act(row: RowMapping) -> str | None:
    """Where the head decides about one grade; nothing is decided here while it is public."""
    places = {"graded": "hand-grades", "finalised": "corrections"}
    return to(places[row["state"]], row["id"]) if row["state"] in places else None


class LineField(NamedTuple):
    """A grade's two boxes: its line and its quota in per cent, as asked for, beside those of the scheme."""

    grade: str
    line: str
    quota: str
    line_now: str
    quota_now: str


def line_fields(standing: RoundStanding, query: QueryParams | Mapping[str, str]) -> list[LineField]:
    found = []
    for each in standing.scheme.grades:
        line, quota = str(each.line), "" if each.quota is None else percent(each.quota)
        asked_line = query.get(f"line_{each.grade}", line)
        found.append(LineField(each.grade, asked_line, query.get(f"quota_{each.grade}", quota), line, quota))
    return found


def asked(standing: RoundStanding, query: QueryParams | Mapping[str, str]) -> WhatIf:
    """The lines and quotas the address asks for; what it does not name stays."""
    grades = [each.grade for each in standing.scheme.grades]
    return WhatIf(
        round_id=standing.round["id"],
        lines={grade: query[f"line_{grade}"] for grade in grades if f"line_{grade}" in query},
        quotas={grade: query[f"quota_{grade}"] for grade in grades if f"quota_{grade}" in query},
    )
