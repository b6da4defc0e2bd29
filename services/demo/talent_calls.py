"""The demo's applicants: registered with their units, they apply, are recommended, corrected, accepted or not."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from io import BytesIO
from typing import Any

from sqlalchemy import Select, select
from starlette.datastructures import UploadFile

from services.demo import people
from services.demo.certificate import certificate
from services.demo.people import Person
from services.demo.script import CLERK, Scene
from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import CALL
from services.talent.usecases import applications, attachments, calls, formal_check, recommending
from services.talent.usecases import people as registers
from services.talent.web.sealing import seal_of
from shared.evidence.store import store_of
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.programme.load import load_programme

CALLS = {
    people.OUTSTANDING: "样例科发〔2017〕40号",
    people.STAR: "样例科发〔2018〕8号",
    people.OPEN: "样例科发〔2019〕6号",
}
"""Each call and its document."""
NOT_RECOMMENDED, WITHDREW = (30,), (45,)
"""Whom his unit does not recommend; who takes his application back: by their numbers."""
DECLINED = {60: "代表性成果的第一完成单位在外市，不符合申报条件", 75: "学位证书与所填学位不符"}
RETURNED = {20: {"goals": "研究目标没有写明可考核的指标，请补充数量和时间"}, 90: {"basis": "请写明本人在成果中的作用"}}
"""What the office wants put right before it accepts, by the applicant's number."""


def application_of(person: Person) -> str:
    return event_id("application", person.programme, person.id)


async def units_registered(scene: Scene) -> None:
    async with scene.talent.unit(CLERK) as unit:
        for number in range(1, people.UNITS + 1):
            order = registers.RegisterUnit(
                id=people.unit_id(number), name=people.unit_name(number), credit_code=people.unit_code(number),
                district="高新园区" if number % 2 else "甘井子区", contact_name=f"样例科技处 {number}",
                contact_email=f"{people.unit_id(number).lower()}@example.cn",
            )  # fmt: skip
            await registers.register_unit(unit, order)


async def planned(scene: Scene, programme: str) -> None:
    """Planned, and open from its first day on."""
    async with scene.talent.unit(CLERK) as unit:
        there = select(CALL.c.state).where(CALL.c.programme_id == programme)
        state = (await unit.connection.execute(there)).scalar_one_or_none()
        if state is None:
            await calls.plan_call(unit, calls.PlanCall(programme_id=programme, document_no=CALLS[programme]))
        if state in (None, "planned"):
            await calls.open_call(unit, calls.CallNamed(programme_id=programme))


async def applicants_registered(scene: Scene, programme: str) -> None:
    """Before they hand in: their addresses are known when the first letter is written."""
    async with scene.talent.unit(CLERK) as unit:
        for person in people.of_call(programme):
            account = "applicant" if person.number == 1 else person.id
            order = registers.RegisterApplicant(id=person.id, account=account, name=person.name, email=person.email)
            await registers.register_applicant(unit, order)


async def applied(scene: Scene, programme: str) -> None:
    """Everybody fills in the form, attaches what is asked for and hands it in."""
    paper = certificate("SAMPLE-0001", "2017-01-01")
    store = store_of(scene.talent.settings, scene.talent.service.name)
    asked = [each.code for each in load_programme(programme).attachments if each.required]
    for person in await _in(scene, people.of_call(programme), None, "draft"):
        async with AsyncExitStack() as stack:
            placed = []
            for code in asked:
                sent = UploadFile(BytesIO(paper), filename="样例材料.pdf")
                file = await stack.enter_async_context(store.arriving(str(sent.filename), sent))
                placed.append(attachments.Placed(code, file))
            async with scene.talent.unit(person.id) as unit:
                await _apply(unit, scene, person, attachments.AttachFiles(application_of(person), placed))


async def _apply(unit: Unit, scene: Scene, person: Person, files: attachments.AttachFiles) -> None:
    seal = seal_of(scene.talent)
    store = store_of(scene.talent.settings, scene.talent.service.name)
    start = applications.StartApplication(programme_id=person.programme, applicant_id=person.id)
    id_ = await applications.start_application(unit, start)
    save = applications.SaveApplication(application_id=id_, typed=person.typed(), unit_id=person.unit, based_on=0)
    saved = await applications.save_application(unit, save, seal)
    await attachments.attach_files(unit, files, store)
    await _hand_in(unit, scene, person, saved.version)


async def _hand_in(unit: Unit, scene: Scene, person: Person, version: int) -> None:
    order = applications.SubmitApplication(
        application_id=application_of(person), version=version, signed_by=person.name, committed=True
    )
    await applications.submit_application(unit, order, seal_of(scene.talent))


async def recommended(scene: Scene, programme: str) -> None:
    """Each unit says what it thinks of its applicants; one takes his application back."""
    for person in await _in(scene, people.of_call(programme), "submitted"):
        async with scene.talent.unit(person.id if person.number in WITHDREW else person.unit) as unit:
            id_ = application_of(person)
            if person.number in WITHDREW:
                back = applications.WithdrawApplication(application_id=id_, reason="已调往外市工作")
                await applications.withdraw_application(unit, back)
            elif person.number in NOT_RECOMMENDED:
                no = recommending.DoNotRecommend(application_id=id_, opinion="近两年考核为合格以下")
                await recommending.do_not_recommend(unit, no)
            else:
                yes = recommending.Recommend(application_id=id_, opinion="材料属实，同意推荐")
                await recommending.recommend(unit, yes)


async def checked(scene: Scene, programme: str) -> None:
    """The office returns some, declines some and accepts the others."""
    for person in await _in(scene, people.of_call(programme), "recommended"):
        async with scene.talent.unit(CLERK) as unit:
            id_ = application_of(person)
            if person.number in DECLINED:
                await formal_check.decline(
                    unit, formal_check.Decline(application_id=id_, reason=DECLINED[person.number])
                )
            elif person.number in RETURNED and await _handed_in(unit, id_) == 1:
                back = recommending.ReturnToApplicant(
                    application_id=id_, reasons=RETURNED[person.number], reason="请按填报项下的说明修改后重新提交"
                )
                await formal_check.return_by_office(unit, back)
            else:
                await formal_check.accept(unit, formal_check.Accept(application_id=id_))


async def corrected(scene: Scene, programme: str) -> None:
    """What was returned is put right, recommended again and accepted."""
    for person in await _in(scene, people.of_call(programme), "returned"):
        async with scene.talent.unit(person.id) as unit:
            typed = person.typed()
            typed |= {
                name: f"{typed[name]}补充：第一年完成样机一台，第二年完成中试。" for name in RETURNED[person.number]
            }
            row = (await unit.connection.execute(_application(person))).mappings().one()
            save = applications.SaveApplication(
                application_id=row["id"], typed=typed, unit_id=person.unit, based_on=row["version"]
            )
            saved = await applications.save_application(unit, save, seal_of(scene.talent))
            await _hand_in(unit, scene, person, saved.version)
    await recommended(scene, programme)
    await checked(scene, programme)


async def closed(scene: Scene, programme: str) -> None:
    async with scene.talent.unit(CLERK) as unit:
        state = select(CALL.c.state).where(CALL.c.programme_id == programme)
        if (await unit.connection.execute(state)).scalar_one() == "open":
            await calls.close_call(unit, calls.CloseCall(programme_id=programme))


async def _in(scene: Scene, persons: Sequence[Person], *states: str | None) -> list[Person]:
    """Those whose application is in one of these states; None: who has none yet."""
    async with scene.talent.look() as connection:
        rows = await connection.execute(select(APPLICATION.c.id, APPLICATION.c.state))
        found = {row.id: row.state for row in rows}
    return [person for person in persons if found.get(application_of(person)) in states]


def _application(person: Person) -> Select[Any]:
    return select(APPLICATION).where(APPLICATION.c.id == application_of(person))


async def _handed_in(unit: Unit, id_: str) -> int:
    query = select(APPLICATION.c.handed_in).where(APPLICATION.c.id == id_)
    return int((await unit.connection.execute(query)).scalar_one())
