"""The two programme years of the demo, step by step: the first to its mid-term, the second to its awards; then a call
that is open for whoever visits."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial

from services.demo import talent_brokers as brokers
from services.demo import talent_calls as calls
from services.demo import talent_reviews as reviews
from services.demo import talent_years as years
from services.demo.people import OPEN, OUTSTANDING, STAR
from services.demo.script import Scene, Step

FIRST_BEGINS, SECOND_BEGINS = date(2018, 1, 2), date(2018, 7, 2)


def _step(name: str, on: date, says: str, does: Callable[..., Awaitable[None]], *args: object, **more: object) -> Step:
    """A step of the talent programmes; its name is told apart from the carriers'."""

    async def step(scene: Scene) -> None:
        await partial(does, scene, *args, **more)()

    return Step(f"talent-{name}", on, says, step)


def _year(year: str, programme: str, called: str, days: tuple[date, ...], begins: date) -> list[Step]:
    """From the call to the first instalment; `days`: the call, hand-ins, recommendations, the check, corrections, the
    draw, the marks, the ranking with publicity, the selection, the awards."""
    call, hand_in, unit, check, correct, draw, mark, rank, select, award = days
    return [
        _step(f"call-{year}", call, f"{called}申报开放", calls.planned, programme),
        _step(f"register-{year}", hand_in, "申报人登记", calls.applicants_registered, programme),
        _step(f"apply-{year}", hand_in, f"{called}申报人填报并提交", calls.applied, programme),
        _step(f"recommend-{year}", unit, "推荐单位推荐，一位申报人撤回", calls.recommended, programme),
        _step(f"check-{year}", check, "形式审查：受理，退回补正，不予受理", calls.checked, programme),
        _step(f"correct-{year}", correct, "补正后重新提交、推荐、受理", calls.corrected, programme),
        _step(f"close-{year}", draw, f"{called}申报截止", calls.closed, programme),
        _step(f"draw-{year}", draw, "随机抽取评审专家", reviews.drawn, programme),
        _step(f"mark-{year}", mark, "专家评分", reviews.marked, programme),
        _step(f"rank-{year}", rank, "按评分排名", reviews.ranked, programme),
        _step(f"public-{year}", rank, "公示拟入选名单五个工作日", reviews.publicised, programme),
        _step(f"select-{year}", select, "公示期满，确定入选", reviews.selected, programme),
        _step(f"award-{year}", award, f"{called}设立入选项目", years.awarded, programme),
        _step(f"contract-{year}", begins, "任务书三方签订，核算第一期资助", years.contracted, programme, begins),
    ]


FIRST_YEAR = _year(
    "2017", OUTSTANDING, "2017 年度杰出青年科技人才",
    (
        date(2017, 10, 9), date(2017, 10, 25), date(2017, 11, 3), date(2017, 11, 8), date(2017, 11, 14),
        date(2017, 11, 16), date(2017, 11, 24), date(2017, 12, 1), date(2017, 12, 11), date(2017, 12, 15),
    ),
    FIRST_BEGINS,
)  # fmt: skip
SECOND_YEAR = _year(
    "2018", STAR, "2018 年度青年科技之星",
    (
        date(2018, 3, 2), date(2018, 3, 26), date(2018, 4, 3), date(2018, 4, 9), date(2018, 4, 13),
        date(2018, 4, 17), date(2018, 5, 4), date(2018, 5, 14), date(2018, 5, 23), date(2018, 6, 15),
    ),
    SECOND_BEGINS,
)  # fmt: skip
STEPS: tuple[Step, ...] = (
    _step("units", date(2017, 10, 9), "登记推荐单位，设定人才经费预算", calls.units_registered),
    _step("budgets", date(2017, 10, 9), "设定人才经费预算", years.budgets_set),
    _step("experts", date(2017, 11, 15), "登记人才计划的评审专家", reviews.experts_registered),
    _step("accounts", date(2017, 12, 20), "推荐单位确认收款账户", years.accounts_confirmed),
    *FIRST_YEAR,
    _step(
        "pay-2017", date(2018, 1, 26), "拨付十位杰出青年的第一期资助", years.paid, OUTSTANDING, 2018,
        "样例财〔2018〕3号",
    ),
    *SECOND_YEAR,
    _step("pay-2018", date(2018, 7, 27), "拨付一百位科技之星的资助", years.paid, STAR, 2018, "样例财〔2018〕15号"),
    _step("ask-broker", date(2018, 11, 20), "技术经纪人申请登记", brokers.asked),
    _step("broker", date(2018, 11, 22), "登记技术经纪人和一年前完成的成交", brokers.registered),
    _step("claim", date(2018, 12, 10), "经纪人申请奖励，核定后核算", brokers.claimed),
    _step("pay-broker", date(2019, 1, 29), "拨付技术经纪人奖励", brokers.paid),
    _step("midterm", date(2019, 1, 3), "十位杰出青年提交中期材料，单位签意见", years.reported),
    _step("conclude", date(2019, 1, 24), "中期评估：一位不通过，一位限期整改，其余通过", years.concluded),
    _step(
        "pay-second", date(2019, 2, 20), "拨付第二期资助，一笔还没有提出，一笔等待批准", years.paid, OUTSTANDING, 2019,
        "样例财〔2019〕11号", instalment=2,
    ),
    _step("call-2019", date(2019, 2, 22), "2019 年度杰出青年科技人才申报开放，留给您", calls.planned, OPEN),
)  # fmt: skip
