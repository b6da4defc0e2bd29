"""The list of rounds: each year's evaluation of one kind of carrier, and how far its reports are."""

from typing import Any

from sqlalchemy import Select, case, func, select

from services.incubator.store.tables import REPORT, ROUND
from services.incubator.web.looks import to
from services.incubator.web.wording import POLICY, ROUNDS, kind_name, kind_order
from shared.webkit.listing import Column, Filter, Listing

PER_PAGE = 25
_REPORTS = (
    select(
        REPORT.c.round_id,
        func.count().label("every"),
        func.sum(case((REPORT.c.state != "due", 1), else_=0)).label("submitted"),
        func.sum(case((REPORT.c.state == "accepted", 1), else_=0)).label("accepted"),
    )
    .group_by(REPORT.c.round_id)
    .subquery("reports")
)
_EVERY, _SUBMITTED, _ACCEPTED = (func.coalesce(each, 0) for each in list(_REPORTS.c)[1:])
_KINDS = case({kind: kind_order(kind) for kind in POLICY.kinds}, value=ROUND.c.kind)
"""The kinds as the policy lists them."""


def rounds() -> Select[Any]:
    """Every round with how many are to report, how many have, and how many of these reports are accepted."""
    counted = (_EVERY.label("every"), _SUBMITTED.label("submitted"), _ACCEPTED.label("accepted"))
    return select(ROUND, *counted).outerjoin(_REPORTS, _REPORTS.c.round_id == ROUND.c.id)


LISTING = Listing(
    "年度考评",
    (
        Column(
            "year", "批次", by=ROUND.c.year, said=lambda row: f"{row['year']} 年度{kind_name(row['kind'])}",
            to=lambda row: to("rounds", row["id"]),
        ),
        Column("period", "数据期", kind="number"),
        Column(
            "state", "状态", kind="state", by=ROUND.c.state, said=lambda row: ROUNDS[row["state"]].name,
            tone=lambda row: ROUNDS[row["state"]].tone,
        ),
        Column("document_no", "文号", by=ROUND.c.document_no),
        Column("opens_on", "填报从", kind="day", by=ROUND.c.opens_on),
        Column("closes_on", "填报到", kind="day", by=ROUND.c.closes_on),
        Column("public_from", "公示从", kind="day", by=ROUND.c.public_from),
        Column("public_until", "公示到", kind="day"),
        Column("finalised_on", "确定", kind="day", by=ROUND.c.finalised_on),
        Column("submitted", "已报", kind="number", by=_SUBMITTED),
        Column("accepted", "受理", kind="number", by=_ACCEPTED),
        Column("every", "应报", kind="number", by=_EVERY),
    ),
    filters=(
        Filter("kind", "类型", lambda kind: ROUND.c.kind == kind, POLICY.kinds),
        Filter(
            "state", "状态", lambda state: ROUND.c.state == state, {name: each.name for name, each in ROUNDS.items()}
        ),
    ),
    search=(ROUND.c.id, ROUND.c.document_no),
    order=(ROUND.c.year.desc(), _KINDS, ROUND.c.id),
    per_page=PER_PAGE,
    empty="还没有批次；设立一类载体的年度考评之后，这里列出批次和进展",
    search_title="批次编号、文号",
)  # fmt: skip
