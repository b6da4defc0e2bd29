"""Reviews that have begun: a district has said something of one report, experts have marked some, one steps back."""

from sqlalchemy import select

from services.demo.script import CLERK, DISTRICT, Scene
from services.incubator.store import district_reviews
from services.incubator.store.tables import REPORT
from services.incubator.usecases import district_review, marking, reports, reviewing
from services.incubator.usecases.reviewed import REVIEWING
from shared.messaging.unit import Unit
from shared.reviewing import review_rows
from shared.reviewing.places import acting_expert

SEEN = "2019-makerspace-Z03"
ACCEPTED = {
    "expert": ("F04", "F10"),
    "x-02": ("F06", "F08", "F12"),
    "x-05": ("F02", "F08"),
    "x-06": ("F06", "F08"),
}
"""By account, whose review was accepted: x-01 is the demo's expert, who has two more to answer."""
MARKS = (
    ("expert", "F04", "8", "规划完整，年度目标基本完成，服务台账齐全"),
    ("x-02", "F06", "9", "团队稳定，毕业企业跟踪服务做得扎实"),
    ("x-06", "F06", "8.5", "规划分年度分解，考核到人"),
    ("x-02", "F08", "8", "管理制度健全，规划与园区产业方向一致"),
    ("x-05", "F08", "4", "未见规划落实的证明材料，只有文字说明"),
    ("x-06", "F08", "7.5", "规划基本可行，专业化方向不够突出"),
)
"""Account, unit, mark of 12, reason; of F08 one mark lies apart from the others."""
TAKEN = "F08"
"""Whose report is accepted already: what each mark does to its grade can be seen."""
CONFLICT = ("x-03", "F09", "本人曾任该孵化器运营公司顾问")


async def begun(scene: Scene) -> None:
    async with scene.running.unit(DISTRICT) as unit:
        await _first_review(unit)
    for account, carriers in ACCEPTED.items():
        async with scene.running.unit(account) as unit:
            ids = [id_ for id_ in map(_report, carriers) if await _state(unit, id_) == "invited"]
            if ids:
                await reviewing.accept_reviews(unit, reviewing.AcceptReviews(report_ids=ids))
            for by, carrier, mark, reason in MARKS:
                if by == account and await _state(unit, _report(carrier)) == "accepted":
                    marked = {"management": marking.Marked(mark=mark, reason=reason)}
                    await marking.mark_unit(unit, marking.MarkUnit(report_id=_report(carrier), marks=marked))
    async with scene.running.unit(CLERK) as unit:
        state = select(REPORT.c.state).where(REPORT.c.id == _report(TAKEN))
        if (await unit.connection.execute(state)).scalar_one() == "submitted":
            await reports.accept_report(unit, reports.AcceptReport(report_id=_report(TAKEN)))
    account, carrier, reason = CONFLICT
    async with scene.running.unit(account) as unit:
        if await _state(unit, _report(carrier)) == "invited":
            order = reviewing.DeclareConflict(report_id=_report(carrier), reason=reason)
            await reviewing.declare_conflict(unit, order)


def _report(carrier: str) -> str:
    return f"2019-incubator-{carrier}"


async def _state(unit: Unit, report_id: str) -> str:
    """Where the review of this report is that was given to whoever acts."""
    expert = await acting_expert(unit, REVIEWING)
    review = await review_rows.one(unit.connection, REVIEWING, report_id, expert["id"])
    return "" if review is None else str(review["state"])


async def _first_review(unit: Unit) -> None:
    row = select(REPORT.c.version).where(REPORT.c.id == SEEN)
    version: int = (await unit.connection.execute(row)).scalar_one()
    if await district_reviews.latest(unit.connection, SEEN, version) is None:
        order = district_review.ReviewInDistrict(
            report_id=SEEN,
            version=version,
            recommended=True,
            opinion="核对了入驻协议、活动签到表和纳税凭证，数字与材料一致，推荐。",
            site_checked_on=unit.today,
            site_note="工位使用情况与填报相符，现场有七个团队在办公。",
        )
        await district_review.review_in_district(unit, order)
