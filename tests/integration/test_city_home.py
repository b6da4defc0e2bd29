"""The city whole: the register of mentors over all carriers, and targets of the plan beside what each service counts."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from nats.aio.client import Client
from openpyxl import load_workbook
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.usecases import mentors, registers
from services.incubator.web.figures import figures
from services.talent.service import SERVICE as TALENT
from services.talent.usecases.brokers import RegisterBroker, register_broker
from services.talent.web.figures import figures as talent_figures
from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.running.running import Running
from tests.asking import anybody, no_accounts
from tests.integration.award_hands import Hands
from tests.integration.little_city import City, Page, Visitor, little_city
from tests.integration.talent_office import talent_office
from tests.integration.talent_site import talent_site
from tests.one_app import make_app

pytestmark = pytest.mark.one_database
WANG = {
    "name": "王导师", "kind": "mentor", "time": "part", "field": "投融资", "employer": "样例大学", "began_on": "2016-05-01",
}  # fmt: skip


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as made:
        await made.registered()
        yield made


async def engaged(city: City, carrier_id: str, **given: str) -> str:
    async with city.running.unit("operator") as unit:
        return await mentors.register_mentor(unit, mentors.RegisterMentor(carrier_id=carrier_id, **{**WANG, **given}))


async def met(city: City, carrier_id: str, mentor_id: str, on: str, hours: str = "1.5") -> None:
    order = mentors.NoteSession(carrier_id=carrier_id, mentor_id=mentor_id, on_date=on, topic="融资计划书", hours=hours)
    async with city.running.unit("operator") as unit:
        await mentors.note_session(unit, order)


async def test_a_mentor_of_several_carriers_is_one_person_of_the_city_with_all_he_did(city: City) -> None:
    first, second = await engaged(city, "Z1"), await engaged(city, "Z2", time="full")
    await engaged(city, "Z1", name="李导师")
    await met(city, "Z1", first, "2017-03-01")
    await met(city, "Z1", first, "2017-04-01")
    await met(city, "Z2", second, "2017-05-01", "2")
    page = await Visitor(city).get("/incubator/mentors?sort=-sessions")
    assert "在聘 2 人，2018 年目标 300 人以上" in page.text
    assert [row for row in page.rows() if row.startswith("王导师")] == [
        "王导师 创业导师 专职 投融资 样例大学 在聘 2 0 3 5 2017-05-01"
    ]
    async with city.running.unit("operator") as unit:
        await mentors.end_mentor(unit, mentors.EndMentor(carrier_id="Z1", mentor_id=first, ended_on="2018-01-31"))
    assert "在聘 2 人" in (await Visitor(city).get("/incubator/mentors")).text
    one = await Visitor(city).get(f"/incubator/mentors/{min(first, second)}")
    assert [row.split()[0] for row in one.rows()[1:]] == ["样例众创空间", "样例众创空间"]
    assert "2018-01-31" in one.text
    async with city.running.unit("operator") as unit:
        await mentors.end_mentor(unit, mentors.EndMentor(carrier_id="Z2", mentor_id=second, ended_on="2018-01-31"))
    listed = await Visitor(city).client.get("/incubator/mentors.xlsx?engaged=now")
    rows = list(load_workbook(BytesIO(listed.content)).worksheets[0].iter_rows(min_row=2, max_col=1, values_only=True))
    assert rows == [("李导师",)]


async def test_the_city_tells_both_kinds_apart_and_counts_who_is_both_once(city: City) -> None:
    first = await engaged(city, "Z1")
    both = await engaged(city, "Z2", kind="counsellor")
    await engaged(city, "Z2", name="李老师", kind="counsellor")
    page = await Visitor(city).get("/incubator/mentors?kind=counsellor")
    assert "在聘 2 人，2018 年目标 300 人以上；其中创业导师 1 人，创业辅导员 1 人" in page.text
    assert [row.split()[:2] for row in page.rows() if "样例大学" in row] == [["李老师", "创业辅导员"]]
    one = await Visitor(city).get(f"/incubator/mentors/{min(first, both)}")
    assert sorted(row.split()[2] for row in one.rows() if "投融资" in row) == ["创业导师", "创业辅导员"]
    async with city.running.unit("operator") as unit:
        await mentors.end_mentor(unit, mentors.EndMentor(carrier_id="Z1", mentor_id=first, ended_on="2018-01-31"))
    assert "创业导师 0 人，创业辅导员 2 人" in (await Visitor(city).get("/incubator/mentors")).text


async def test_the_home_shows_targets_beside_carriers_by_kind_and_level_and_mentors(city: City) -> None:
    await engaged(city, "Z1", kind="counsellor")
    order = registers.RegisterCarrier(
        id="N1", organisation_id="U1", kind="incubator", level="national", name="样例孵化器", district="中山区"
    )
    await city.do(registers.register_carrier, order)
    page = await Visitor(city).get("/")
    assert (
        "国家级科技企业孵化器 2018 12 2 10 建设东北亚科技创新创业创投中心意见 2018 年工作计划，第 64 项" in page.rows()
    )
    assert any(row.startswith("市级以上备案众创空间 2018 65") for row in page.rows())
    assert any(row.startswith("科技创业导师和创业辅导师") and " 2018 300 1 299 " in row for row in page.rows())
    assert "科技企业孵化器 国家级 2 家" in page.rows()
    assert "创业辅导员 在聘 1 人" in page.rows()
    assert "创业导师 在聘" not in page.text, "a counsellor is not told as a 创业导师"
    assert "<svg" in page.html.partition('id="targets"')[2].partition("</section>")[0]
    assert "青年科技之星" not in page.text, "no service of this site counts talents"


async def test_each_figure_is_one_question_however_many_there_are(city: City) -> None:
    asked: list[str] = []
    event.listen(city.running.engine.sync_engine, "after_cursor_execute", lambda *args: asked.append(args[2]))
    await figures(city.running)
    few = len([each for each in asked if each.lower().startswith("select")])
    for number in range(5):
        await engaged(city, "Z1", name=f"导师 {number}")
    asked.clear()
    await figures(city.running)
    assert len([each for each in asked if each.lower().startswith("select")]) == few == 2


@pytest.mark.empty_database
async def test_talents_are_counted_by_programme_and_year_and_a_site_of_talent_alone_shows_them(
    database: AsyncEngine, tmp_path: Path
) -> None:
    async with talent_site(database, tmp_path) as site:
        await Hands(site.office).awarded()
        async with site.office.unit() as unit:
            order = RegisterBroker(sort="person", name="甲", contact_name="甲", email="broker@example.cn")
            await register_broker(unit, order)
        counted = {each.key: each.number for each in await talent_figures(site.running)}
        assert counted == {"award/outstanding_youth/2018": 1, "broker": 1}
        page = Page(await site.get("/"))
        assert any(row.startswith("杰出青年科技人才") and " 2018 10 1 9 " in row for row in page.rows())
        assert "孵化器" not in page.html.partition('id="targets"')[2]
        assert (await site.get("/", "applicant:p1")).headers["location"] == "/talent/mine"


async def test_of_several_services_each_adds_its_own(city: City, tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'talent.db'}")
    async with talent_office(engine) as office:
        await Hands(office).awarded()
        talent = Running(TALENT, Settings(data=tmp_path), engine, Client().jetstream(), lambda: office.instant)
        app = make_app("苗圃", [city.running, talent], now=city.running.now, identity=no_accounts(), asks=anybody)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
            page = Page(await browser.get("/incubator/"))
    await engine.dispose()
    assert any(row.startswith("市级以上备案众创空间 2018 65") for row in page.rows())
    assert any(row.startswith("杰出青年科技人才") and " 2018 10 1 9 " in row for row in page.rows())
    assert "/talent/awards?programme=outstanding-youth-2018" in page.links
