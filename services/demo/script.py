"""What happens in the demo, and when: the year of the sample city as its people would live it.

Every step asks what is still to do before it does it, so that a demo that was killed goes on where it stopped.
"""

import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from services.incubator.demo.sample_city import SCHEMES
from services.incubator.domain.city_year import CityYear
from services.incubator.store import ledger
from services.incubator.store.tables import CHANGE, DECISION, OBJECTION, PAYMENT, REPORT, ROUND, SUBSIDY
from services.incubator.usecases import (
    bookkeeping,
    finalising,
    grading,
    import_workbook,
    objections,
    registers,
    reports,
    rounds,
)
from shared.ledger import budgeting, deciding, outcomes, paying
from shared.running.running import Running

CLERK, HEAD, FINANCE, DISTRICT, OPERATOR = "clerk", "head", "finance", "district", "operator"
DOCUMENT = "样例文〔2018〕31号"
OPENED, CLOSES, PUBLIC = date(2018, 11, 1), date(2018, 11, 30), date(2019, 1, 11)
GRADED = date(2019, 1, 1)
"""What the ledger has from this day on came of the grades; what is older, of recognitions."""
RETURNED = "F03"
"""Whose first report has a slip of the pen: returned, and corrected."""
OBJECTS = "Z23"
"""Who objects: invited speakers were not counted among its activities."""
NOT_PROPOSED = ("Z07", "Z08")
"""Whose grade's award nobody has proposed to pay yet."""
NOT_APPROVED = ("D02", "D03", "Z50", "Z51", "Z52", "Z58", "Z59", "Z60")
"""Whose grade's award is proposed and not approved; later the budget does not hold them all."""
OBJECTION_FIGURES = {"activities": {"hosted": 8, "undertaken": 4, "hosted_jointly": 3, "undertaken_jointly": 4}}


@dataclass
class Scene:
    """What a step works with: the incubator at work, the year it lives, and the talent service, if it is at work."""

    running: Running
    year: CityYear
    talents: Running | None = None

    @property
    def talent(self) -> Running:
        if self.talents is None:
            raise TypeError("this scene has no talent service")
        return self.talents

    @property
    def rounds(self) -> list[str]:
        return [f"{self.year.year}-{kind}" for kind in SCHEMES]


@dataclass(frozen=True)
class Step:
    """What happens on a day. What follows from it, to the last letter, is waited for before the next."""

    name: str
    on: date
    says: str
    does: Callable[[Scene], Awaitable[None]]
    told_by: logging.Logger | None = None
    """Whose warnings say no more than the step itself does."""


async def registers_imported(scene: Scene) -> None:
    contacts = {id_: f"{id_.lower()}@example.cn" for id_ in scene.year.organisations}
    async with scene.running.unit(CLERK) as unit:
        await import_workbook.import_registers(unit, scene.year, contacts)
        order = budgeting.SetBudget(year=2019, amount="40000000.00", document_no="样例财〔2019〕1号")
        await bookkeeping.set_budget(unit, order)


def recognised(day: date) -> Callable[[Scene], Awaitable[None]]:
    async def step(scene: Scene) -> None:
        for each in scene.year.recognitions:
            if each.on != day:
                continue
            order = registers.RecogniseCarrier(
                carrier_id=each.carrier, level=each.level, on=each.on, document_no=each.document
            )
            async with scene.running.unit(CLERK) as unit:
                given = select(CHANGE.c.of).where(CHANGE.c.of == each.carrier, CHANGE.c.why == registers.why(order))
                if (await unit.connection.execute(given)).first() is None:
                    await registers.recognise_carrier(unit, order)

    return step


def tenants_recognised(day: date) -> Callable[[Scene], Awaitable[None]]:
    async def step(scene: Scene) -> None:
        for each in scene.year.tenants:
            if each.on != day:
                continue
            order = registers.RecogniseTenant(tenant_id=each.tenant, carrier_id=each.carrier, on=each.on)
            async with scene.running.unit(CLERK) as unit:
                given = select(CHANGE.c.of).where(CHANGE.c.of == each.tenant, CHANGE.c.why == registers.title(order))
                if (await unit.connection.execute(given)).first() is None:
                    await registers.recognise_tenant(unit, order)

    return step


async def rounds_opened(scene: Scene) -> None:
    for kind, scheme in SCHEMES.items():
        order = rounds.OpenRound(
            year=scene.year.year,
            kind=kind,
            scheme=scheme,
            document_no=DOCUMENT,
            opens_on=OPENED,
            closes_on=CLOSES,
            period=scene.year.period,
        )
        await opened(scene, order)


async def opened(scene: Scene, order: rounds.OpenRound) -> None:
    async with scene.running.unit(CLERK) as unit:
        there = select(ROUND.c.id).where(ROUND.c.id == f"{order.year}-{order.kind}")
        if (await unit.connection.execute(there)).first() is None:
            await rounds.open_round(unit, order)


async def reports_filed(scene: Scene) -> None:
    for report in scene.year.reports.values():
        figures = dict(report.figures)
        if report.carrier == RETURNED:
            figures["mentors"] = "240"  # a zero too many
        await _file(scene, report.carrier, figures, report.explanation, ("due",))


async def _file(
    scene: Scene, carrier: str, figures: dict[str, object], explanation: str, states: tuple[str, ...]
) -> None:
    round_id = f"{scene.year.year}-{scene.year.carriers[carrier].kind}"
    async with scene.running.unit(OPERATOR) as unit:
        row = select(REPORT.c.state).where(REPORT.c.id == f"{round_id}-{carrier}")
        if (await unit.connection.execute(row)).scalar_one() in states:
            order = reports.SubmitReport(
                round_id=round_id, carrier_id=carrier, figures=figures, explanation=explanation
            )
            await reports.submit_report(unit, order)


async def one_returned(scene: Scene) -> None:
    report_id = f"{scene.year.year}-incubator-{RETURNED}"
    async with scene.running.unit(CLERK) as unit:
        row = select(REPORT.c.state, REPORT.c.returns).where(REPORT.c.id == report_id)
        state, returns = (await unit.connection.execute(row)).one()
        if state == "submitted" and returns == 0:
            reasons = {"mentors": "创业导师 240 人，与附件名单 24 人不符，请核对"}
            order = reports.ReturnReport(report_id=report_id, reasons=reasons, deadline=date(2018, 12, 5))
            await reports.return_report(unit, order)


async def one_corrected(scene: Scene) -> None:
    report = scene.year.reports[RETURNED]
    await _file(scene, RETURNED, dict(report.figures), report.explanation, ("returned",))


async def accepted_and_scored(scene: Scene) -> None:
    for report in scene.year.reports.values():
        round_id = f"{scene.year.year}-{scene.year.carriers[report.carrier].kind}"
        async with scene.running.unit(CLERK) as unit:
            row = select(REPORT.c.state).where(REPORT.c.id == f"{round_id}-{report.carrier}")
            if (await unit.connection.execute(row)).scalar_one() == "submitted":
                await reports.record_marks(unit, import_workbook.marks_of(scene.year, round_id, report.carrier))
                await reports.accept_report(unit, reports.AcceptReport(report_id=f"{round_id}-{report.carrier}"))


async def graded(scene: Scene) -> None:
    for round_id in scene.rounds:
        async with scene.running.unit(CLERK) as unit:
            if await _state(scene, round_id) == "closed":
                await grading.grade_round(unit, grading.GradeRound(round_id=round_id))


async def decided(scene: Scene) -> None:
    for carrier, decision in scene.year.decisions.items():
        about = f"{scene.year.year}-{scene.year.carriers[carrier].kind}-{carrier}"
        async with scene.running.unit(HEAD) as unit:
            there = select(DECISION.c.about).where(DECISION.c.about == about)
            if (await unit.connection.execute(there)).first() is None:
                order = deciding.Decide(about=about, rate=decision.rate, reason=decision.reason)
                await bookkeeping.decide(unit, order)


async def publicised(scene: Scene) -> None:
    for round_id in scene.rounds:
        async with scene.running.unit(CLERK) as unit:
            if await _state(scene, round_id) == "graded":
                await grading.publicise_round(unit, grading.PubliciseRound(round_id=round_id))


async def one_objects(scene: Scene) -> None:
    evaluation = f"{scene.year.year}-makerspace-{OBJECTS}"
    async with scene.running.unit(OPERATOR) as unit:
        there = select(OBJECTION.c.id).where(OBJECTION.c.evaluation_id == evaluation)
        if (await unit.connection.execute(there)).first() is None:
            order = objections.FileObjection(
                evaluation_id=evaluation,
                objector_id=scene.year.carriers[OBJECTS].organisation,
                grounds="联合举办的创业活动漏报，附活动通知和签到表",
            )
            await objections.file_objection(unit, order)


async def objection_upheld(scene: Scene) -> None:
    evaluation = f"{scene.year.year}-makerspace-{OBJECTS}"
    async with scene.running.unit(HEAD) as unit:
        open_ = select(OBJECTION.c.id).where(OBJECTION.c.evaluation_id == evaluation, OBJECTION.c.state == "filed")
        found = (await unit.connection.execute(open_)).scalar()
        if found is not None:
            order = objections.DecideObjection(
                objection_id=found,
                outcome="upheld",
                reason="活动材料属实，创业活动改按实际场次计分",
                figures=OBJECTION_FIGURES,
            )
            await objections.decide_objection(unit, order)


async def finalised(scene: Scene) -> None:
    """The schedule does this by itself; here it need not be waited for."""
    for round_id in scene.rounds:
        async with scene.running.unit("schedule") as unit:
            if await _state(scene, round_id) == "publicised":
                await finalising.finalise_round(unit, finalising.FinaliseRound(round_id=round_id))


async def payments_proposed(scene: Scene) -> None:
    ids = await _unpaid(scene, None, left=NOT_PROPOSED)
    if ids:
        async with scene.running.unit(CLERK) as unit:
            await bookkeeping.propose_payments(unit, paying.ProposePayments(subsidy_ids=ids, budget_year=2019))


async def payments_approved(scene: Scene) -> None:
    ids = await _unpaid(scene, "proposed", left=NOT_APPROVED)
    if ids:
        async with scene.running.unit(HEAD) as unit:
            await bookkeeping.approve_payments(unit, paying.ApprovePayments(subsidy_ids=ids))


async def recognitions_paid(scene: Scene) -> None:
    """The year's recognitions are paid; what the grades brought waits for the visitor."""
    ids = await _unpaid(scene, "approved", before=GRADED)
    if ids:
        async with scene.running.unit(FINANCE) as unit:
            order = paying.PaySubsidies(subsidy_ids=ids, paid_on=date(2019, 2, 15), document_no="样例财〔2019〕3号")
            await bookkeeping.pay_subsidies(unit, order)


async def _state(scene: Scene, round_id: str) -> str:
    async with scene.running.look() as connection:
        state: str = (await connection.execute(select(ROUND.c.state).where(ROUND.c.id == round_id))).scalar_one()
        return state


async def _unpaid(scene: Scene, state: str | None, before: date = date.max, left: Collection[str] = ()) -> list[str]:
    """Awards with an amount whose payment is in this state (None: not proposed yet), but for those that the grades
    brought the carriers in `left`."""
    query = ledger.standing().where(
        SUBSIDY.c.outcome == outcomes.AWARDED,
        SUBSIDY.c.amount_fen > 0,
        SUBSIDY.c.on_date < before,
        (SUBSIDY.c.on_date < GRADED) | SUBSIDY.c.carrier_id.not_in(left),
    )
    payment = select(PAYMENT.c.subsidy_id)
    if state is None:
        query = query.where(SUBSIDY.c.id.not_in(payment))
    else:
        query = query.where(SUBSIDY.c.id.in_(payment.where(PAYMENT.c.state == state)))
    async with scene.running.look() as connection:
        return [row["id"] for row in (await connection.execute(query)).mappings()]
