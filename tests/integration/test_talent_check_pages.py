"""The office's page of one application, its formal check, many taken in at once, and a look at an identity number."""

import re
from collections.abc import AsyncIterator
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.tables import PERSONAL_LOOK
from services.talent.usecases import attachments, formal_check, recommending
from shared.evidence.store import store_of
from tests.integration.talent_office import identity
from tests.integration.talent_site import TalentSite, rows_of, talent_site
from tests.unit.evidence.samples import pdf

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
BULK = "/talent/applications/accept"
PDF = pdf()


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


def page_of(id_: str) -> str:
    return f"/talent/applications/{id_}"


class Sent:
    """A file as it is read from a form."""

    def __init__(self, content: bytes) -> None:
        self._rest = BytesIO(content)

    async def read(self, size: int = -1, /) -> bytes:
        return self._rest.read(size)


async def attached(site: TalentSite, id_: str, place: str) -> str:
    store = store_of(site.running.settings, "talent")
    async with store.arriving("论文.pdf", Sent(PDF)) as arrived, site.office.unit("ann") as unit:
        await attachments.attach_files(unit, attachments.AttachFiles(id_, [attachments.Placed(place, arrived)]), store)
    query = select(EVIDENCE.evidence.c.id).where(EVIDENCE.evidence.c.name == "论文.pdf")
    async with site.office.engine.connect() as connection:
        return str((await connection.execute(query)).scalar_one())


def confirmed(page: str) -> str:
    found = re.search(r'name="confirmed" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return unescape(found[1])


async def test_the_page_shows_all_of_it_but_never_the_number(site: TalentSite) -> None:
    id_ = await site.recommended("ann")
    page = (await site.get(page_of(id_), "auditor")).text
    for told in ("ann 的项目", "同意推荐", "年龄不超过 35 岁", "RC-20180312-", "待单位推荐", "身份证件", "没有附件"):
        assert told in page, told
    assert identity(1) not in page
    assert f"{page_of(id_)}/accept" not in page  # the auditor reads
    assert (await site.post(f"{page_of(id_)}/accept", "auditor")).status_code == 403
    assert (await site.get(page_of(id_), "unit:T-01")).status_code == 403
    assert (await site.get(page_of("nothing"))).status_code == 404
    draft = await site.office.filled("bob", 2, project="还没想好的题目")
    assert "还没想好的题目" not in (await site.get(page_of(draft))).text


async def test_what_changed_between_two_hand_ins_is_marked(site: TalentSite) -> None:
    id_ = await site.recommended("ann")
    until = "2018-03-19"
    assert until in (await site.get(page_of(id_))).text  # five working days from tomorrow
    given = {"defect:goals": "请写明指标", "reason": "目标不具体", "number": "1"}
    assert (await site.post(f"{page_of(id_)}/return", **given)).status_code == 303
    row = await site.office.row(id_)
    assert (row["state"], row["reasons"], str(row["correct_until"])) == ("returned", {"goals": "请写明指标"}, until)
    await site.office.save(id_, row["typed"] | {"goals": "发表论文 3 篇", "id_number": identity(1)})
    await site.office.submit(id_)
    page = (await site.get(page_of(id_))).text
    assert "有 1 处改动" in page
    assert "上一次：目标" in page
    assert "第 1 次提交（" in page
    stale = await site.post(f"{page_of(id_)}/accept", number="1")
    assert stale.status_code == 409


async def test_checks_that_exclude_nothing_are_shown_to_have_been_made(site: TalentSite) -> None:
    one = await site.recommended("ann", 1, project="同一个 题目")
    page = (await site.get(page_of(one))).text
    said = ("没有查到本人的在研项目", "没有查到惩戒期内的失信记录", "没有查到项目名称相同的其他申报")
    for each in said:
        assert f"<li>{each}</li>" in page, each
    await site.recommended("bob", 2, project="同一个题目")
    page = (await site.get(page_of(one))).text
    assert [each in page for each in said] == [True, True, False]
    assert "同一企业" not in page  # this programme does not ask for it


async def test_what_excludes_needs_a_reason_at_its_field_and_links_to_the_other(site: TalentSite) -> None:
    one = await site.recommended("ann", 1, project="同一个 题目")
    two = await site.recommended("bob", 2, project="同一个题目")
    page = (await site.get(page_of(two))).text
    assert "同一内容不重复申报" in page
    assert "内容与 “ann：同一个 题目” 相同" in page
    assert f'href="{page_of(one)}"' in page
    refused = await site.post(f"{page_of(two)}/accept", number="1", opinion="")
    assert refused.status_code == 409
    assert 'id="wrong-accept-opinion"' in refused.text
    assert "有排除情形：同一内容不重复申报：内容与 “ann：同一个 题目” 相同" in refused.text
    assert f"内容与 {one} 相同" not in refused.text
    taken = await site.post(f"{page_of(two)}/accept", number="1", opinion="同一课题的两部分")
    assert taken.status_code == 303
    again = await site.post(f"{page_of(two)}/accept", number="1", opinion="同一课题的两部分")
    assert again.status_code == 409
    assert [subject for subject, _ in await site.office.told()].count("talent.application.accepted.v1") == 1
    assert (await site.post(f"{page_of(one)}/decline", number="1", reason="")).status_code == 422
    assert (await site.post(f"{page_of(one)}/decline", number="1", reason="重复")).status_code == 303
    assert (await site.office.row(one))["state"] == "declined"


async def test_many_are_taken_in_exactly_as_they_were_foreseen(site: TalentSite) -> None:
    clear = [await site.recommended(f"a{number}", number) for number in (1, 2)]
    same = [await site.recommended(f"s{number}", number, project="同一题目") for number in (3, 4)]
    chosen = [*clear, *same]
    assert "请先在左边的方框里选" in (await site.post(BULK)).text
    seen = await site.post(BULK, applications=chosen)
    assert "2 项" in seen.text
    assert "a1 · a1 的项目" in seen.text
    assert "《人才申报受理》" in seen.text
    assert seen.text.count("请逐份办理") == 2
    states = {(await site.office.row(id_))["state"] for id_ in chosen}
    assert states == {"recommended"}  # nothing was done yet
    third = await site.recommended("late", 5)
    async with site.office.unit("clerk") as unit:
        order = recommending.ReturnToApplicant(application_id=clear[0], reason="请补材料")
        await formal_check.return_by_office(unit, order)
    changed = await site.post(BULK, applications=chosen, confirmed=confirmed(seen.text))
    assert "情况有了变化" in changed.text
    done = await site.post(BULK, applications=chosen, confirmed=confirmed(changed.text))
    assert done.status_code == 303
    assert [(await site.office.row(id_))["state"] for id_ in (*chosen, third)] == [
        "returned", "accepted", "recommended", "recommended", "recommended",
    ]  # fmt: skip
    assert (await site.post(BULK, "finance", applications=chosen)).status_code == 403


async def test_a_number_is_shown_once_with_a_reason_and_who_looked_is_known(site: TalentSite) -> None:
    id_ = await site.recommended("ann")
    without = await site.post(f"{page_of(id_)}/identity", why="")
    assert without.status_code == 422
    assert identity(1) not in without.text
    shown = await site.post(f"{page_of(id_)}/identity", why="<b>核对</b>学位证书")
    assert identity(1) in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert identity(1) not in (await site.get(page_of(id_))).text
    async with site.office.engine.connect() as connection:
        looks = (await connection.execute(select(PERSONAL_LOOK))).mappings().all()
    assert [(look["by"], look["application_id"], look["why"]) for look in looks] == [
        ("clerk-1", id_, "<b>核对</b>学位证书")
    ]
    listed = (await site.get("/talent/looks", "auditor")).text
    assert "clerk-1" in listed
    assert "&lt;b&gt;核对&lt;/b&gt;学位证书" in listed
    assert identity(1) not in listed
    book = rows_of((await site.get("/talent/looks.xlsx", "head")).content)
    assert [(row["谁看的"], row["看了谁的"]) for row in book] == [("clerk-1", "ann")]
    assert (await site.get("/talent/looks", "clerk")).status_code == 403
    assert (await site.post(f"{page_of(id_)}/identity", "auditor", why="想看看")).status_code == 403


async def test_a_file_is_given_out_to_whom_it_was_handed_in_and_to_nobody_else(site: TalentSite) -> None:
    id_ = await site.office.filled("ann")
    file = await attached(site, id_, "works")
    path = f"/talent/evidence/{file}"
    assert (await site.get(path)).status_code == 404  # only in a draft
    await site.office.submit(id_)
    assert (await site.get(path, "unit:T-01")).content == PDF
    assert (await site.get(path, "auditor")).headers["content-disposition"].startswith("attachment")
    assert (await site.get(path, "unit:T-02")).status_code == 404
    assert (await site.get(path, "expert:E1")).status_code == 403
    assert "论文.pdf" in (await site.get(page_of(id_))).text


async def test_an_identity_card_is_looked_at_with_a_reason_that_is_recorded(site: TalentSite) -> None:
    id_ = await site.office.filled("ann")
    card = await attached(site, id_, "identity")
    await site.office.submit(id_)
    pages = {"clerk": page_of(id_), "unit:T-01": f"/talent/unit/applications/{id_}"}
    for role, page in pages.items():
        assert (await site.get(f"/talent/evidence/{card}", role)).status_code == 404, "not without a reason"
        assert f"/talent/evidence/{card}" not in (await site.get(page, role)).text
        form = f"look-1-{card}"
        without = await site.post(f"{page}/documents/{card}", role, why="看", form=form)
        assert (without.status_code, f'id="wrong-{form}-why"' in without.text) == (422, True)
        seen = await site.post(f"{page}/documents/{card}", role, why="核对出生日期", form=form)
        assert (seen.status_code, seen.content) == (200, PDF)
    assert (
        await site.post(f"{pages['unit:T-01']}/documents/{card}", "unit:T-02", why="核对出生日期")
    ).status_code == 404
    assert (await site.post(f"{pages['clerk']}/documents/{card}", "auditor", why="核对出生日期")).status_code == 403
    async with site.office.engine.connect() as connection:
        looks = (await connection.execute(select(PERSONAL_LOOK))).mappings().all()
    assert [(look["by"], look["application_id"], look["why"]) for look in looks] == [
        ("clerk-1", id_, "身份证件：核对出生日期"), ("unit-1", id_, "身份证件：核对出生日期"),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["\x00", "\x1b[31m", "\ud800", "写" * 2001, "  "])
async def test_what_nobody_can_read_is_told_at_its_field_and_nothing_happens(site: TalentSite, typed: str) -> None:
    id_ = await site.recommended("ann")
    sent = f"reason={quote(typed, errors='surrogatepass')}&number=1"
    headers = {"x-role": "clerk", "content-type": "application/x-www-form-urlencoded"}
    answer = await site.browser.post(f"{page_of(id_)}/decline", content=sent, headers=headers)
    assert answer.status_code == 422
    assert 'id="wrong-decline-reason"' in answer.text
    for number in ("0", "-1", "99999999999", "x"):
        told = await site.post(f"{page_of(id_)}/decline", reason="材料不实", number=number)
        assert told.status_code == 422, number
    assert (await site.office.row(id_))["state"] == "recommended"
