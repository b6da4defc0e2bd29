"""A talent's story on one page: from the application to the letters about its money, in its order and once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.tables import MESSAGE_SEEN, SPINE
from services.talent.usecases import bookkeeping
from shared.contracts.contact import applicant_person
from shared.contracts.envelope import read
from shared.contracts.talent import TalentGrantComputed, TalentInstalmentReleased, TalentObjectionFiled
from shared.messaging.consumer import Received
from tests.integration.award_hands import Hands
from tests.integration.talent_site import TalentSite, talent_site

pytestmark = [pytest.mark.tables_of("talent"), pytest.mark.one_database]


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


def stations(html: str) -> list[str]:
    """The headings along the line, without their tags."""
    return [part.split("<span")[0].split("</h2>")[0] for part in html.split("<h2>")[1:]]


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def settled(site: TalentSite) -> None:
    async with site.office.engine.connect() as connection:
        query = select(SPINE.outbox).where(SPINE.outbox.c.subject == TalentInstalmentReleased.type_)
        rows = (await connection.execute(query)).mappings().all()
    async with site.office.unit("settlement") as unit:
        await bookkeeping.settle([Received(*read(row["headers"], bytes(row["body"]))) for row in rows], unit)


async def went(site: TalentSite, story: str, cause: str, letter: str, recipient: str, state: str) -> None:
    """A letter about this event, as its owner told where it has got to."""
    row = {
        "message_id": f"{letter}-{recipient}", "letter": letter, "cause_event_id": cause, "recipient_id": recipient,
        "story": story, "state": state, "reason": None, "at": site.office.instant + timedelta(minutes=1),
    }  # fmt: skip
    async with site.office.engine.begin() as connection:
        await connection.execute(insert(MESSAGE_SEEN), [row])


async def event_of(site: TalentSite, type_: str) -> str:
    async with site.office.engine.connect() as connection:
        query = select(SPINE.outbox.c.event_id).where(SPINE.outbox.c.subject == type_)
        return str((await connection.execute(query)).scalars().one())


async def test_an_application_leads_to_the_letter_about_its_money_and_says_what_comes_next(site: TalentSite) -> None:
    hands = Hands(site.office)
    award = await hands.running()
    row = await hands.award(award)
    story, person = row["application_id"], applicant_person(row["applicant_id"])
    waiting = (await site.get(f"/talent/chain/{story}")).text
    assert "下一步：等待核算资助" in waiting
    await settled(site)
    computed = await event_of(site, TalentGrantComputed.type_)
    await went(site, story, computed, "talent-grant-computed", "T-01", "handed_over")
    await went(site, story, computed, "talent-grant-computed", person, "queued")
    page = (await site.get(f"/talent/chain/{story}")).text
    assert stations(page) == [
        "申报提交", "申报入选", "任务书确认", "任务书确认", "一期资助可以拨付", "任务书生效", "计算过程", "台账", "信件",
    ]  # fmt: skip
    said = text(page)
    for each in (
        "这笔资助是怎么来的", "单位确认任务书第 1 版", "第 1 期可以拨付", "引起核算", "应资助", "500,000.00 元", "指纹相符",
        "《资助核算结果》→ 样例大学 1 已交付", "《资助核算结果》→ ann 待发送", "下一步：提出拨付",
    ):  # fmt: skip
        assert each in said, each
    for link in (f"/talent/applications/{story}", f"/talent/awards/{award}", "/talent/ledger/"):
        assert f'href="{link}' in page, link
    found = await site.get(f"/talent/chain/{computed}")
    assert found.headers["location"] == f"/talent/chain/{story}", "an event leads to its story"
    for place in (f"/talent/applications/{story}", f"/talent/awards/{award}"):
        assert f'href="/talent/chain/{story}">来龙去脉' in (await site.get(place)).text


async def test_whoever_objects_stays_unnamed_and_the_talent_is_told_of_the_decision_by_name(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    other = await site.office.submitted("ben", 2)
    objector, own = [applicant_person((await site.office.row(each))["applicant_id"]) for each in (other, id_)]
    told = {**TalentObjectionFiled.example, "application_id": id_, "person_id": own, "objector_id": objector}
    async with site.office.unit() as unit:
        cause = unit.tell(TalentObjectionFiled.model_validate(told), story=id_)
    await went(site, id_, cause, "talent-objection-received", objector, "handed_over")
    await went(site, id_, cause, "talent-objection-decided", objector, "handed_over")
    await went(site, id_, cause, "talent-objection-decided", own, "handed_over")
    page = text((await site.get(f"/talent/chain/{id_}")).text)
    assert page.count("异议人（身份保密）") == 2
    assert "→ ann" in page
    assert "ben" not in page
    assert objector not in page


async def test_the_office_and_the_auditor_read_it_and_nobody_else(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann")
    for role, status in (("clerk", 200), ("auditor", 200), ("applicant:x", 403), ("unit:T-01", 403)):
        assert (await site.get(f"/talent/chain/{id_}", role)).status_code == status, role
    missing = await site.get("/talent/chain/none")
    assert missing.status_code == 404
    assert "没有关联号或事件编号为“none”的记录" in missing.text
