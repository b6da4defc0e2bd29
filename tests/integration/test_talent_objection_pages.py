"""Objections to a selection: an applicant's own, one on paper, the decision with all it moves; and the public list."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.objection_tables import OBJECTIONS
from tests.integration.talent_office import YOUNG_STAR
from tests.integration.talent_panel import Panel
from tests.integration.talent_site import TalentSite, rows_of, talent_site
from tests.integration.test_talent_ranking_pages import RANKING, confirm

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
PAPER = {
    "objector": "王某", "name": "王某", "contact": "13900000000", "grounds": "不是第一完成人", "received_on": "2018-04-12",
}  # fmt: skip
LIST = f"/public/rounds/{YOUNG_STAR}"


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


@pytest.fixture
async def panel(site: TalentSite) -> Panel:
    """Two of four are public."""
    made = Panel(site.office)
    await made.ranked({"ann": 90, "ben": 80, "cho": 70, "dan": 50})
    await made.number(2)
    await made.publicised()
    return made


async def own_role(site: TalentSite, panel: Panel, name: str) -> str:
    return f"applicant:{(await site.office.row(panel.of[name]))['applicant_id']}"


async def on_paper(site: TalentSite, panel: Panel, name: str, **more: str) -> str:
    answer = await site.post("/talent/objections/new", **(PAPER | {"application_id": panel.of[name]} | more))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def count(site: TalentSite) -> int:
    async with site.office.engine.connect() as connection:
        return len((await connection.execute(select(OBJECTIONS.objection.c.id))).all())


async def test_the_public_list_has_names_units_and_projects_and_nothing_else_of_anybody(
    site: TalentSite, panel: Panel
) -> None:
    lists = await site.get("/public", "applicant:x")
    assert LIST in lists.text
    for path in (LIST, f"{LIST}/print"):
        page = (await site.get(path, "applicant:x")).text
        for shown in ("ann", "ben", "样例大学 1", "ann 的项目"):
            assert shown in page, (path, shown)
        for hidden in (
            "cho 的项目",
            "dan 的项目",
            "90.00",
            "80.00",
            "1990",
            "13800000000",
            "@example.cn",
            panel.of["ann"],
        ):
            assert hidden not in page, (path, hidden)
    rows = rows_of((await site.get(f"{LIST}.xlsx", "applicant:x")).content)
    assert [set(row) for row in rows] == [{"姓名", "单位", "项目", "计划", "公示至"}] * 2
    assert "等次" not in (await site.get(LIST, "applicant:x")).text


async def test_an_applicant_objects_to_his_own_result_once_and_takes_it_back(site: TalentSite, panel: Panel) -> None:
    mine, path = await own_role(site, panel, "ben"), f"/talent/mine/selection/{panel.of['ben']}"
    page = (await site.get(path, mine)).text
    assert "拟入选，公示中" in page
    assert "80.00" in page
    unclear = await site.post(f"{path}/objections", mine, grounds="得分不对" * 10, name="", contact="\x01")
    assert unclear.status_code in {400, 422}
    assert "得分不对" in unclear.text
    assert "请填写联系人的真实姓名" in unclear.text
    given = {"grounds": "第一项少算了", "name": "本人", "contact": "ben@example.cn"}
    filed = await site.post(f"{path}/objections", mine, **given)
    again = await site.post(f"{path}/objections", mine, **given)
    assert filed.headers["location"] == again.headers["location"]
    assert await count(site) == 1
    receipt = filed.headers["location"].partition("?")[0]
    shown = (await site.get(receipt, mine)).text
    assert "第一项少算了" in shown
    assert path in shown
    for other in ("applicant:nobody", await own_role(site, panel, "ann")):
        assert (await site.get(receipt, other)).status_code == 404
        assert (await site.get(path, other)).status_code == 404
        assert (await site.post(f"{path}/objections", other, **given)).status_code == 404
    taken = await site.post(f"{receipt}/withdraw", mine, committed="yes", why="看清楚了")
    assert taken.status_code == 303
    assert "已撤回" in (await site.get(receipt, mine)).text


async def test_who_is_not_public_reads_no_result_and_cannot_object(site: TalentSite, panel: Panel) -> None:
    mine, path = await own_role(site, panel, "cho"), f"/talent/mine/selection/{panel.of['cho']}"
    page = (await site.get(path, mine)).text
    assert "现在没有公布的评审结果" in page
    assert "70.00" not in page
    refused = await site.post(f"{path}/objections", mine, grounds="x", name="x", contact="x")
    assert refused.status_code == 409
    assert "只能在公示期内提出异议" in refused.text


async def test_who_is_not_on_the_public_list_reads_so_with_the_day_its_publicity_ends(
    site: TalentSite, panel: Panel
) -> None:
    mine = await own_role(site, panel, "cho")
    for path in ("/talent/mine", f"/talent/mine/applications/{panel.of['cho']}"):
        page = (await site.get(path, mine)).text
        assert "公示名单中没有这份申报；公示期满后通知最终结果" in page
        assert "2018-04-18" in page
    listed = (await site.get("/talent/mine", await own_role(site, panel, "ben"))).text
    assert "公示名单中没有这份申报" not in listed


async def test_an_objection_that_takes_somebody_out_is_decided_after_all_it_moves_was_seen(
    site: TalentSite, panel: Panel
) -> None:
    path = await on_paper(site, panel, "ann")
    assert await on_paper(site, panel, "ann") == path
    assert "王某" in (await site.get(path, "auditor")).text
    assert "13900000000" not in (await site.get(path, "finance")).text
    assert "王某" not in (await site.get("/talent/objections")).text
    for given, told in (
        ({"reason": "x"}, "请选择结论"),
        ({"outcome": "upheld", "reason": "属实"}, "请选择更正得分还是取消入选"),
        ({"outcome": "upheld", "reason": "属实", "way": "total", "total": "１００分"}, "至多两位小数"),
        ({"outcome": "rejected", "reason": "字" * 901}, "至多 900 字"),
        ({"outcome": "drop table", "reason": "\x00"}, "请选择结论"),
    ):
        wrong = await site.post(path, "head", **given)
        assert wrong.status_code == 422, given
        assert told in wrong.text
    given = {"outcome": "upheld", "way": "out", "reason": "申报人不是第一完成人"}
    preview = await site.post(path, "head", **given)
    for told in (
        "取消入选以后空出 1 个名额",
        "下一名：cho（第 3 名，70.00 分）",
        "名单 2 名 → 1 名",
        "公示中 → 未入选",
    ):
        assert told in preview.text, told
    assert await panel.state("ann") == "publicised"
    done = await confirm(site, path, preview, **given)
    assert done.headers["location"].startswith(f"{path}?saved=decided")
    assert [await panel.state(name) for name in ("ann", "ben", "cho")] == ["declined", "publicised", "accepted"]
    twice = await confirm(site, path, preview, **given)
    assert twice.status_code == 409
    assert "已经处理完毕" in twice.text
    page = (await site.get(RANKING, "head")).text
    assert "空出 1 个名额" in page
    assert 'value="' + panel.of["cho"] in page
    moved = {"application_id": panel.of["cho"], "reason": "递补"}
    preview = await site.post(f"{RANKING}/next", "head", **moved)
    assert "递补，单独公示" in preview.text
    assert (await confirm(site, f"{RANKING}/next", preview, **moved)).status_code == 303
    assert await panel.state("cho") == "publicised"
    assert re.search(r"cho 的项目", (await site.get(LIST)).text)
    assert "ann 的项目" not in (await site.get(LIST)).text


async def test_an_objection_that_corrects_a_total_moves_ranks_and_leaves_who_is_public(
    site: TalentSite, panel: Panel
) -> None:
    path = await on_paper(site, panel, "ann")
    given = {"outcome": "upheld", "way": "total", "total": "65", "reason": "重复计算"}
    preview = await site.post(path, "head", **given)
    assert "第 1 名，90.00 分，名额以内" in preview.text
    assert "第 3 名，65.00 分，名额以外" in preview.text
    assert "仍留在公示名单上" in preview.text
    assert (await confirm(site, path, preview, **given)).status_code == 303
    assert await panel.state("ann") == "publicised"
    assert (await panel.ranks())["ann"] == ("65.00", 3)


async def test_objections_are_handled_by_the_head_and_entered_by_clerks_alone(site: TalentSite, panel: Panel) -> None:
    path = await on_paper(site, panel, "ben")
    for role in ("clerk", "auditor", "finance", "expert", "unit:T-01"):
        assert (await site.post(path, role, outcome="rejected", reason="x")).status_code == 403
    for role in ("auditor", "expert", "applicant:x"):
        assert (await site.post("/talent/objections/new", role, **PAPER)).status_code == 403
    for role in ("expert", "applicant:x", "unit:T-01"):
        assert (await site.get("/talent/objections", role)).status_code == 403
        assert (await site.get(path, role)).status_code == 403
    assert (await site.get("/talent/objections/none", "head")).status_code == 404
    wrong = await site.post("/talent/objections/new", **(PAPER | {"grounds": "", "received_on": "昨天"}))
    assert wrong.status_code in {400, 422}
    assert "请选择对哪一份申报有异议" in wrong.text
    assert 'value="13900000000"' in wrong.text
    rows = rows_of((await site.get(f"/talent/objections.xlsx?programme={YOUNG_STAR}")).content)
    assert [row["对哪一份"] for row in rows] == ["ben"]
