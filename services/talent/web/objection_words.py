"""What the shared pages of objections show of this service: whose selection it is, and how everything is called."""

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import objections
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.objection_area import AREA
from services.talent.web.looks import PAGES, programme_name, to
from shared.contracts.contact import applicant_person
from shared.contracts.talent.spoken import ERASED
from shared.identity.roles import Role
from shared.objections.paper_page import paper_pages
from shared.objections.receipt import receipt_pages
from shared.objections.showing import About, Choice, Showing, Words
from shared.running.running import Running


async def _about(connection: AsyncConnection, application_id: str) -> About:
    row = await objections.about(connection, application_id)
    if row is None:  # an objection is taken of what was ranked alone, and a rank stays
        raise LookupError(application_id)
    return About(row["applicant"] or ERASED, programme_name(row["programme_id"]), to("mine/selection", application_id))


async def _public(connection: AsyncConnection) -> list[Choice]:
    return [
        Choice(
            row["id"], f"{row['applicant'] or ERASED} · {row['project']}", programme_name(row["programme_id"]),
            row["public_until"],
        )
        for row in await objections.public_applications(connection)
    ]  # fmt: skip


SHOWING = Showing(
    area=AREA,
    evidence=EVIDENCE,
    pages=PAGES,
    root="/talent",
    home="/talent/mine",
    role=Role.APPLICANT,
    words=Words(
        home="我的申报",
        result="评审结果",
        meanwhile="处理期间这份申报不确定入选",
        paper="公示期内收到的书面、实名异议；按收到之日计算处理期限，登记后这份申报等到异议处理完毕才确定入选",
        too_early="公示以前的得分由评审组决定；已经确定而确有错误的，由办公室另行作出决定。",
        which="对哪一份申报",
        objector="异议人或异议单位",
    ),
    about=_about,
    public=_public,
    known=objections.units,
    called=applicant_person,
)


def objection_pages(running: Running) -> APIRouter:
    """The receipt of whoever filed it, and the office's form for one on paper."""
    router = APIRouter()
    router.include_router(paper_pages(running, SHOWING))
    router.include_router(receipt_pages(running, SHOWING))
    return router
