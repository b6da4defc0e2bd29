"""Plays the demo on its clock, step by step; a demo that was killed goes on with the step it was in."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

import orjson
from sqlalchemy import func, select

from services.demo import addresses, next_year, operator, payees, reviews, script, short_budget, talent_steps, titles
from services.demo.script import Scene, Step
from services.incubator.demo import WORKBOOK
from services.incubator.domain.city_year import CityYear
from services.incubator.usecases.due import SCHEDULE
from services.incubator.workbook.read import read_workbook
from services.notify.store.tables import MESSAGE
from services.talent.usecases.due import SCHEDULE as TALENT_SCHEDULE
from shared.core.clock import SHANGHAI, DemoClock
from shared.messaging import consumer
from shared.running.quiet import until_quiet
from shared.running.running import Running

BEGIN = datetime(2017, 10, 9, 9, tzinfo=SHANGHAI)
AT = time(9, 30)
"""When in the day things happen."""


class Told(NamedTuple):
    """What is told while the demo plays: the day, what happens, how far it is."""

    on: date
    says: str
    number: int
    of: int


def steps(year: CityYear) -> list[Step]:
    """The steps of the carriers' year in the order of their days."""
    fixed = [
        Step(
            "registers", date(2018, 3, 1), "导入工作簿：运营单位、载体、在孵企业，设定预算", script.registers_imported
        ),
        Step("open", script.OPENED, "开放五类载体的年度考评", script.rounds_opened),
        Step("file", date(2018, 11, 22), "载体填报", script.reports_filed),
        Step("return", date(2018, 11, 23), "退回一份填报：导师人数多写了一个零", script.one_returned),
        Step("correct", date(2018, 11, 26), "更正后重新提交", script.one_corrected),
        Step("remind", date(2018, 11, 28), "截止前提醒没有填报的载体", nothing),
        Step("close", date(2018, 12, 1), "过了截止日期，批次自动截止", nothing),
        Step("score", date(2018, 12, 10), "受理填报，记录专家评分", script.accepted_and_scored),
        Step("grade", date(2018, 12, 20), "打分并定等次", script.graded),
        Step("decide", date(2018, 12, 28), "办公室决定一家的补助比例", script.decided),
        Step("publicise", script.PUBLIC, "公示等次五个工作日", script.publicised),
        Step("object", date(2019, 1, 14), "一家载体提出异议", script.one_objects),
        Step("uphold", date(2019, 1, 16), "异议成立，只改这一家的等次", script.objection_upheld),
        Step("finalise", date(2019, 1, 18), "公示期满，确定等次，核算补助，发出信件", script.finalised),
        Step("propose", date(2019, 1, 25), "提出拨付，两笔还没有提出", script.payments_proposed),
        Step("approve", date(2019, 1, 28), "批准拨付，八笔等待批准", script.payments_approved),
        Step("accounts", date(2019, 2, 1), "等待拨付的单位确认收款账户", payees.accounts_confirmed),
        Step("pay", date(2019, 2, 15), "拨付认定类补助", script.recognitions_paid),
        Step("next", next_year.OPENS, "开放下一年度众创空间、孵化器考评", next_year.next_rounds_opened),
        Step(
            "addresses",
            date(2019, 2, 19),
            "一家的邮箱停用了；外来的一条联系人写错，被搁置",
            addresses.gone_wrong,
            consumer.log,
        ),
        Step(
            "operator",
            date(2019, 2, 20),
            "运营机构登记企业、导师和辅导，申报高新技术企业，报告变更",
            operator.keeps_his_books,
        ),
        Step("file-next", date(2019, 2, 25), "大多数载体已经填报，留几家给您", next_year.most_have_reported),
        Step("experts-known", date(2019, 2, 25), "登记评审专家", next_year.experts_registered),
        Step("experts", date(2019, 2, 26), "随机抽取评审专家", next_year.experts_drawn),
        Step("review", date(2019, 2, 27), "区县初审一家；几位专家已评分，一项离群，一位回避", reviews.begun),
        Step("titles", date(2019, 2, 28), "四份资格申请：一份待初审，一份待决定，两份退回补正", titles.applied_for),
        Step("budget", date(2019, 3, 1), "财政调减本年预算，提出的拨付放不下", short_budget.cut),
    ]
    recognised = [
        Step(f"recognise-{day}", day, "认定和备案", script.recognised(day))
        for day in {each.on for each in year.recognitions}
    ]
    tenants = [
        Step(f"tenants-{day}", day, "在孵企业成为高新技术企业", script.tenants_recognised(day))
        for day in {each.on for each in year.tenants}
    ]
    return sorted([*fixed, *recognised, *tenants], key=lambda step: step.on)  # stable within a day


def every_step(year: CityYear) -> list[Step]:
    """The carriers' year and the two programme years beside it, in the order of their days."""
    return sorted([*steps(year), *talent_steps.STEPS], key=lambda step: step.on)


@contextmanager
def quietly(logger: logging.Logger | None) -> Iterator[None]:
    """Nothing below an error from this logger."""
    if logger is None:
        yield
        return
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


async def nothing(_: Scene) -> None:
    """The schedule does it."""


class Play:
    """One demo in one data folder."""

    def __init__(
        self, folder: Path, clock: DemoClock, runnings: Sequence[Running], tell: Callable[[Told], None]
    ) -> None:
        self.path = folder / "demo.json"
        self.clock = clock
        self.runnings = {running.service.name: running for running in runnings}
        self.tell = tell

    def done(self) -> list[str]:
        """The names of the steps that are done."""
        return list(orjson.loads(self.path.read_bytes())) if self.path.exists() else []

    async def run(self) -> None:
        """Plays what is left of the year and waits until all of it has arrived."""
        year = read_workbook(WORKBOOK)
        every = every_step(year)
        scene = Scene(self.runnings["incubator"], year, self.runnings["talent"])
        done = self.done()
        for number, step in enumerate(every, 1):
            if step.name in done:
                continue
            self.tell(Told(step.on, step.says, number, len(every)))
            self.clock.move_to(datetime.combine(step.on, AT, SHANGHAI))
            await SCHEDULE.run_due(scene.running)
            await TALENT_SCHEDULE.run_due(scene.talent)
            with quietly(step.told_by):
                await step.does(scene)
                await self.quiet()
            done.append(step.name)
            self._keep(done)

    async def quiet(self) -> None:
        """Waits until every event is handled and every letter handed over or known to wait for somebody."""
        await until_quiet(list(self.runnings.values()), self._letters_gone)

    async def _letters_gone(self) -> bool:
        async with self.runnings["notify"].look() as connection:
            queued = select(func.count()).select_from(MESSAGE).where(MESSAGE.c.state == "queued")
            return (await connection.execute(queued)).scalar_one() == 0

    def _keep(self, done: list[str]) -> None:
        beside = self.path.with_suffix(".new")
        beside.write_bytes(orjson.dumps(done))
        beside.replace(self.path)
        self.clock.mark()
