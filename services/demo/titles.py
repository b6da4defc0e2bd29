"""Applications for titles: one waits for the district, one for the head, two were returned."""

from typing import NamedTuple

from sqlalchemy import select

from services.demo.addresses import NEWCOMER
from services.demo.script import CLERK, DISTRICT, OPERATOR, Scene
from services.incubator.store.title_tables import TITLE_APPLICATION
from services.incubator.usecases import title_applications as applying
from services.incubator.usecases import title_review

FIGURES = {
    "legal_person": "是",
    "running_since": "2016-05-16",
    "area": "1600",
    "shared_area": "1300",
    "seats": "96",
    "teams": "28",
    "new_companies": "12",
    "financed_teams": "6",
    "cases": "样例企业 101：从工位到第一张订单\n样例企业 102：高校团队转化\n样例企业 103：融资后扩大生产",
    "professionals": "6",
    "staff": "8",
    "mentors": "9",
    "activities": "24",
    "statistics_reported": "是",
}
"""Meets every condition of every level; an application takes those that its title asks for."""
STATEMENT = "创业活动全年办了 8 场，另有 6 场因场地改造改到下年一季度，恳请一并考虑"
SIGNED = "王运营"


class Applies(NamedTuple):
    """`carrier` None: one that is not in the register yet, by the newcomer."""

    carrier: str | None
    level: str
    figures: dict[str, str]
    statement: str = ""


APPLIES = (
    Applies("Z03", "provincial", FIGURES),
    Applies("Z13", "national", {**FIGURES, "activities": "8"}, STATEMENT),
    Applies("Z12", "provincial", {**FIGURES, "cases": "样例企业 101：从工位到第一张订单"}),
    Applies(None, "city", {**FIGURES, "running_since": "2018-06-20", "teams": "11"}),
)
RECOMMENDED = ("Z13", "实地看过场地和入驻协议，主要条件具备；活动场次不足的原因属实，推荐。")
RETURNED = {
    "Z12": (
        {"cases": "只写了一个典型案例，请补充合同、融资到账凭证等佐证"},
        "典型案例没有佐证材料，补充后可以再次提交",
    ),
    None: ({"running_since": "营业执照日期与首份入驻协议不一致，请核对"}, "开始运营的日期需要核对，改正后可以再次提交"),
}


async def applied_for(scene: Scene) -> None:
    async with scene.running.unit(OPERATOR) as unit:
        if not (await unit.connection.execute(select(TITLE_APPLICATION.c.id))).first():
            for each in APPLIES:
                organisation = NEWCOMER if each.carrier is None else _organisation(scene, each.carrier)
                start = applying.StartApplication(
                    organisation_id=organisation, carrier_id=each.carrier, level=each.level
                )
                if each.carrier is None:
                    new = {"kind": "makerspace", "name": "样例众创空间 62", "district": "中山区"}
                    start = start.model_copy(update=new)
                id_ = await applying.start_application(unit, start)
                save = applying.SaveApplication(
                    application_id=id_, typed=each.figures, statement=each.statement, based_on=0
                )
                saved = await applying.save_application(unit, save)
                await applying.submit_application(
                    unit,
                    applying.SubmitApplication(
                        application_id=id_, version=saved.version, signed_by=SIGNED, committed=True
                    ),
                )
    async with scene.running.unit(DISTRICT) as unit:
        carrier, opinion = RECOMMENDED
        for id_ in await _submitted(scene, carrier):
            order = title_review.RecommendApplication(application_id=id_, opinion=opinion)
            await title_review.recommend_application(unit, order)
    for returned, (reasons, reason) in RETURNED.items():
        async with scene.running.unit(CLERK) as unit:
            for id_ in await _submitted(scene, returned):
                back = title_review.ReturnApplication(application_id=id_, reason=reason, reasons=reasons)
                await title_review.return_application(unit, back)


def _organisation(scene: Scene, carrier: str) -> str:
    return str(scene.year.carriers[carrier].organisation)


async def _submitted(scene: Scene, carrier: str | None) -> list[str]:
    """The carrier's application, while nobody has answered it."""
    asked = TITLE_APPLICATION.c
    wanted = asked.carrier_id.is_(None) if carrier is None else asked.carrier_id == carrier
    async with scene.running.look() as connection:
        return list((await connection.execute(select(asked.id).where(wanted, asked.state == "submitted"))).scalars())
