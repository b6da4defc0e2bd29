"""The year after, begun and left to whoever visits the demo: most have reported, experts are drawn, the rest is his."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import select

from services.demo.script import CLERK, OPERATOR, Scene, opened
from services.incubator.demo.sample_city import SCHEMES
from services.incubator.store.review_tables import EXPERT
from services.incubator.store.tables import REPORT
from services.incubator.usecases import drawing, experts, reports, rounds
from services.incubator.usecases.reviewed import REVIEWING
from shared.evaluation import load_scheme
from shared.reviewing import review_rows

KINDS = ("makerspace", "incubator")
OPENS, CLOSES = date(2019, 2, 18), date(2019, 3, 15)
DISTRICTS_UNTIL, EXPERTS_UNTIL = date(2019, 3, 29), date(2019, 4, 19)
"""The last days of the districts' first review, and of the experts' marks where a scheme asks for them."""
STILL_DUE = ("Z12", "Z30", "Z41")
"""Who has not reported: Z12 is the carrier of the demo's operator."""
GROWTH = (Decimal("0.95"), Decimal(1), Decimal("1.05"), Decimal("1.10"))
EXPERTS = (
    ("x-01", "expert", "孙专家", "样例大学管理学院", "孵化管理"),
    ("x-02", "x-02", "样例专家二", "样例大学经济学院", "投资"),
    ("x-03", "x-03", "样例专家三", "样例研究院", "技术转移"),
    ("x-04", "x-04", "样例专家四", "样例会计师事务所", "财务"),
    ("x-05", "x-05", "样例专家五", "样例创业投资有限公司", "投资"),
    ("x-06", "x-06", "样例专家六", "样例行业协会", "孵化管理"),
    ("x-07", "x-07", "样例专家七", "样例科技情报所", "技术转移"),
    ("x-08", "x-08", "样例专家八", "样例职业学院", "孵化管理"),
)
"""Number, account, name, employer, field; nobody of them exists."""


async def next_rounds_opened(scene: Scene) -> None:
    for kind in KINDS:
        order = rounds.OpenRound(
            year=scene.year.year + 1,
            kind=kind,
            scheme=SCHEMES[kind],
            document_no="样例文〔2019〕5号",
            opens_on=OPENS,
            closes_on=CLOSES,
            district_until=DISTRICTS_UNTIL,
            experts_until=EXPERTS_UNTIL if load_scheme(SCHEMES[kind]).expert_indicators else None,
        )
        await opened(scene, order)


async def most_have_reported(scene: Scene) -> None:
    """Last year's figures, grown or shrunk a little; every check between fields holds as it did."""
    for report in scene.year.reports.values():
        kind = scene.year.carriers[report.carrier].kind
        if kind not in KINDS or report.carrier in STILL_DUE:
            continue
        round_id = f"{scene.year.year + 1}-{kind}"
        growth = GROWTH[sum(map(ord, report.carrier)) % len(GROWTH)]
        async with scene.running.unit(OPERATOR) as unit:
            state = select(REPORT.c.state).where(REPORT.c.id == f"{round_id}-{report.carrier}")
            if (await unit.connection.execute(state)).scalar_one_or_none() != "due":
                continue
            order = reports.SubmitReport(
                round_id=round_id,
                carrier_id=report.carrier,
                figures=grown(report.figures, growth),
                explanation=report.explanation or "与上年相比变化不大，数字已经核对",
            )
            await reports.submit_report(unit, order)


def grown(figures: Mapping[str, Any], growth: Decimal) -> dict[str, Any]:
    """Each figure times `growth`, rounded down to its own decimals: what was not more than another stays so."""
    return {
        name: grown(value, growth) if isinstance(value, Mapping) else _grown(value, growth)
        for name, value in figures.items()
    }


def _grown(value: Any, growth: Decimal) -> Any:  # noqa: ANN401 - a figure as the workbook has it
    if value is None:
        return None
    _, _, decimals = str(value).partition(".")
    return str((Decimal(str(value)) * growth).quantize(Decimal(1).scaleb(-len(decimals)), ROUND_FLOOR))


async def experts_registered(scene: Scene) -> None:
    """Before they are drawn: their addresses are known when the invitations are written."""
    async with scene.running.unit(CLERK) as unit:
        there = set((await unit.connection.execute(select(EXPERT.c.id))).scalars())
        for id_, account, name, employer, field in EXPERTS:
            if id_ not in there:
                order = experts.RegisterExpert(
                    id=id_, account=account, name=name, employer=employer, fields=[field],
                    contact_email=f"{id_}@example.cn",
                )  # fmt: skip
                await experts.register_expert(unit, order)


async def experts_drawn(scene: Scene) -> None:
    round_id = f"{scene.year.year + 1}-incubator"
    async with scene.running.unit(CLERK) as unit:
        if await review_rows.last_draw(unit.connection, REVIEWING, round_id) is None:
            await drawing.draw_experts(unit, drawing.DrawExperts(round_id=round_id, per_unit=3, most=6, seed="2019"))
