"""The talent half of a city: awards that begin, pass their mid-term and are paid, by the use cases the pages call.

Half of each award is paid once its 任务书 is in force, half once the mid-term is passed. All of it is made through this
process's own connection to the database, as by a web request in another process: what follows from it the service has
to hear. An act that met no database is done again until it is done, as somebody at a desk would.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from stdnum.cn import uscc

from services.talent.domain import lifecycles
from services.talent.service import SERVICE as TALENT
from services.talent.store import changes
from services.talent.store.application_tables import APPLICATION
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.ledger_tables import LEDGER
from services.talent.usecases import applications, assessing, assessments, awards, bookkeeping, calls, contracts, people
from services.talent.usecases.payee_accounts import ConfirmAccount, confirm_account
from services.talent.usecases.reminding import open_assessment
from shared.contracts.contact import applicant_person
from shared.core.clock import legal_date, system_now
from shared.core.errors import DomainError
from shared.ledger.budgeting import SetBudget
from shared.ledger.outcomes import AWARDED
from shared.ledger.paying import ApprovePayments, PaySubsidies, ProposePayments
from shared.messaging.unit import Unit, unit_of_work
from tests.faults.city import City

PROGRAMME = "outstanding-youth-2018"
HALF_FEN = 50_000_000
"""杰出青年科技人才: 100 万元 each, one half after the 任务书, one half after the mid-term."""
INSTALMENTS = (1, 2)
LATER = timedelta(days=600)
"""From the beginning of an award until its mid-term, 18 months after it, has been opened. The hands' clock is that far
ahead; the services' is not, so that their schedules leave the assessments alone."""
UNITS = 3
TERMS = {
    "project": "样例项目", "goals": "目标", "target-1-name": "论文", "target-1-figure": "3", "target-1-unit": "篇",
    "milestone-1-on": "2099-06-30", "milestone-1-what": "样机", "budget-labour-grant": "100",
}  # fmt: skip
DONE = {"target-1-figure": "3", "spent-labour-grant": "100", "progress": "按计划完成"}
AGAIN_SECONDS = 0.2
PATIENCE_SECONDS = 120.0


class Made(NamedTuple):
    """An award whose 任务书 waits for the office alone, who is written to as its talent, and its unit."""

    id: str
    person_id: str
    unit_id: str
    name: str


@dataclass
class Awards:
    """`made`: all of them, in the order in which they begin."""

    city: City
    number: int
    began: datetime = field(default_factory=system_now)
    made: list[Made] = field(default_factory=list)
    begun: int = 0
    contacts: int = 0
    """How many people and units are written to."""

    async def prepare(self) -> None:
        """Selected applications, awards made of them, and what money needs: accounts and a budget."""
        async with self._unit("office") as unit:
            await self._registers(unit)
            for number in range(self.number):
                self.made.append(await _awarded(unit, number))

    async def begin(self, share: float, seconds: float) -> None:
        """Countersigns one 任务书 after another until this share of the awards has begun, in about so many seconds."""
        while self.begun < round(share * self.number):
            await self._do(self._countersign, self.made[self.begun])
            self.begun += 1
            await asyncio.sleep(seconds / self.number)

    async def pass_mid_terms(self, seconds: float) -> None:
        """Concludes the mid-term of each award as soon as it has begun."""
        for number, each in enumerate(self.made):
            while number >= self.begun:  # noqa: ASYNC110 - as a clerk looks again
                await asyncio.sleep(AGAIN_SECONDS)
            await self._do(self._conclude, each)
            await asyncio.sleep(seconds / self.number)

    async def pay(self) -> None:
        """Two people of finance pay whatever has been computed until all is paid, each as if there were no other."""
        await asyncio.gather(self._pay(), self._pay())

    async def _pay(self) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        paid = 0
        while paid < len(INSTALMENTS) * self.number and not self.city.broken:
            if asyncio.get_running_loop().time() > deadline:
                return  # what was not paid is found at the end
            try:
                paid = await self._paid_by_now()
            except (SQLAlchemyError, OSError):  # the database is away on purpose
                paid = 0
            await asyncio.sleep(AGAIN_SECONDS)

    async def _paid_by_now(self) -> int:
        """Moves every entry one step on towards its payment; answers how many are paid."""
        query = select(LEDGER.subsidy.c.id, LEDGER.payment.c.state).outerjoin(
            LEDGER.payment, LEDGER.payment.c.subsidy_id == LEDGER.subsidy.c.id
        )
        async with self.city.look(TALENT) as connection:
            rows = (await connection.execute(query.where(LEDGER.subsidy.c.outcome == AWARDED))).all()
        year, today = self.began.year, legal_date(self.began)
        for row in rows:
            ids = [row.id]
            try:
                if row.state is None:
                    async with self._unit("clerk") as unit:
                        await bookkeeping.propose_payments(unit, ProposePayments(subsidy_ids=ids, budget_year=year))
                elif row.state == "proposed":
                    async with self._unit("head") as unit:
                        await bookkeeping.approve_payments(unit, ApprovePayments(subsidy_ids=ids))
                elif row.state == "approved":
                    async with self._unit("finance") as unit:
                        order = PaySubsidies(subsidy_ids=ids, paid_on=today, document_no="样例财〔2018〕12号")
                        await bookkeeping.pay_grants(unit, order)
            except DomainError as error:
                if error.status != 409:
                    raise
        return sum(row.state == "paid" for row in rows)

    @asynccontextmanager
    async def _unit(self, by: str, *, later: bool = False) -> AsyncIterator[Unit]:
        now = self.began + LATER if later else self.began
        engine = self.city.engines[TALENT.name]
        async with unit_of_work(engine, TALENT.spine, "/talent", lambda: now, by) as unit:
            yield unit

    async def _do(self, act: Callable[[Made], Awaitable[None]], made: Made) -> None:
        """Until it is done. Whoever was cut off cannot know whether it was, and hears it from the next attempt."""
        cut_off = False
        while True:
            try:
                await act(made)
            except (SQLAlchemyError, OSError):  # the database is away on purpose
                cut_off = True
                await asyncio.sleep(AGAIN_SECONDS)
            except DomainError:
                if not cut_off:
                    raise
                return
            else:
                return

    async def _countersign(self, made: Made) -> None:
        async with self._unit("head") as unit:
            await contracts.countersign(unit, contracts.Countersign(award_id=made.id, number=1))

    async def _conclude(self, made: Made) -> None:
        """The mid-term is handed in, seen by the unit and passed; one transaction, for only its end is looked at."""
        async with self._unit("head", later=True) as unit:
            wanted = ASSESSMENT.c.award_id == made.id, ASSESSMENT.c.kind == "midterm"
            id_ = (await unit.connection.execute(select(ASSESSMENT.c.id).where(*wanted))).scalar_one()
            await open_assessment(unit, id_)
            save = assessments.SaveAssessment(assessment_id=id_, typed=DONE, based_on=0)
            version = (await assessments.save_assessment(unit, save)).version
            signed = {"version": version, "signed_by": made.name, "committed": True}
            await assessments.submit_assessment(unit, assessments.SubmitAssessment(assessment_id=id_, **signed))
            seen = {"number": 1, "agrees": True, "opinion": "属实"}
            await assessing.say_of_assessment(unit, assessing.SayOfAssessment(assessment_id=id_, **seen))
            concluded = {"number": 1, "conclusion": "passed", "reason": "按材料"}
            await assessing.conclude(unit, assessing.Conclude(assessment_id=id_, **concluded))

    async def _registers(self, unit: Unit) -> None:
        """Units with accounts money can go to, a call that is open, a budget that holds it all."""
        for number in range(UNITS):
            id_, name = _unit_id(number), f"样例大学 {number}"
            await people.register_unit(
                unit,
                people.RegisterUnit(
                    id=id_, name=name, credit_code=_code(number), contact_name="科技处",
                    contact_email=f"{id_.lower()}@example.cn",
                ),
            )  # fmt: skip
            account = {"holder": name, "bank": "样例银行", "branch": "样例支行", "number": "2102016800005250"}
            asked = ConfirmAccount(payee_id=id_, based_on=0, committed=True, explanation="", **account)
            await confirm_account(unit, asked)
        today = legal_date(self.began)
        plan = calls.PlanCall(
            programme_id=PROGRAMME, document_no="样例文〔2018〕1号", opens_on=today, closes_on=today + LATER,
            units_until=today + LATER,
        )  # fmt: skip
        await calls.plan_call(unit, plan)
        await calls.open_call(unit, calls.CallNamed(programme_id=PROGRAMME))
        amount = str(len(INSTALMENTS) * self.number * HALF_FEN // 100)
        await bookkeeping.set_budget(
            unit, SetBudget(year=self.began.year, amount=amount, document_no="样例财〔2018〕1号")
        )
        self.contacts = UNITS + self.number


async def _awarded(unit: Unit, number: int) -> Made:
    """An award, its 任务书 confirmed by talent and unit. How an application comes to be selected is no matter here."""
    name, unit_id = f"talent-{number}", _unit_id(number)
    person = await people.register_applicant(
        unit, people.RegisterApplicant(account=name, name=name, email=f"{name}@example.cn")
    )
    start = applications.StartApplication(programme_id=PROGRAMME, applicant_id=person)
    application = await applications.start_application(unit, start)
    for state in ("submitted", "recommended", "accepted", "publicised", "selected"):
        await changes.move(unit, lifecycles.APPLICATION, APPLICATION, application, state, unit_id=unit_id)
    id_ = await awards.award(unit, awards.MakeAward(application_id=application, document_no="样例文〔2018〕9号"))
    save = contracts.SaveContract(award_id=id_, typed=TERMS, based_on=0)
    version = (await contracts.save_contract(unit, save)).version
    confirm = contracts.ConfirmContract(award_id=id_, version=version, signed_by=name, committed=True)
    await contracts.confirm_contract(unit, confirm)
    await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=id_, number=1))
    return Made(id_, applicant_person(person), unit_id, name)


def _unit_id(number: int) -> str:
    return f"T-{number % UNITS:02}"


def _code(number: int) -> str:
    body = f"91000000{number:09}"
    return body + str(uscc.calc_check_digit(body))


def awards_of(units: int) -> int:
    """How many there are beside so many grades."""
    return max(6, units // 10)


def expected_instalments(made: Iterable[Made]) -> list[tuple[str, int]]:
    return [(each.id, number) for each in made for number in INSTALMENTS]
