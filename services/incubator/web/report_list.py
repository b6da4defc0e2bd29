"""The list of reports: of the rounds that are open, or of whichever round is chosen; a district sees its own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import QueryParams

from services.incubator.store import district_reviews
from services.incubator.store.tables import CARRIER, REPORT, ROUND
from services.incubator.web.looks import to
from services.incubator.web.wording import POLICY, REPORTS, Shown, kind_name
from shared.webkit.listing import Column, Filter, Listing

OPEN = ("open", "closed")
"""Rounds whose reports are still looked at."""
PER_PAGE = 50
DISTRICT = {
    True: Shown("推荐", "good"),
    False: Shown("不推荐", "bad"),
    None: Shown("未初审", "calm"),
}
"""What the district says of the version that stands."""
RECOMMENDED = district_reviews.recommended()


def reports_of(districts: Collection[str] | None, params: QueryParams) -> Select[Any]:
    """The reports of the open rounds; one that is chosen is looked into whatever its state. None: every district."""
    query = (
        select(
            REPORT.c.id, REPORT.c.state, REPORT.c.version, REPORT.c.returns, REPORT.c.submitted_at, REPORT.c.deadline,
            REPORT.c.carrier_id, CARRIER.c.name.label("carrier"), CARRIER.c.kind, CARRIER.c.district,
            CARRIER.c.level, ROUND.c.id.label("round_id"), ROUND.c.year, ROUND.c.closes_on,
            RECOMMENDED.label("recommended"),
        )
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
    )  # fmt: skip
    if not params.get("round"):
        query = query.where(ROUND.c.state.in_(OPEN))
    if districts is not None:
        query = query.where(CARRIER.c.district.in_(districts))
    return query


async def rounds(connection: AsyncConnection) -> Sequence[RowMapping]:
    """The rounds there are reports in, the newest first."""
    query = select(ROUND).where(ROUND.c.state.not_in(("planned", "cancelled")))
    return (await connection.execute(query.order_by(ROUND.c.year.desc(), ROUND.c.id))).mappings().all()


async def districts_of(connection: AsyncConnection, only: Collection[str] | None) -> dict[str, str]:
    query = select(CARRIER.c.district).join(REPORT, REPORT.c.carrier_id == CARRIER.c.id).distinct()
    if only is not None:
        query = query.where(CARRIER.c.district.in_(only))
    found = (await connection.execute(query.order_by(CARRIER.c.district))).scalars()
    return {each: each for each in found if each}


def late(today: date) -> ColumnElement[bool]:
    """Missing beyond the last day: the round's, or the correction's."""
    return or_(
        and_(REPORT.c.state == "due", ROUND.c.closes_on < today),
        and_(REPORT.c.state == "returned", REPORT.c.deadline < today),
    )


def days_late(row: Mapping[Any, Any], today: date) -> int:
    """0 for a report that is there, or may still come."""
    last = {"due": row["closes_on"], "returned": row["deadline"]}.get(row["state"])
    return max((today - last).days, 0) if last is not None else 0


def report_list(known: Sequence[RowMapping], districts: dict[str, str], today: date) -> Listing:
    """The list as it is declared; `known` are the rounds one may choose from."""
    return Listing(
        name="填报",
        columns=(
            Column("carrier", "载体", by=CARRIER.c.name, to=lambda row: to("reports", row["id"])),
            Column("kind", "类型", by=CARRIER.c.kind, said=lambda row: kind_name(row["kind"])),
            Column("district", "区县", by=CARRIER.c.district),
            Column("year", "年度", kind="number", by=ROUND.c.year),
            Column(
                "state", "状态", kind="state", by=REPORT.c.state,
                said=lambda row: REPORTS[row["state"]].name, tone=lambda row: REPORTS[row["state"]].tone,
            ),
            Column("version", "版本", kind="number", by=REPORT.c.version, said=lambda row: row["version"] or None),
            Column("submitted_at", "提交时间", kind="moment", by=REPORT.c.submitted_at),
            Column(
                "recommended", "区县初审", kind="state",
                said=lambda row: DISTRICT[row["recommended"]].name if row["version"] else None,
                tone=lambda row: DISTRICT[row["recommended"]].tone,
            ),
            Column("returns", "退回次数", kind="number", by=REPORT.c.returns),
            Column("late", "逾期天数", kind="number", said=lambda row: days_late(row, today) or None),
        ),
        filters=(
            Filter(
                "round", "批次", lambda value: ROUND.c.id == value,
                {row["id"]: f"{row['year']} 年度{kind_name(row['kind'])}" for row in known},
            ),
            Filter(
                "kind", "类型", lambda value: CARRIER.c.kind == value,
                {kind: name for kind, name in POLICY.kinds.items() if kind in {row["kind"] for row in known}},
            ),
            Filter("district", "区县", lambda value: CARRIER.c.district == value, districts),
            Filter(
                "state", "状态", lambda value: REPORT.c.state == value,
                {state: shown.name for state, shown in REPORTS.items()},
            ),
            Filter(
                "late", "逾期", lambda value: late(today) if value == "yes" else ~late(today),
                {"yes": "已逾期", "no": "没有逾期"},
            ),
            Filter("first", "区县初审", _said, {"yes": "推荐", "no": "不推荐", "none": "未初审"}),
        ),
        search=(CARRIER.c.name, CARRIER.c.id),
        order=(REPORT.c.submitted_at.is_(None), REPORT.c.submitted_at, REPORT.c.id),
        per_page=PER_PAGE,
        empty="没有正在填报的批次；批次开放后，各载体的填报在这里审核",
        search_title="载体名称、编号",
    )  # fmt: skip


def _said(value: str) -> ColumnElement[bool]:
    if value == "none":
        return and_(REPORT.c.version > 0, RECOMMENDED.is_(None))
    return RECOMMENDED.is_(true() if value == "yes" else false())
