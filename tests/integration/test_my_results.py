"""What a unit reads of its own result, and how it objects: nobody else's, not before it is public, once."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.review_tables import EXPERT_MARK
from services.incubator.store.tables import OBJECTION
from services.incubator.usecases import grading, objections
from services.incubator.usecases.objections import FileObjection
from shared.identity.roles import Role
from tests.integration.little_city import ROUND, City, Page, little_city
from tests.integration.somebody import somebody
from tests.unit.evidence.samples import pdf

pytestmark = pytest.mark.one_database

Z1, Z2, Z3 = (f"{ROUND}-Z{number}" for number in (1, 2, 3))
RESULT = f"/incubator/mine/results/{Z2}"
TYPED = {"grounds": "到账凭证漏报\n投融资额应为 240 万元", "name": "王实名", "contact": "0411-12345678"}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    """Graded, and nothing public yet."""
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await city.reported()
        await city.graded()
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with somebody(city, Role.OPERATOR, "U2") as made:
        yield made


async def publicised(city: City) -> None:
    city.at(date(2018, 12, 24))
    await city.do(grading.publicise_round, grading.PubliciseRound(round_id=ROUND))
    city.at(date(2018, 12, 25))


async def filed(city: City) -> list[Any]:
    async with city.running.look() as connection:
        return list((await connection.execute(select(OBJECTION))).mappings().all())


async def test_a_grade_is_not_shown_before_it_is_public_and_somebody_elses_never(
    city: City, browser: httpx.AsyncClient
) -> None:
    early = await browser.get(RESULT)
    assert early.status_code == 200
    assert "等次还没有公布" in early.text
    assert "良好" not in early.text
    refused = await browser.post(f"{RESULT}/objections", data=TYPED)
    assert refused.status_code == 409
    await publicised(city)
    assert "良好" in (await browser.get(RESULT)).text
    for other in (Z1, "none"):
        assert (await browser.get(f"/incubator/mine/results/{other}")).status_code == 404
        assert (await browser.post(f"/incubator/mine/results/{other}/objections", data=TYPED)).status_code == 404
    assert await filed(city) == []


async def test_each_indicator_is_explained_with_a_picture_and_a_table_and_without_experts_names(
    city: City, browser: httpx.AsyncClient
) -> None:
    async with city.running.engine.begin() as connection:
        mark = {"report_id": Z2, "indicator": "tax", "expert": "secret-expert", "mark": "3", "by": "x"}
        await connection.execute(EXPERT_MARK.insert(), [{**mark, "at": city.instant}])
    await publicised(city)
    page = Page(await browser.get(RESULT))
    assert page.html.count('<svg viewBox="0 0 1000 14"') or page.html.count('class="bar"')
    scored = [
        row for row in page.rows() if "得满分" in row or "比满分少" in row or "没有得分" in row or "按满分计" in row
    ]
    assert len(scored) == int(re.search(r"(\d+) 项指标怎样得分", page.text)[1])  # type: ignore[index] # it is there
    assert any("没有得分" in row for row in scored)
    assert "secret-expert" not in page.html
    assert "样例众创空间 1" not in page.text
    assert "还剩 5 个工作日" not in page.text
    assert "还剩 4 个工作日（含今天），到 2018-12-28 为止" in page.text


async def test_a_failed_year_says_what_it_means_and_a_second_one_that_the_title_may_go(city: City) -> None:
    await publicised(city)
    async with somebody(city, Role.OPERATOR, "U3") as browser:
        page = Page(await browser.get(f"/incubator/mine/results/{Z3}"))
    assert "不合格意味着什么" in page.text
    assert "连续两年不合格，已提出取消资格" in page.text
    assert "没有按时报送" in page.text


async def test_an_objection_is_filed_with_evidence_and_answered_on_its_receipt(
    city: City, browser: httpx.AsyncClient
) -> None:
    await publicised(city)
    files = [("evidence", ("到账凭证.pdf", pdf(), "application/pdf"))]
    done = await browser.post(f"{RESULT}/objections", data=TYPED, files=files)
    assert done.status_code == 303, done.text
    receipt = done.headers["location"].partition("?")[0]
    page = Page(await browser.get(receipt))
    for told in ("处理中", "2019-01-02", "王实名", "0411-12345678", "到账凭证.pdf", "投融资额应为 240 万元"):
        assert told in page.text, told
    link = next(each for each in page.links if "/evidence/" in each)
    given = await browser.get(link)
    assert given.content == pdf()
    assert "attachment" in given.headers["content-disposition"]
    assert "提出异议</button>" not in (await browser.get(RESULT)).text
    [row] = await filed(city)
    correction = {"financing": "2400000.00", "tax": "240000.00"}
    order = objections.DecideObjection(objection_id=row["id"], outcome="upheld", reason="凭证属实", figures=correction)
    await city.do(objections.decide_objection, order, "head-1")
    after = Page(await browser.get(receipt))
    assert "结论：异议成立。" in after.text
    assert "凭证属实" in after.text
    assert "撤回</button>" not in after.html
    assert "优秀" in Page(await browser.get(RESULT)).text
    late = await browser.post(f"{receipt}/evidence", files=files)
    assert late.status_code == 409
    assert "已经处理完毕" in late.text


async def test_what_is_missing_stands_at_its_field_and_what_was_typed_stays(
    city: City, browser: httpx.AsyncClient
) -> None:
    await publicised(city)
    sent = await browser.post(f"{RESULT}/objections", data={"grounds": "<b>漏报\0", "name": " ", "contact": "x" * 201})
    assert sent.status_code == 422
    for told in (
        "请填写联系人的真实姓名",
        "联系方式有 201 字",
        "&lt;b&gt;漏报",
        "看不见的控制字符",
        "刚才选的文件没有收下",
    ):
        assert told in sent.text, told
    bad = [("evidence", ("a.pdf", b"MZ", "application/pdf")), ("evidence", ("b.pdf", b"", "application/pdf"))]
    refused = await browser.post(f"{RESULT}/objections", data=TYPED, files=bad)
    assert refused.status_code == 422
    assert "“a.pdf”" in refused.text
    assert "文件是空的" in refused.text
    assert "王实名" in refused.text
    assert await filed(city) == []


async def test_sent_twice_it_is_one_objection_and_another_waits_for_the_first(
    city: City, browser: httpx.AsyncClient
) -> None:
    await publicised(city)
    both = await asyncio.gather(*(browser.post(f"{RESULT}/objections", data=TYPED) for _ in range(2)))
    assert {each.status_code for each in both} == {303}
    assert len({each.headers["location"] for each in both}) == 1
    other = await browser.post(f"{RESULT}/objections", data=TYPED | {"grounds": "另一个理由"})
    assert other.status_code == 409
    assert "请先撤回那一件" in other.text
    assert len(await filed(city)) == 1


async def test_an_objection_is_taken_back_by_who_filed_it_alone_and_once(
    city: City, browser: httpx.AsyncClient
) -> None:
    await publicised(city)
    sent = await browser.post(f"{RESULT}/objections", data=TYPED)
    receipt = sent.headers["location"].partition("?")[0]
    async with somebody(city, Role.OPERATOR, "U1") as stranger:
        for method, path in (("GET", ""), ("POST", "/withdraw"), ("POST", "/evidence"), ("GET", "/evidence/x")):
            answer = await stranger.request(method, receipt + path, data={"committed": "yes"})
            assert answer.status_code == 404, path
    unsure = await browser.post(f"{receipt}/withdraw", data={"why": "已沟通"})
    assert unsure.status_code == 422
    assert 'value="已沟通"' in unsure.text
    for _ in range(2):
        done = await browser.post(f"{receipt}/withdraw", data={"why": "已沟通", "committed": "yes"})
        assert done.status_code == 303
    assert "异议人撤回：已沟通" in Page(await browser.get(receipt)).text
    [row] = await filed(city)
    assert row["state"] == "withdrawn"
    assert len(await city.told("incubator.objection.decided.v1")) == 1
    city.at(date(2018, 12, 26))
    assert (await browser.post(f"{RESULT}/objections", data=TYPED)).status_code == 303, "publicity goes on"


async def test_a_unit_hears_of_somebody_elses_objection_but_not_whose_nor_why(
    city: City, browser: httpx.AsyncClient
) -> None:
    await publicised(city)
    order = FileObjection(evaluation_id=Z2, objector_id="secret-objector", grounds="我在现场看到工位空着")
    await city.do(objections.file_objection, order)
    page = Page(await browser.get(RESULT))
    assert "有人对这一结果提出异议，异议人身份保密" in page.text
    assert "secret-objector" not in page.html
    assert "工位空着" not in page.html
    [row] = await filed(city)
    assert (await browser.get(f"/incubator/mine/objections/{row['id']}")).status_code == 404


async def test_after_the_last_day_no_objection_is_taken(city: City, browser: httpx.AsyncClient) -> None:
    await publicised(city)
    city.at(date(2018, 12, 29))
    assert "提出异议</button>" not in (await browser.get(RESULT)).text
    late = await browser.post(f"{RESULT}/objections", data=TYPED)
    assert late.status_code == 409
    assert "只能在公示期内提出异议" in late.text
    async with city.running.look() as connection:
        assert (await connection.execute(select(func.count()).select_from(OBJECTION))).scalar_one() == 0
