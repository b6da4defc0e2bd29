"""What the incubator offers to the public pages: its rounds, who is on each list, what was paid."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import public_lists
from services.incubator.store.tables import CARRIER, PAYMENT, SUBSIDY
from services.incubator.store.tables import EVALUATION as GRADED
from services.incubator.web.wording import GRADES, kind_name, level_name
from shared.core.workdays import days_said
from shared.ledger.explaining import article_name, matter
from shared.publicity.source import PublicRound, PublicSource, Question
from shared.webkit.listing import Column, Filter, Listing


async def _rounds(connection: AsyncConnection, today: date) -> Sequence[PublicRound]:
    return [
        PublicRound(
            id=row["id"],
            year=row["year"],
            title=f"{row['year']} 年度{kind_name(row['kind'])}考评",
            document_no=row["document_no"],
            public_from=row["public_from"],
            public_until=row["public_until"],
            finalised_on=row["finalised_on"],
            units=row["units"],
            decide_within=row["decide_within"],
            lasts=days_said(row["publicity_days"], row["publicity_in"]),
        )
        for row in await public_lists.rounds(connection, today)
    ]


UNITS = (
    Column("name", "单位", by=CARRIER.c.name),
    Column(
        "grade", "等次", "state", by=public_lists.GRADE_ORDER,
        said=lambda row: GRADES[row["grade"]].name, tone=lambda row: GRADES[row["grade"]].tone,
    ),
    Column("level", "级别", by=CARRIER.c.level, said=lambda row: level_name(row["level"])),
    Column("district", "区县", by=CARRIER.c.district),
    Column("kind", "类型", said=lambda row: kind_name(row["kind"])),
)  # fmt: skip


def _units(round_id: str) -> Question:
    listing = Listing(
        name=f"公示-{round_id}",
        columns=UNITS,
        filters=(
            Filter(
                "grade", "等次", lambda value: GRADED.c.grade == value,
                {grade: shown.name for grade, shown in GRADES.items()},
            ),
            Filter("district", "区县", lambda value: CARRIER.c.district == value, kind="text"),
        ),
        search=(CARRIER.c.name,),
        order=(public_lists.GRADE_ORDER, CARRIER.c.name, CARRIER.c.id),
        per_page=100,
        empty="名单上没有单位",
        search_title="单位名称",
    )  # fmt: skip
    return listing, public_lists.units(round_id)


async def _paid(connection: AsyncConnection) -> Question:
    years = {str(year): f"{year} 年" for year in await public_lists.paid_years(connection)}
    listing = Listing(
        name="已拨付的补助",
        columns=(
            Column("name", "单位", by=CARRIER.c.name),
            Column("article", "依据", by=SUBSIDY.c.article, said=lambda row: article_name(row["article"])),
            Column("matter", "事项", said=matter),
            Column("amount_fen", "金额", "yuan", by=PAYMENT.c.amount_fen),
            Column("document_no", "资金文件", by=PAYMENT.c.document_no),
            Column("paid_on", "拨付日期", "day", by=PAYMENT.c.paid_on),
        ),
        filters=(Filter("year", "预算年度", lambda value: PAYMENT.c.budget_year == int(value), years),),
        search=(CARRIER.c.name, PAYMENT.c.document_no),
        order=(PAYMENT.c.paid_on.desc(), CARRIER.c.name, PAYMENT.c.subsidy_id),
        empty="还没有拨付的补助；按资金文件拨付以后列在这里",
        search_title="单位名称、资金文件",
    )
    return listing, public_lists.paid()


PUBLIC = PublicSource(rounds=_rounds, units=_units, paid=_paid)
