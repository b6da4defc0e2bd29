"""What the shared pages of objections show of this service: whose result it is, and how everything is called."""

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import objections
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.usecases.objection_area import AREA
from services.incubator.web.looks import PAGES, to
from services.incubator.web.wording import kind_name
from shared.identity.roles import Role
from shared.objections.paper_page import paper_pages
from shared.objections.receipt import receipt_pages
from shared.objections.showing import About, Choice, Showing, Words
from shared.running.running import Running


async def _about(connection: AsyncConnection, evaluation_id: str) -> About:
    row = await objections.about(connection, evaluation_id)
    said = f"{row['year']} 年度{kind_name(row['kind'])}考评"
    return About(row["carrier_name"], said, to("mine/results", evaluation_id))


async def _public(connection: AsyncConnection) -> list[Choice]:
    return [
        Choice(row["id"], row["carrier_name"], f"{row['year']} 年度{kind_name(row['kind'])}", row["public_until"])
        for row in await objections.public_evaluations(connection)
    ]


async def _known(connection: AsyncConnection) -> list[str]:
    return [row["name"] for row in await objections.organisations(connection)]


SHOWING = Showing(
    area=AREA,
    evidence=EVIDENCE,
    pages=PAGES,
    root="/incubator",
    home="/incubator/mine",
    role=Role.OPERATOR,
    words=Words(
        home="我的载体",
        result="考评结果",
        meanwhile="处理期间等次不确定，有关补助也不核算",
        paper="公示期内收到的书面、实名异议；按收到之日计算处理期限，登记后该单位的等次等到异议处理完毕才确定",
        too_early="公示以前的等次由办公室人工调整，已经确定的另行作更正决定。",
    ),
    about=_about,
    public=_public,
    known=_known,
)


def objection_pages(running: Running) -> APIRouter:
    """The receipt of whoever filed it, and the office's form for one on paper."""
    router = APIRouter()
    router.include_router(paper_pages(running, SHOWING))
    router.include_router(receipt_pages(running, SHOWING))
    return router
