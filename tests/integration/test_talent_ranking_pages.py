"""The review, the ranking and the selection as the office and the experts see them."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.application_tables import APPLICATION, MEMBER
from services.talent.usecases import formal_check, ranking, selecting
from services.talent.usecases.review_area import AREA
from shared.reviewing import drawing, register
from tests.integration.talent_office import YOUNG_STAR
from tests.integration.talent_panel import Panel
from tests.integration.talent_site import TalentSite, rows_of, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
RANKING = f"/talent/calls/{YOUNG_STAR}/ranking"


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


@pytest.fixture
async def panel(site: TalentSite) -> Panel:
    return Panel(site.office)


def seen(page: str) -> dict[str, str]:
    """What a preview sends back with its button."""
    found = {name: re.search(rf'name="{name}" value="([0-9a-f]{{64}})"', page) for name in ("confirmed", "seen")}
    assert all(found.values()), page
    return {name: each[1] for name, each in found.items() if each is not None}


async def confirm(site: TalentSite, path: str, preview: httpx.Response, **data: str | list[str]) -> httpx.Response:
    assert preview.status_code == 200, preview.text
    return await site.post(path, "head", **data, **seen(preview.text))


async def test_a_blind_review_names_nobody_in_the_expert_s_pages_not_even_in_what_was_written(
    site: TalentSite, panel: Panel
) -> None:
    told = {"project": "张小苗在样例大学 1 的抗旱玉米", "goals": "李四和张小苗（xiaomiao）选育三个品种"}
    await panel.accepted("xiaomiao", **(told | {"name": "张小苗"}))
    id_ = panel.of["xiaomiao"]
    async with site.office.unit() as unit:
        member = {
            "id": "M1", "application_id": id_, "name": "李四", "email": "", "duty": "", "state": "confirmed",
            "asked_at": unit.now,
        }  # fmt: skip
        await unit.connection.execute(insert(MEMBER), [member])
        order = register.RegisterExpert(id="E9", account="expert-1", name="评委", employer="外地大学")
        await register.register_expert(unit, order, AREA)
    await panel.closed()
    async with site.office.unit() as unit:
        await drawing.draw_experts(unit, drawing.DrawExperts(round_id=YOUNG_STAR, per_unit=1, most=5), AREA)
    before = (await site.get(f"/talent/reviews/{id_}", "expert")).text
    assert "接受以后才能看到" in before
    assert "选育三个品种" not in before
    answer = await site.post("/talent/reviews/accept", "expert", application_id=id_, nothing_ties_me="yes")
    assert answer.headers["location"] == "/talent/reviews?done=accepted"
    for path in ("/talent/reviews", f"/talent/reviews/{id_}"):
        page = (await site.get(path, "expert")).text
        assert "抗旱玉米" in page
        for name in ("张小苗", "xiaomiao", "样例大学", "李四", "1990-02-03", "13800000000"):
            assert name not in page, (path, name)
    assert "选育三个品种" in (await site.get(f"/talent/reviews/{id_}", "expert")).text
    asked = await site.browser.post(
        "/talent/api/my-reviews", json={"round_id": YOUNG_STAR}, headers={"x-role": "expert"}
    )
    assert asked.status_code == 200
    assert "选育三个品种" in asked.text
    assert not any(name in asked.text for name in ("张小苗", "xiaomiao", "样例大学", "李四"))


async def test_an_expert_steps_back_of_a_conflict_and_sees_no_more_of_it(site: TalentSite, panel: Panel) -> None:
    await panel.accepted("ann")
    async with site.office.unit() as unit:
        order = register.RegisterExpert(id="E9", account="expert-1", name="评委", employer="外地大学")
        await register.register_expert(unit, order, AREA)
    await panel.closed()
    async with site.office.unit() as unit:
        await drawing.draw_experts(unit, drawing.DrawExperts(round_id=YOUNG_STAR, per_unit=1, most=5), AREA)
    path = f"/talent/reviews/{panel.of['ann']}"
    refused = await site.post(f"{path}/conflict", "expert", reason=" ")
    assert refused.status_code == 422
    assert "请写明回避的理由" in refused.text
    left = await site.post(f"{path}/conflict", "expert", reason="合作者")
    assert left.headers["location"] == "/talent/reviews?done=conflict"
    assert "已回避" in (await site.get(path, "expert")).text
    experts = (await site.get(f"/talent/calls/{YOUNG_STAR}/experts")).text
    assert "合作者" in experts
    assert "已回避" in experts


async def test_the_ranking_shows_the_cut_line_ties_and_what_another_number_would_move(
    site: TalentSite, panel: Panel
) -> None:
    await panel.ranked({"ann": 90, "ben": 80, "cho": 80, "dan": 50})
    await panel.number(2)
    page = (await site.get(RANKING)).text
    assert "名额 2 名" in page
    assert "最低 60 分" in page
    assert page.count("同分待定") >= 3  # legend and two rows
    assert "评委" not in page.partition("<main")[2].partition("专家评审")[0]
    tried = (await site.get(f"{RANKING}?number=1")).text
    assert "只是试算，没有改动" in tried
    assert "位置会变的 2 份" in tried
    assert "原为同分待定" in tried
    assert (await site.get(RANKING)).text.count("试算，") == 0
    for wrong in ("0", "-1", "abc", "99999999999", "１"):
        answer = await site.get(f"{RANKING}?number={wrong}")
        assert answer.status_code == 200
        assert "请写 1 到 10000 的整数" in answer.text
    one = (await site.get(f"{RANKING}/{panel.of['ann']}")).text
    assert "评委" in one
    assert "理由写明了" in one
    assert "45" in one
    sheets = rows_of((await site.get(f"{RANKING}.xlsx")).content)
    assert [row["得分"] for row in sheets] == ["90.00", "80.00", "80.00", "50.00"]
    assert [row["位置"] for row in sheets] == ["名额以内", "同分待定", "同分待定", "低于最低分"]


async def test_the_panel_s_word_is_shown_with_the_ranks_it_moves_before_it_is_kept(
    site: TalentSite, panel: Panel
) -> None:
    await panel.ranked({"ann": 90, "ben": 80})
    await panel.number(1)
    path = f"{RANKING}/{panel.of['ben']}"
    for given, told in (
        ({"reason": "x"}, "请选择改得分"),
        ({"way": "total", "total": "1e9", "reason": "x"}, "0 到 100"),
        ({"way": "total", "total": "95"}, "理由"),
    ):
        wrong = await site.post(f"{path}/panel", "head", **given)
        assert wrong.status_code in {400, 422}
        assert told in wrong.text
    given = {"way": "total", "total": "95.5", "reason": "答辩突出"}
    preview = await site.post(f"{path}/panel", "head", **given)
    assert "第 2 名，80.00 分，名额以外" in preview.text
    assert "第 1 名，95.50 分，名额以内" in preview.text
    assert (await panel.ranks())["ben"] == ("80.00", 2)
    done = await confirm(site, f"{path}/panel", preview, **given)
    assert done.headers["location"].startswith(f"{path}?done=panel")
    assert (await panel.ranks())["ben"] == ("95.50", 1)
    assert "答辩突出" in (await site.get(path)).text
    assert (await site.post(f"{path}/panel", "clerk", **given)).status_code == 403


async def test_who_is_to_be_public_is_shown_exactly_with_amounts_and_letters_and_then_public_once(
    site: TalentSite, panel: Panel
) -> None:
    await panel.ranked({"ann": 90, "ben": 80, "cho": 80, "dan": 50})
    await panel.number(2)
    path, ben = f"{RANKING}/publicise", panel.of["ben"]
    open_ = await site.post(path, "head")
    assert open_.status_code == 409
    assert "请正好选定 1 名" in open_.text
    kept = await site.post(path, "head", tied=ben, public_from="昨天", reason="更成熟")
    assert kept.status_code == 422
    assert f'value="{ben}" checked' in kept.text
    assert "更成熟" in kept.text
    given: dict[str, str | list[str]] = {"tied": ben, "reason": "更成熟"}
    preview = await site.post(path, "head", **given)
    assert "拟入选 2 名" in preview.text
    assert "ann" in preview.text
    assert "拟入选：更成熟" in preview.text
    assert preview.text.count("已受理 → 公示中") == 2
    assert await panel.state("ann") == "accepted"
    done = await confirm(site, path, preview, **given)
    assert done.status_code == 303
    assert [await panel.state(name) for name in ("ann", "ben", "cho")] == ["publicised", "publicised", "accepted"]
    again = await confirm(site, path, preview, **given)
    assert again.status_code == 409
    assert "排名以后才能公示" in again.text
    for role in ("clerk", "auditor", "finance"):
        assert (await site.post(path, role, **given)).status_code == 403


async def test_the_number_is_changed_with_a_reason_after_what_it_moves_was_seen(site: TalentSite, panel: Panel) -> None:
    await panel.ranked({"ann": 90, "ben": 80})
    path = f"{RANKING}/number"
    wrong = await site.post(path, "head", number="一", reason="")
    assert wrong.status_code == 422
    assert 'value="一"' in wrong.text
    given = {"number": "1", "reason": "经费只够一名"}
    preview = await site.post(path, "head", **given)
    assert "名 → 1 名。" in preview.text
    assert "第 2 名，80.00 分，名额以外" in preview.text
    done = await confirm(site, path, preview, **given)
    assert done.headers["location"].startswith(f"{RANKING}?done=number")
    assert "选拔 1 名" in (await site.get(RANKING)).text


async def test_a_call_is_ranked_and_closed_from_the_page(site: TalentSite, panel: Panel) -> None:
    await panel.accepted("ann")
    await panel.experts("评委甲", "评委乙")
    await panel.closed()
    added = await panel.drawn()
    early = await site.post(f"{RANKING}/rank")
    assert early.status_code == 409
    assert "没有评完" in early.text
    await panel.marks(added, {"ann": 90})
    preview = await site.post(f"{RANKING}/rank")
    assert "已截止 → 已排名" in preview.text
    done = await site.post(f"{RANKING}/rank", **seen(preview.text))
    assert done.headers["location"].startswith(f"{RANKING}?done=ranked")
    await panel.publicised()
    early = await site.post(f"{RANKING}/close", "head")
    assert early.status_code == 409
    assert "还有 1 份在公示" in early.text


async def test_nobody_moves_up_while_every_place_is_taken(site: TalentSite, panel: Panel) -> None:
    await panel.ranked({"ann": 90, "ben": 80, "cho": 70})
    await panel.number(1)
    await panel.publicised()
    for id_, told in ((panel.of["cho"], "应按排名递补"), ("nobody", "本批次的排名")):
        refused = await site.post(f"{RANKING}/next", "head", application_id=id_, reason="递补")
        assert refused.status_code == 409
        assert told in refused.text


async def test_only_the_office_sees_a_ranking(site: TalentSite, panel: Panel) -> None:
    await panel.ranked({"ann": 90})
    for path in (RANKING, f"{RANKING}.xlsx", f"{RANKING}/{panel.of['ann']}", "/talent/experts"):
        assert (await site.get(path, "auditor")).status_code == 200
        for role in ("expert", "applicant:x", "unit:T-01"):
            assert (await site.get(path, role)).status_code == 403, (path, role)
    other = f"/talent/calls/innovation-team-2018/ranking/{panel.of['ann']}"
    assert (await site.get(other)).status_code == 404
    assert (await site.get("/talent/calls/none-2018/ranking")).status_code == 404


async def test_a_visit_is_recorded_where_the_programme_has_visits_and_shown_to_experts(
    site: TalentSite, panel: Panel
) -> None:
    team = "innovation-team-2018"
    id_ = await site.office.started("led", team)
    await panel.ranked({"ann": 90})
    given = {"on": "2018-04-01", "visitors": "甲、乙", "findings": "设备齐全"}
    refused = await site.post(f"{RANKING}/{panel.of['ann']}/visit", **given)
    assert refused.status_code == 409
    assert "没有现场考察" in refused.text
    async with site.office.unit() as unit:
        accepted = update(APPLICATION).where(APPLICATION.c.id == id_)
        await unit.connection.execute(accepted.values(state="accepted", project="新材料", typed={"name": "led"}))
    path = f"/talent/calls/{team}/ranking/{id_}"
    wrong = await site.post(f"{path}/visit", **(given | {"on": "明天"}))
    assert wrong.status_code == 422
    assert "设备齐全" in wrong.text
    assert "还没有到" in (await site.post(f"{path}/visit", **(given | {"on": "2018-05-01"}))).text
    done = await site.post(f"{path}/visit", **given)
    assert done.headers["location"] == f"{path}?done=visit"
    assert "甲、乙" in (await site.get(path)).text
    async with site.office.engine.connect() as connection:
        shown = (await AREA.shown(connection, await AREA.round(connection, team), [id_]))[id_]
    assert shown.name == "新材料（led）"
    assert [each["findings"] for each in shown.content["visits"]] == ["设备齐全"]
    async with site.office.unit() as unit:
        await unit.connection.execute(update(APPLICATION).where(APPLICATION.c.id == id_).values(unit_id="T-01"))
        named = (await AREA.shown(unit.connection, await AREA.round(unit.connection, team), [id_]))[id_].name
    assert named == "新材料（led，样例大学 1）"  # an expert knows whom he has to do with before he accepts
    assert (await site.post(f"{path}/visit", "auditor", **given)).status_code == 403


async def test_the_desk_leads_from_the_draw_to_the_end_of_the_selection(site: TalentSite, panel: Panel) -> None:
    async def waits(role: str = "head") -> list[str]:
        page = (await site.get("/talent/desk", role)).text
        titles = ("抽取评审专家", "提醒没有评完的专家", "评审已完，待排名", "公示拟入选名单", "公示期满，结束选拔")
        return [each for each in titles if f">{each}<" in page]

    await panel.accepted("ann")
    late = await site.recommended("bob", 2)
    await panel.experts("评委甲", "评委乙")
    assert await waits() == []
    await panel.closed()
    assert await waits("clerk") == ["抽取评审专家"]
    added = await panel.drawn()
    assert await waits("clerk") == ["提醒没有评完的专家"]
    await panel.marks(added, {"ann": 90})
    assert await waits() == ["评审已完，待排名"]
    async with site.office.unit() as unit:  # after the draw: whoever ranks now would leave it without a mark
        await formal_check.accept(unit, formal_check.Accept(application_id=late))
    assert await waits() == ["抽取评审专家"]
    async with site.office.unit() as unit:
        await unit.connection.execute(update(APPLICATION).where(APPLICATION.c.id == late).values(state="withdrawn"))
    assert await waits() == ["评审已完，待排名"]
    async with site.office.unit() as unit:
        await ranking.rank_call(unit, ranking.RankCall(programme_id=YOUNG_STAR))
    assert await waits() == ["公示拟入选名单"]
    assert await waits("clerk") == []
    await panel.publicised()
    assert await waits() == []
    site.office.instant = datetime(2018, 4, 25, 2, 0, tzinfo=UTC)
    async with site.office.unit("schedule") as unit:
        await selecting.select_due(unit, panel.of["ann"])
    assert await waits() == ["公示期满，结束选拔"]
    preview = await site.post(f"{RANKING}/close", "head")
    assert "公示中 → 已确定" in preview.text
    assert (await confirm(site, f"{RANKING}/close", preview)).status_code == 303
    assert await waits() == []


async def test_the_draw_offers_the_fields_experts_have_and_sets_the_day_they_mark_until(
    site: TalentSite, panel: Panel
) -> None:
    page = f"/talent/calls/{YOUNG_STAR}/experts"
    await panel.accepted("ann")  # in 材料
    await panel.experts("评委甲", "评委乙")
    given = {"per_unit": "2", "most": "10"}
    none = (await site.get(page)).text
    assert "没有专家登记这个领域，1 份申报" in none
    assert "没有一位专家登记；要按领域抽取" in none
    assert 'name="do" value="draw"' not in none  # whom it would write to is seen first
    async with site.office.unit() as unit:
        tables = AREA.tables
        await unit.connection.execute(update(tables.expert).values(fields=["材料", "能源"]))
        await unit.connection.execute(update(tables.expert).where(tables.expert.c.id == "E2").values(contact_email=""))
    looked = (await site.post(f"{page}/draw", **given, fields=["材料", "能源"], do="look")).text
    assert "1 份申报，抽 2 个评审名额；抽中的每位专家收到一封评审邀请" in looked
    assert "评委乙没有登记邮箱" in looked
    assert re.search(r'value="材料" checked> 材料 <small class="muted">2 位专家，1 份申报', looked)
    assert 'name="do" value="draw"' in looked
    late = await site.post(f"{page}/draw", **given, until="2018-03-01", do="draw")
    assert (late.status_code, "评审截止 2018-03-01 早于今天" in late.text) == (422, True)
    done = await site.post(f"{page}/draw", **given, fields=["材料"], until="2018-04-20", do="draw")
    assert done.status_code == 303
    assert "评审截止 2018-04-20" in (await site.get(page)).text
    assigned = [body for subject, body in await site.office.told() if "reviews.assigned" in subject]
    assert len(assigned) == 2
    assert all('"until":"2018-04-20"' in body for body in assigned)


async def test_a_mean_without_an_end_is_shown_with_two_places(site: TalentSite, panel: Panel) -> None:
    await panel.accepted("ann")
    await panel.experts("评委甲", "评委乙", "评委丙")
    await panel.closed()
    added = await panel.drawn(per_unit=3)
    await panel.marks(added[:1], {"ann": 80})
    await panel.marks(added[1:], {"ann": 90})
    async with site.office.unit() as unit:
        await ranking.rank_call(unit, ranking.RankCall(programme_id=YOUNG_STAR))
    for page in (RANKING, f"{RANKING}/{panel.of['ann']}"):
        shown = (await site.get(page)).text
        assert ">43.33<" in shown
        assert "130/3" not in shown
    rows = rows_of((await site.get(f"{RANKING}.xlsx")).content)
    assert "43.33" in {str(value) for value in rows[0].values()}
    assert "按没有舍入的数计算，最后四舍五入到两位小数" in shown
    assert "没有改动：得分就是按专家评分算出的。" in shown
    preview = (await site.post(f"{RANKING}/publicise", "head")).text
    assert "元 元" not in preview


async def test_an_expert_s_marks_stand_in_the_form_s_order_with_their_sum_and_a_ranked_call_says_why_none_is_decided_of(
    site: TalentSite, panel: Panel
) -> None:
    await panel.accepted("ann")
    await panel.experts("评委甲", "评委乙", "评委丙")
    await panel.closed()
    added = await panel.drawn(per_unit=3)
    await panel.marks(added[:2], {"ann": 90})
    await panel.marks(added[2:], {"ann": 40})
    page = f"/talent/calls/{YOUNG_STAR}/experts"
    before = (await site.get(page)).text
    marks = "项目的创新性和可行性 45.0，学术水平和潜力 31.5，对本市产业的作用 13.5，<b>合计 90</b>"
    assert marks in before
    assert "已经排名，处理不再改变得分" not in before
    apart = before.split('id="apart"')[1]
    assert re.search(r"<td class=\"nowrap\">73\.33\s*</td>", apart), apart
    # a call has no grades: nothing stands for one
    async with site.office.unit() as unit:
        await ranking.rank_call(unit, ranking.RankCall(programme_id=YOUNG_STAR))
    told = "已经排名，处理不再改变得分；需要调整的由负责人在排名里按专家组意见作出"
    assert told in (await site.get(page)).text


async def test_before_it_is_ranked_it_is_said_what_is_not_decided_and_who_may_still_come(
    site: TalentSite, panel: Panel
) -> None:
    await panel.accepted("ann")
    await site.office.submitted("late", 7)
    await panel.experts("评委甲", "评委乙", "评委丙")
    await panel.closed()
    added = await panel.drawn(per_unit=3)
    await panel.marks(added[:2], {"ann": 90})
    await panel.marks(added[2:], {"ann": 40})
    async with site.office.unit() as unit:
        waits = update(APPLICATION).where(APPLICATION.c.state == "submitted")
        await unit.connection.execute(waits.values(recommend_until=unit.today))
    preview = (await site.post(f"{RANKING}/rank")).text
    assert "离群的评分还有 9 项没有处理；排名以后不能再处理" in preview
    assert "还有 1 份申报等单位推荐，最晚的可以推荐到 2018-04-12；现在排名就不能再评审它们" in preview
    site.office.instant = datetime(2018, 4, 13, 2, 0, tzinfo=UTC)
    assert "等单位推荐" not in (await site.post(f"{RANKING}/rank")).text


async def test_the_preview_of_a_list_says_from_when_until_when_it_is_public_and_each_tied_is_offered_once(
    site: TalentSite, panel: Panel
) -> None:
    await panel.ranked({"ann": 90, "ben": 80, "cho": 80, "dan": 70})
    await panel.number(2)
    page = (await site.get(RANKING, "head")).text
    public = page.split('id="public"')[1].split("</section>")[0]
    assert public.count("第 2 名 ben") == 1
    assert public.count("第 2 名 cho") == 1
    assert public.count("第 4 名 dan") == 1
    given: dict[str, str | list[str]] = {
        "tied": panel.of["ben"], "more": panel.of["cho"], "reason": "水平相当", "public_from": "2018-04-16",
    }  # fmt: skip
    preview = await site.post(f"{RANKING}/publicise", "head", **given)
    assert "公示第一天 2018-04-16，最后一天 2018-04-20（5 个工作日）。" in preview.text
    assert "拟入选 3 名" in preview.text
    for past in ("0001-01-01", "2018-04-11"):
        refused = await site.post(f"{RANKING}/publicise", "head", **given | {"public_from": past})
        assert (refused.status_code, f"公示第一天 {past} 已经过去" in refused.text) == (422, True)
    assert (await confirm(site, f"{RANKING}/publicise", preview, **given)).status_code == 303
    assert [await panel.state(name) for name in ("ben", "cho", "dan")] == ["publicised", "publicised", "accepted"]
