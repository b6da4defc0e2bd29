"""What the demo's operator has entered of its carrier: tenants, mentors, their sessions; a claim and a change wait."""

from io import BytesIO

from starlette.datastructures import UploadFile

from services.demo.certificate import certificate
from services.demo.script import OPERATOR, Scene
from services.incubator.demo.sample_city import nobodys_code
from services.incubator.store import tenants as known
from services.incubator.usecases import carrier_changes, hnte_claims, mentors, tenants
from services.incubator.web.claim_files import keep_files
from shared.evidence.store import Arrived, store_of
from shared.messaging.unit import Unit

CARRIER, RENAMED = "Z12", "F04"
TENANTS = (
    (nobodys_code(9001), "样例企业 101", "2016-03-18", "2017-04-10", "软件和信息服务"),
    (nobodys_code(9002), "样例企业 102", "2017-06-05", "2017-09-01", "智能制造"),
    (nobodys_code(9003), "样例企业 103", "2015-11-20", "2016-05-16", "生物医药"),
)
"""Credit code, name, founded, entered, field; nobody of them exists."""
CLAIMS, CERTIFICATE, ISSUED = TENANTS[0][0], "GR201821000101", "2018-11-30"
LEFT, LEFT_ON = TENANTS[2][0], "2018-12-28"
MENTORS = (
    ("何导师", "mentor", "full", "创业辅导", "样例单位 021", "2017-03-01"),
    ("林导师", "mentor", "part", "投融资", "样例创业投资有限公司", "2018-01-15"),
    ("顾老师", "counsellor", "full", "工商财税", "样例单位 021", "2018-03-01"),
)
"""Name, kind, full or part time, field, employer, from when."""
SESSIONS = (
    (0, "2019-01-16", "", "2019 年创业政策解读", "2"),
    (0, "2019-02-12", TENANTS[0][0], "研发费用归集和高新技术企业认定", "1.5"),
    (2, "2019-01-22", TENANTS[1][0], "年度汇算清缴准备", "1"),
    (1, "2019-02-19", TENANTS[1][0], "天使轮融资计划书修改", "1"),
)
"""Which mentor, the day, the tenant or none for several, about what, hours."""


async def keeps_his_books(scene: Scene) -> None:
    """All of it in one transaction: what the carrier has tenants by, was all done."""
    paper = UploadFile(BytesIO(certificate(CERTIFICATE, ISSUED)), filename="高新技术企业证书（样例）.pdf")
    running = scene.running
    store = store_of(running.settings, running.service.name)
    async with store.arriving(str(paper.filename), paper) as file, running.unit(OPERATOR) as unit:
        if not await known.all_of(unit.connection, CARRIER):
            await _tenants(unit)
            await _mentors(unit)
            await _claim(unit, scene, file)
            await _changes(unit)


async def _tenants(unit: Unit) -> None:
    for code, name, founded, entered, field in TENANTS:
        order = tenants.AddTenant(
            carrier_id=CARRIER, name=name, credit_code=code, founded_on=founded, entered_on=entered, field=field
        )
        await tenants.add_tenant(unit, order)
    left = tenants.GraduateTenant(carrier_id=CARRIER, tenant_id=LEFT, graduated_on=LEFT_ON)
    await tenants.graduate_tenant(unit, left)


async def _mentors(unit: Unit) -> None:
    ids = []
    for name, kind, time, field, employer, began in MENTORS:
        order = mentors.RegisterMentor(
            carrier_id=CARRIER, name=name, kind=kind, time=time, field=field, employer=employer, began_on=began
        )
        ids.append(await mentors.register_mentor(unit, order))
    for place, on, tenant, topic, hours in SESSIONS:
        session = mentors.NoteSession(
            carrier_id=CARRIER, mentor_id=ids[place], on_date=on, tenant_id=tenant, topic=topic, hours=hours
        )
        await mentors.note_session(unit, session)


async def _claim(unit: Unit, scene: Scene, file: Arrived) -> None:
    order = hnte_claims.ClaimHnte(
        carrier_id=CARRIER, tenant_id=CLAIMS, certificate_no=CERTIFICATE, issued_on=ISSUED, which="first"
    )
    await keep_files(unit, scene.running, (file,), await hnte_claims.claim_hnte(unit, order))


async def _changes(unit: Unit) -> None:
    area = carrier_changes.ReportChange(
        carrier_id=CARRIER,
        what="area",
        new="1860.5",
        happened_on="2019-02-11",
        reason="新租同一楼层东侧两间，租赁合同已续签",
    )
    name = carrier_changes.ReportChange(
        carrier_id=RENAMED, what="name", new="样例科技企业孵化器 04（星海）", happened_on="2018-10-08",
        reason="营业执照已变更，更名后报告迟了",
    )  # fmt: skip
    for order in (area, name):
        await carrier_changes.report_change(unit, order)
