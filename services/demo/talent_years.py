"""The years after in the demo: awards with their 任务书, instalments paid, a mid-term with each of its conclusions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import RowMapping, select

from services.demo import people
from services.demo.people import Person
from services.demo.script import CLERK, FINANCE, HEAD, Scene
from services.demo.talent_calls import application_of
from services.demo.talent_reviews import in_state
from services.talent.store import money
from services.talent.store.assessment_tables import ASSESSMENT
from services.talent.store.award_tables import AWARD, CONTRACT
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.money_tables import PAYEE_ACCOUNT
from services.talent.usecases import assessing, assessments, awards, bookkeeping, contracts, payee_accounts
from shared.ledger import budgeting, outcomes, paying
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit

DOCUMENTS = {people.OUTSTANDING: "样例科发〔2017〕61号", people.STAR: "样例科发〔2018〕27号"}
BUDGETS = {2018: ("18000000.00", "样例财〔2018〕2号"), 2019: ("9000000.00", "样例财〔2019〕4号")}
FAILED, RECTIFY, WAITS = 3, 5, 9
"""Whose mid-term is not passed, who has to put something right, whose nobody has concluded: by their numbers."""
NOT_PROPOSED, NOT_APPROVED = 7, 8
"""Whose second instalment waits to be proposed, and whose to be approved."""
RECTIFY_UNTIL = date(2019, 5, 31)


def award_of(person: Person) -> str:
    return event_id("award", application_of(person))


async def budgets_set(scene: Scene) -> None:
    async with scene.talent.unit(CLERK) as unit:
        for year, (amount, document) in BUDGETS.items():
            order = budgeting.SetBudget(year=year, amount=amount, document_no=document)
            await bookkeeping.set_budget(unit, order)


async def accounts_confirmed(scene: Scene) -> None:
    """Each unit says where it is paid to."""
    async with scene.talent.look() as connection:
        there = set((await connection.execute(select(PAYEE_ACCOUNT.c.payee_id))).scalars())
    for number in range(1, people.UNITS + 1):
        id_ = people.unit_id(number)
        if id_ in there:
            continue
        async with scene.talent.unit(id_) as unit:
            order = payee_accounts.ConfirmAccount(
                payee_id=id_, holder=people.unit_name(number), bank="样例银行", branch="样例银行大连分行",
                number=f"62220000{number:08}", committed=True, based_on=0,
            )  # fmt: skip
            await payee_accounts.confirm_account(unit, order)


async def awarded(scene: Scene, programme: str) -> None:
    chosen = set(await in_state(scene, programme, "selected"))
    async with scene.talent.look() as connection:
        there = set((await connection.execute(select(AWARD.c.application_id))).scalars())
    for person in people.of_call(programme):
        if application_of(person) in chosen - there:
            async with scene.talent.unit(HEAD) as unit:
                order = awards.MakeAward(application_id=application_of(person), document_no=DOCUMENTS[programme])
                await awards.award(unit, order)


def terms(person: Person) -> dict[str, str]:
    """What the 任务书 adds to what was generated: targets and the budget by kind, in 万元."""
    grant, own = ("100", "50") if person.programme == people.OUTSTANDING else ("10", "5")
    return {
        "target-1-name": "发明专利申请", "target-1-figure": "3", "target-1-unit": "项",
        "target-2-name": "新产品样机", "target-2-figure": "1", "target-2-unit": "台",
        "budget-equipment-grant": grant, "budget-materials-own": own,
    }  # fmt: skip


async def contracted(scene: Scene, programme: str, begins: date) -> None:
    """The talent fills it in and confirms, the unit confirms, the office countersigns: the award begins."""
    for person in await _with_contract(scene, programme, "draft"):
        id_ = award_of(person)
        async with scene.talent.unit(person.id) as unit:
            row = await _contract(unit, id_)
            typed = {**row["typed"], **terms(person)}
            save = contracts.SaveContract(award_id=id_, typed=typed, based_on=row["version"])
            saved = await contracts.save_contract(unit, save)
            confirm = contracts.ConfirmContract(
                award_id=id_, version=saved.version, signed_by=person.name, committed=True
            )
            await contracts.confirm_contract(unit, confirm)
    for person in await _with_contract(scene, programme, "confirmed"):
        id_ = award_of(person)
        async with scene.talent.unit(person.unit) as unit:
            number = (await _contract(unit, id_))["number"]
            await contracts.agree_to_contract(unit, contracts.AgreeToContract(award_id=id_, number=number))
    for person in await _with_contract(scene, programme, "agreed"):
        id_ = award_of(person)
        async with scene.talent.unit(HEAD) as unit:
            number = (await _contract(unit, id_))["number"]
            sign = contracts.Countersign(award_id=id_, number=number, begins_on=begins)
            await contracts.countersign(unit, sign)


async def _contract(unit: Unit, award_id: str) -> RowMapping:
    return (await unit.connection.execute(select(CONTRACT).where(CONTRACT.c.award_id == award_id))).mappings().one()


async def _with_contract(scene: Scene, programme: str, state: str) -> list[Person]:
    async with scene.talent.look() as connection:
        query = (
            select(CONTRACT.c.award_id)
            .join(AWARD, AWARD.c.id == CONTRACT.c.award_id)
            .where(AWARD.c.programme_id == programme, CONTRACT.c.state == state)
        )
        found = set((await connection.execute(query)).scalars())
    return [person for person in people.of_call(programme) if award_of(person) in found]


async def paid(scene: Scene, programme: str, year: int, document: str, *, instalment: int = 1) -> None:
    """What was computed of an instalment is paid; of a later one, one is left to be proposed and one to be approved."""
    of = {each.number: award_of(each) for each in people.of_call(programme)}
    left = {of[NOT_PROPOSED]: None, of[NOT_APPROVED]: "proposed"} if instalment > 1 else {}
    await pay(scene, set(of.values()), f"instalment-{instalment}", year, document, left)


async def pay(
    scene: Scene, subjects: Collection[str], rule: str, year: int, document: str, left: Mapping[str, str | None]
) -> None:
    """Proposes, has somebody else approve, and pays; what is `left` stays where it says."""

    async def ids(*states: str | None) -> list[str]:
        found = await _unpaid(scene, subjects, rule)
        return [id_ for id_, of, state in found if state in states and not (of in left and left[of] == state)]

    wanted = await ids(None)
    if wanted:
        async with scene.talent.unit(CLERK) as unit:
            await bookkeeping.propose_payments(unit, paying.ProposePayments(subsidy_ids=wanted, budget_year=year))
    proposed = await ids("proposed")
    if proposed:
        async with scene.talent.unit(HEAD) as unit:
            await bookkeeping.approve_payments(unit, paying.ApprovePayments(subsidy_ids=proposed))
    approved = await ids("approved")
    if approved:
        async with scene.talent.unit(FINANCE) as unit:
            order = paying.PaySubsidies(subsidy_ids=approved, paid_on=unit.today, document_no=document)
            await bookkeeping.pay_grants(unit, order)


async def _unpaid(scene: Scene, subjects: Collection[str], rule: str) -> Sequence[tuple[str, str, str | None]]:
    """Entries that stand and are not paid: id, award, how far the payment is."""
    subsidy, payment = LEDGER.subsidy, LEDGER.payment
    query = (
        money.ROWS.standing()
        .where(LEDGER.subject.in_(subjects), subsidy.c.rule == rule, subsidy.c.outcome == outcomes.AWARDED)
        .outerjoin(payment, payment.c.subsidy_id == subsidy.c.id)
        .with_only_columns(subsidy.c.id, LEDGER.subject, payment.c.state)
        .order_by(subsidy.c.position)
    )
    async with scene.talent.look() as connection:
        rows = (await connection.execute(query)).all()
    return [(row[0], row[1], row[2]) for row in rows if row[2] != "paid"]


async def reported(scene: Scene) -> None:
    """Everybody hands in his mid-term; his unit says what it thinks."""
    for person, row in await _midterms(scene, "open"):
        async with scene.talent.unit(person.id) as unit:
            typed = reality(person)
            save = assessments.SaveAssessment(assessment_id=row["id"], typed=typed, based_on=row["version"])
            saved = await assessments.save_assessment(unit, save)
            order = assessments.SubmitAssessment(
                assessment_id=row["id"], version=saved.version, signed_by=person.name, committed=True
            )
            await assessments.submit_assessment(unit, order)
    for person, row in await _midterms(scene, "submitted"):
        if person.number != WAITS:
            async with scene.talent.unit(person.unit) as unit:
                said = assessing.SayOfAssessment(
                    assessment_id=row["id"], number=row["handed_in"], agrees=True, opinion="经费到位，进展属实"
                )
                await assessing.say_of_assessment(unit, said)


def reality(person: Person) -> dict[str, str]:
    """The contract against what was done by the middle."""
    weak = person.number in (FAILED, RECTIFY)
    return {
        "progress": "样机尚未完成，关键部件到货推迟。" if weak else "样机完成，正在中试。",
        "outputs": "申请专利一项" if weak else "申请专利三项，样机一台",
        "target-1-figure": "1" if weak else "3", "target-2-figure": "0" if weak else "1",
        "spent-equipment-grant": "20" if weak else "48",
        "spent-materials-own": "2" if person.number == FAILED else "26",
    }  # fmt: skip


async def concluded(scene: Scene) -> None:
    """One is failed, one has to put something right, the others pass."""
    for person, row in await _midterms(scene, "seen"):
        verdict, reason = "passed", "指标完成过半，自筹经费到位"
        until = None
        if person.number == FAILED:
            verdict, reason = "failed", "样机没有完成，自筹经费只到位 2 万元，与任务书的 50 万元相差过大"
        elif person.number == RECTIFY:
            verdict, reason, until = "rectify", "样机进度落后，限期补齐", RECTIFY_UNTIL
        async with scene.talent.unit(HEAD) as unit:
            order = assessing.Conclude(
                assessment_id=row["id"], number=row["handed_in"], conclusion=verdict, reason=reason,
                despite="中期只看过半进度" if verdict == "passed" else "", rectify_until=until,
            )  # fmt: skip
            await assessing.conclude(unit, order)


async def _midterms(scene: Scene, state: str) -> list[tuple[Person, dict[str, object]]]:
    of = {award_of(each): each for each in people.of_call(people.OUTSTANDING)}
    async with scene.talent.look() as connection:
        query = select(ASSESSMENT).where(ASSESSMENT.c.kind == "midterm", ASSESSMENT.c.state == state)
        rows = (await connection.execute(query.order_by(ASSESSMENT.c.id))).mappings().all()
    return [(of[row["award_id"]], dict(row)) for row in rows if row["award_id"] in of]
