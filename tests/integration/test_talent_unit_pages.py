"""The recommending unit's pages: what waits for it and nobody else's, its quota, its word, what became of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.integration.talent_office import identity
from tests.integration.talent_site import TalentSite, rows_of, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
OWN, OTHER = "unit:T-01", "unit:T-02"


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


def page_of(id_: str) -> str:
    return f"/talent/unit/applications/{id_}"


async def test_a_unit_sees_what_waits_for_it_and_nothing_of_another(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    desk = (await site.get("/talent/unit", OWN)).text
    assert "等待推荐 1 份" in desk
    assert "还可推荐 10 名" in desk
    assert "2018-04-10" in desk
    page = await site.get(page_of(id_), OWN)
    assert page.status_code == 200
    assert identity(1) not in page.text
    assert f"**************{identity(1)[-4:]}" in page.text
    assert "ann 的项目" in page.text
    assert "没有等待推荐的申报" in (await site.get("/talent/unit", OTHER)).text
    assert (await site.get(page_of(id_), OTHER)).status_code == 404
    assert (await site.post(f"{page_of(id_)}/recommend", OTHER, opinion="同意")).status_code == 404
    assert (await site.get("/talent/unit", "clerk")).status_code == 403
    assert (await site.office.row(id_))["state"] == "submitted"


async def test_what_is_not_handed_in_is_the_applicants_alone(site: TalentSite) -> None:
    id_ = await site.office.filled("ann")
    assert "ann" not in (await site.get("/talent/unit", OWN)).text
    assert (await site.get(page_of(id_), OWN)).status_code == 404


async def test_an_opinion_recommends_once_however_often_it_is_sent(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    empty = await site.post(f"{page_of(id_)}/recommend", OWN, opinion="")
    assert empty.status_code == 422
    assert 'id="wrong-recommend-opinion"' in empty.text
    done = await site.post(f"{page_of(id_)}/recommend", OWN, opinion="同意推荐", number="1")
    assert (done.status_code, done.headers["location"]) == (303, f"{page_of(id_)}?done=recommend")
    assert "同意推荐" in (await site.get(done.headers["location"], OWN)).text
    twice = await site.post(f"{page_of(id_)}/recommend", OWN, opinion="再推荐一次", number="1")
    assert twice.status_code == 409
    assert "再推荐一次" not in (await site.get("/talent/unit/recommended", OWN)).text
    assert "已推荐 1 名，还可推荐 9 名" in (await site.get("/talent/unit", OWN)).text
    listed = (await site.get("/talent/unit/recommended", OWN)).text
    assert "待形式审查" in listed
    book = rows_of((await site.get("/talent/unit/recommended.xlsx", OWN)).content)
    assert [(row["申报人"], row["本单位意见"], row["意见内容"], row["现在"]) for row in book] == [
        ("ann", "推荐", "同意推荐", "待形式审查")
    ]


async def test_a_return_has_its_defects_at_the_fields_and_keeps_what_was_typed(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    wrong = {"defect:goals": "写" * 501, "defect:basis": "<b>哪三篇</b>", "reason": ""}
    refused = await site.post(f"{page_of(id_)}/return", OWN, **wrong)
    assert refused.status_code == 422
    assert 'id="wrong-defect:goals"' in refused.text
    assert "&lt;b&gt;哪三篇&lt;/b&gt;" in refused.text
    given = {"defect:basis": "请写明哪三篇", "reason": "研究基础不具体", "number": "1"}
    assert (await site.post(f"{page_of(id_)}/return", OWN, **given)).status_code == 303
    row = await site.office.row(id_)
    assert (row["state"], row["reasons"], row["reason"]) == (
        "returned", {"basis": "请写明哪三篇"}, "研究基础不具体",
    )  # fmt: skip
    unknown = await site.office.submitted("bob", 2)
    refused = await site.post(f"{page_of(unknown)}/return", OWN, **{"defect:nothing": "x", "reason": "改"})
    assert (refused.status_code, "没有填报项 nothing" in refused.text) == (422, True)


async def test_a_unit_gives_back_only_while_a_working_day_is_left_and_is_told_before(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    site.office.instant = datetime(2018, 4, 9, 2, 0, tzinfo=UTC)
    assert "推荐截止前的最后一个工作日起不能再退回" in (await site.get(page_of(id_), OWN)).text
    site.office.instant = datetime(2018, 4, 10, 2, 0, tzinfo=UTC)  # the last day for units
    page = (await site.get(page_of(id_), OWN)).text
    assert "今天以后没有工作日可以修改，不能再退回" in page
    assert f"{page_of(id_)}/return" not in page
    refused = await site.post(f"{page_of(id_)}/return", OWN, reason="改目标", number="1")
    assert (refused.status_code, "不能再退回" in refused.text) == (409, True)
    assert (await site.office.row(id_))["state"] == "submitted"
    site.office.instant = datetime(2018, 4, 9, 2, 0, tzinfo=UTC)
    given = await site.post(f"{page_of(id_)}/return", OWN, reason="改目标", number="1")
    assert given.status_code == 303
    row = await site.office.row(id_)
    site.office.instant = datetime(2018, 4, 10, 14, 0, tzinfo=UTC)
    await site.office.save(id_, row["typed"] | {"goals": "发表论文 3 篇", "id_number": identity(1)})
    await site.office.submit(id_)
    site.office.instant = datetime(2018, 4, 11, 2, 0, tzinfo=UTC)
    done = await site.post(f"{page_of(id_)}/recommend", OWN, opinion="同意推荐", number="2")
    assert done.status_code == 303, "what was corrected on the last day can still be recommended"


async def test_of_what_was_handed_in_again_nothing_is_said_unseen(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    await site.post(f"{page_of(id_)}/return", OWN, reason="改目标", number="1")
    row = await site.office.row(id_)
    await site.office.save(id_, row["typed"] | {"goals": "发表论文 3 篇", "id_number": identity(1)})
    await site.office.submit(id_)
    stale = await site.post(f"{page_of(id_)}/recommend", OWN, opinion="同意", number="1")
    assert stale.status_code == 409
    assert "您看的是第 1 次提交" in stale.text
    assert "上一次：目标" in stale.text
    assert (await site.office.row(id_))["state"] == "submitted"


async def test_who_is_not_recommended_is_told_why(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    await site.post(f"{page_of(id_)}/decline", OWN, opinion="不在本单位工作", number="1")
    assert (await site.office.row(id_))["state"] == "declined"
    assert "不在本单位工作" in (await site.office.told())[-1][1]
    assert (await site.post(f"{page_of(id_)}/nothing", OWN)).status_code == 404


async def test_a_units_letters_have_a_page_of_their_own(site: TalentSite) -> None:
    assert "还没有信件" in (await site.get("/talent/unit/letters", OWN)).text
    assert (await site.get("/talent/unit/letters.xlsx", OWN)).status_code == 200
