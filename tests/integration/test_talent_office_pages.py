"""The office's registers: calls planned, opened and followed, all applications, units, records of dishonesty."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import changes
from services.talent.store.tables import APPLICANT, BAR, CALL
from services.talent.store.trail import TRAIL
from services.talent.usecases.people import RegisterUnit, register_unit
from services.talent.web.desk import badges
from shared.audit.sealing import Sealer
from shared.audit.verify import verify
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from tests.integration.talent_office import YOUNG_STAR, code, identity
from tests.integration.talent_site import TalentSite, rows_of, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
FOUNDER = "founder-2023"
GRANTS = {
    "clerk": Grant(Role.CLERK), "unit": Grant(Role.UNIT, "T-01"), "other": Grant(Role.UNIT, "T-02"),
    "auditor": Grant(Role.AUDITOR),
}  # fmt: skip
CALLS, LIST = "/talent/calls", "/talent/applications"


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


def confirmed(page: str) -> str:
    found = re.search(r'name="confirmed" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return found[1]


async def test_a_call_is_planned_from_an_edition_whose_conditions_and_money_are_read_first(site: TalentSite) -> None:
    edition = "outstanding-youth-2018"
    page = (await site.get(f"{CALLS}/new?programme_id={edition}")).text
    for told in ("年龄不超过 40", "第 1 期", "单位推荐截止", 'value="2018-'):
        assert told in page, told
    wrong = await site.post(
        CALLS, programme_id=edition, document_no="", opens_on="2018-03-01", closes_on="三月底", units_until="2018-04-10"
    )
    assert wrong.status_code == 422
    assert 'value="三月底"' in wrong.text
    assert 'id="wrong-plan-document_no"' in wrong.text
    assert 'id="wrong-plan-closes_on"' in wrong.text
    backwards = {"opens_on": "2018-03-12", "closes_on": "2018-03-01", "units_until": "2018-04-10", "number": "10"}
    given = {"programme_id": edition, "document_no": "样例文〔2018〕2号", **backwards}
    assert "请核对日程" in (await site.post(CALLS, **given)).text
    given |= {"closes_on": "2018-03-30"}
    done = await site.post(CALLS, **given)
    assert (done.status_code, done.headers["location"]) == (303, f"{CALLS}/{edition}?done=planned")
    twice = await site.post(CALLS, **given)
    assert (twice.status_code, "已经设立申报批次" in twice.text) == (409, True)
    assert (await site.post(CALLS, "finance", **given)).status_code == 403
    book = rows_of((await site.get(f"{CALLS}.xlsx?state=planned")).content)
    assert [(row["文号"], row["状态"]) for row in book] == [("样例文〔2018〕2号", "待开放")]
    assert (await site.get(f"{CALLS}/nothing-2018")).status_code == 404


async def test_a_call_that_would_be_over_before_it_opens_is_refused_at_the_field_and_keeps_what_was_typed(
    site: TalentSite,
) -> None:
    edition = "outstanding-youth-2018"
    days = {"opens_on": "2018-03-01", "closes_on": "2018-03-11", "units_until": "2018-04-10"}
    given = {"programme_id": edition, "document_no": "样例文〔2018〕2号", "number": "10"}
    past = await site.post(CALLS, **given, **days)
    assert past.status_code == 422
    at_field = re.search(r'id="wrong-plan-closes_on">([^<]*)', past.text)
    assert at_field is not None
    assert "申报截止 2018-03-11 已经过去，今天是 2018-03-12；请改成今天或以后的日子" in at_field[1]
    assert 'value="2018-03-11"' in past.text
    assert 'value="样例文〔2018〕2号"' in past.text
    assert (await site.post(CALLS, **given, **days | {"closes_on": "2018-03-12"})).status_code == 303
    change = {"document_no": "样例文〔2018〕2号", "reason": "改", **days}
    moved = await site.post(f"{CALLS}/{edition}/days", **change)
    assert (moved.status_code, 'id="wrong-days-closes_on"' in moved.text) == (422, True)
    assert (await site.post(f"{CALLS}/{edition}/days", **change | {"closes_on": "2018-03-20"})).status_code == 303


async def test_a_call_nobody_applied_to_is_taken_back_by_the_head_with_a_reason_and_planned_anew(
    site: TalentSite,
) -> None:
    address = f"{CALLS}/{YOUNG_STAR}"
    await site.office.started("eve")
    assert "撤销批次" not in (await site.get(address)).text
    assert (await site.post(f"{address}/cancel", reason="日期写错")).status_code == 403
    without = await site.post(f"{address}/cancel", "head", reason="")
    assert (without.status_code, 'id="wrong-cancel-reason"' in without.text) == (422, True)
    seen = await site.post(f"{address}/cancel", "head", reason="日期写错")
    assert "申报中 → 已撤销" in seen.text
    assert "有 1 份正在填写，撤销以后不能提交" in seen.text
    assert await _state(site) == "open"
    done = await site.post(f"{address}/cancel", "head", reason="日期写错", confirmed=confirmed(seen.text))
    assert done.status_code == 303
    page = (await site.get(address)).text
    assert "日期写错" in page
    assert "重新设立" in page
    form = (await site.get(f"{CALLS}/new?programme_id={YOUNG_STAR}")).text
    assert "这个批次已经设立" not in form
    days = {"opens_on": "2018-03-12", "closes_on": "2018-05-04", "units_until": "2018-05-18", "number": "7"}
    given = {"programme_id": YOUNG_STAR, "document_no": "样例文〔2018〕9号", **days}
    assert (await site.post(CALLS, **given)).status_code == 303
    again = (await site.get(address)).text
    assert "已撤销 → <b>待开放</b>" in again
    assert "样例文〔2018〕9号 · 申报 2018-03-12 至 2018-05-04" in again
    assert (await site.post(CALLS, **given)).status_code == 409


async def test_a_call_somebody_applied_to_is_not_taken_back(site: TalentSite) -> None:
    await site.office.submitted("ann", 1)
    refused = await site.post(f"{CALLS}/{YOUNG_STAR}/cancel", "head", reason="日期写错")
    assert (refused.status_code, "已经有 1 份申报提交过" in refused.text) == (409, True)
    assert await _state(site) == "open"
    assert "撤销批次" not in (await site.get(f"{CALLS}/{YOUNG_STAR}", "head")).text


async def test_a_call_is_opened_and_closed_by_hand_after_a_preview(site: TalentSite) -> None:
    without = await site.post(f"{CALLS}/{YOUNG_STAR}/close")
    assert (without.status_code, 'id="wrong-close-reason"' in without.text) == (422, True)
    assert "提前截止请写明理由" in without.text
    why = {"reason": "申报已经收齐"}
    seen = await site.post(f"{CALLS}/{YOUNG_STAR}/close", **why)
    assert "申报中 → 已截止" in seen.text
    assert await _state(site) == "open"
    async with site.office.engine.connect() as connection:
        announced = (await changes.found(connection, CALL, YOUNG_STAR, "申报批次"))["closes_on"]
    assert (
        f"公布的申报截止是 {announced}，现在截止提前 {(announced - date(2018, 3, 12)).days} 天，申报截止改为 2018-03-12"
        in seen.text
    )
    assert "正在填写" not in seen.text
    await site.office.started("eve")
    assert "还有 1 份正在填写，没有提交" in (await site.post(f"{CALLS}/{YOUNG_STAR}/close", **why)).text
    digest = confirmed(seen.text)
    assert (await site.post(f"{CALLS}/{YOUNG_STAR}/close", **why, confirmed=digest)).status_code == 303
    assert await _state(site) == "closed"
    closed = (await site.get(f"{CALLS}/{YOUNG_STAR}")).text
    assert "至 2018-03-12，单位推荐到" in closed
    assert f"提前截止；公布的申报截止是 {announced}；申报已经收齐" in closed
    again = await site.post(f"{CALLS}/{YOUNG_STAR}/close", **why, confirmed=digest)
    assert (again.status_code, "不能改为" in again.text) == (409, True)
    assert (await site.post(f"{CALLS}/{YOUNG_STAR}/burn")).status_code == 404
    late = {"document_no": "x", "opens_on": "2018-03-01", "closes_on": "2018-03-30", "units_until": "2018-04-10"}
    assert (await site.post(f"{CALLS}/{YOUNG_STAR}/days", **late, reason="改")).status_code == 409


async def _state(site: TalentSite) -> str:
    async with site.office.engine.connect() as connection:
        return str((await changes.found(connection, CALL, YOUNG_STAR, "申报批次"))["state"])


async def test_the_days_of_an_open_call_change_with_a_reason_and_never_into_the_past(site: TalentSite) -> None:
    days = {"document_no": "样例文〔2018〕1号", "opens_on": "2018-03-01", "units_until": "2018-04-20"}
    past = await site.post(f"{CALLS}/{YOUNG_STAR}/days", **days, closes_on="2018-03-11", reason="改")
    assert (past.status_code, "不能改到今天" in past.text) == (422, True)
    without = await site.post(f"{CALLS}/{YOUNG_STAR}/days", **days, closes_on="2018-04-10", reason="")
    assert 'id="wrong-days-reason"' in without.text
    done = await site.post(f"{CALLS}/{YOUNG_STAR}/days", **days, closes_on="2018-04-10", reason="延长申报")
    assert done.status_code == 303
    page = (await site.get(f"{CALLS}/{YOUNG_STAR}")).text
    assert "延长申报" in page
    assert "2018-04-20" in page
    ahead = (await site.get("/talent/schedules")).text
    assert "大连市青年科技之星（2018 年度）截止申报" in ahead
    assert "2018-04-11" in ahead


async def test_the_progress_of_a_call_is_a_picture_with_every_number_behind_it(site: TalentSite) -> None:
    assert "还没有申报" in (await site.get(f"{CALLS}/{YOUNG_STAR}")).text
    await site.recommended("ann", 1)
    await site.office.submitted("bob", 2)
    await site.office.started("eve")
    page = (await site.get(f"{CALLS}/{YOUNG_STAR}", "auditor")).text
    assert '<figure class="picture">' in page
    assert "3 份" in page
    cells = re.findall(r'<td class="num">(\d+)</td>', page)
    assert cells == ["0", "1", "1", "0", "0", "0", "2", "1", "0", "0", "0", "0", "0", "1"]


async def test_the_list_holds_all_that_is_asked_for_and_nothing_personal_beyond_the_name(site: TalentSite) -> None:
    async with site.office.unit() as unit:
        order = RegisterUnit(id="T-03", name="样例研究所", credit_code=code(3), district="甘井子区")
        await register_unit(unit, order)
    one = await site.recommended("ann", 1, project="=cmd()")
    two = await site.office.filled("bob", 2, unit_id="T-03", project="海水淡化膜")
    receipt = await site.office.submit(two)
    page = (await site.get(LIST)).text
    assert page.index("bob") < page.index("ann") or page.index("ann") < page.index("bob")
    for hidden in ("13800000000", "ann@example.cn", identity(1), "1990-02-03"):
        assert hidden not in page
    for query, found in (
        ("?text=淡化", [two]), (f"?text={receipt}", [two]), ("?state=recommended", [one]), ("?unit=T-03", [two]),
        ("?district=甘井子区", [two]), (f"?programme={YOUNG_STAR}&sort=applicant", [one, two]), ("?text=%", []),
        ("?sort=-applicant", [two, one]), ("?state=nothing", [one, two]),
    ):  # fmt: skip
        text = (await site.get(f"{LIST}{query}")).text
        shown = re.findall(rf'<a href="{LIST}/([0-9a-f-]+)"', text)
        assert sorted(shown) == sorted(found), query
        if "sort" in query:
            assert shown == found, query
    book = rows_of((await site.get(f"{LIST}.xlsx?sort=applicant")).content)
    assert list(book[0]) == [
        "申报人", "项目", "批次", "状态", "推荐单位", "区县", "回执号", "提交（次）", "最近提交", "期限",
    ]  # fmt: skip
    assert [(row["申报人"], row["项目"], row["回执号"]) for row in book][1] == ("bob", "海水淡化膜", receipt)
    assert book[0]["项目"] == "=cmd()"  # a text, never a formula
    assert (await site.get(LIST, "unit:T-01")).status_code == 403


async def test_units_are_registered_and_changed_with_everything_wrong_at_its_field(site: TalentSite) -> None:
    given = {
        "id": "T-09",
        "name": "<样例>研究院",
        "credit_code": code(1),
        "contact_name": "科技处",
        "contact_email": "",
    }
    taken = await site.post("/talent/units", **given | {"contact_email": "k@example.cn"})
    assert (taken.status_code, 'id="wrong-unit-credit_code"' in taken.text) == (409, True)
    assert "&lt;样例&gt;研究院" in taken.text
    given["credit_code"] = code(9)
    assert 'id="wrong-unit-contact_email"' in (await site.post("/talent/units", **given)).text
    assert 'id="wrong-unit-credit_code"' in (await site.post("/talent/units", **given | {"credit_code": "91"})).text
    given["contact_email"] = "keji@example.cn"
    assert (await site.post("/talent/units", **given)).status_code == 303
    twice = await site.post("/talent/units", **given)
    assert (twice.status_code, 'id="wrong-unit-id"' in twice.text) == (409, True)
    page = (await site.get("/talent/units/T-09")).text
    assert "<code>T-09</code>" in page
    assert (await site.post("/talent/units/T-09", **given | {"name": "样例研究院"})).status_code == 303
    assert (await site.post("/talent/units/T-99", **given)).status_code == 404
    assert "keji@example.cn" in (await site.office.told())[-1][1]
    names = [row["名称"] for row in rows_of((await site.get("/talent/units.xlsx?text=研究院")).content)]
    assert names == ["样例研究院"]


async def test_a_record_of_dishonesty_keeps_a_mark_and_no_number(site: TalentSite) -> None:
    barred = await site.recommended("ann", 1)
    days = {"from_on": "2018-01-01", "until_on": "2019-12-31"}
    given = {"id_number": "123", "document_no": "样例惩〔2018〕1号", "reason": "伪造数据", **days}
    wrong = await site.post("/talent/bars", **given)
    assert (wrong.status_code, 'id="wrong-add-id_number"' in wrong.text) == (422, True)
    given["id_number"] = identity(1)
    assert (await site.post("/talent/bars", **given)).status_code == 303
    assert (await site.post("/talent/bars", **given)).status_code == 409
    async with site.office.engine.connect() as connection:
        bar = (await connection.execute(select(BAR))).mappings().one()
    assert identity(1) not in str(dict(bar))
    assert "科研失信惩戒期内不受理" in (await site.get(f"{LIST}/{barred}")).text
    assert identity(1) not in (await site.get("/talent/bars", "auditor")).text
    page = (await site.get("/talent/bars")).text
    assert f'<input type="hidden" name="bar_id" value="{bar["id"]}">' in page
    assert "记录编号" not in page
    end = {"bar_id": str(bar["id"]), "until_on": "2018-03-01", "reason": "文件更正"}
    early = await site.post("/talent/bars/end", **end | {"until_on": "2017-12-31"})
    assert (early.status_code, 'value="2017-12-31"' in early.text) == (422, True)
    assert (await site.post("/talent/bars/end", **end)).status_code == 303
    assert "惩戒期到 2019-12-31 → 2018-03-01：文件更正" in (await site.get("/talent/bars", "auditor")).text
    assert "科研失信惩戒期内不受理" not in (await site.get(f"{LIST}/{barred}")).text
    await Sealer(site.office.engine, TRAIL.tables, lambda: site.office.instant).seal()
    assert (await verify(site.office.engine, TRAIL)).faults == []


async def test_programs_do_the_same_over_the_api(site: TalentSite) -> None:
    id_ = await site.recommended("ann")
    api = "/talent/api"
    headers = {"x-role": "clerk"}
    order = {"id_number": identity(2), "document_no": "惩1号", "reason": "x", "from_on": "2018-01-01",
             "until_on": "2018-12-31"}  # fmt: skip
    assert (await site.browser.post(f"{api}/add-bar", json=order, headers=headers)).status_code == 200
    done = await site.browser.post(f"{api}/accept-clear", json={"applications": [id_]}, headers=headers)
    assert done.json() == {"result": [id_]}
    refused = await site.browser.post(f"{api}/open-call", json={"programme_id": "x"}, headers=headers)
    assert refused.status_code == 404
    forbidden = await site.browser.post(
        f"{api}/erase-applications", json={"applications": [id_], "reason": "x"}, headers=headers
    )
    assert forbidden.status_code == 403


async def test_the_search_of_the_site_finds_applications_units_and_calls(site: TalentSite) -> None:
    id_ = await site.office.submitted("ann", project="海水淡化膜")
    assert f'href="{LIST}/{id_}"' in (await site.get("/search?text=淡化")).text
    assert 'href="/talent/units/T-02"' in (await site.get("/search?text=样例大学 2")).text
    assert f'href="{CALLS}/{YOUNG_STAR}"' in (await site.get("/search?text=青年科技之星")).text


async def test_the_schedule_says_what_it_will_do_and_nobody_waits_for_corrections_in_the_dark(site: TalentSite) -> None:
    id_ = await site.recommended("ann")
    empty = (await site.post(f"{LIST}/{id_}/return", reason="", number="1")).text
    assert "请填写退回的原因" in empty
    async with site.office.engine.begin() as connection:
        await connection.execute(update(APPLICANT).values(name="安某"))
    assert re.search("安某：[^<]*<b>填写中</b>", (await site.get(f"{LIST}/{id_}")).text)  # by his name, not his login
    await site.post(f"{LIST}/{id_}/return", reason="请补材料", number="1")
    page = (await site.get("/talent/schedules")).text
    assert "退回修改的 1 份逾期终止" in page
    site.office.instant = datetime(2018, 3, 20, 2, 0, tzinfo=UTC)
    assert (await site.post("/talent/schedules/end-corrections")).status_code == 303
    assert (await site.office.row(id_))["state"] == "lapsed"


async def test_what_waits_is_counted_beside_its_line_for_whom_it_waits_for(site: TalentSite) -> None:
    await site.recommended("ann", 1)
    await site.office.submitted("bob", 2)
    counts = {role: await badges(site.running, Who(role, "", (grant,))) for role, grant in GRANTS.items()}
    assert counts == {
        "clerk": {"/talent/desk": 1, "/talent/applications": 1}, "unit": {"/talent/unit": 1}, "other": {},
        "auditor": {},
    }  # fmt: skip


async def test_what_waits_for_the_formal_check_and_who_asks_to_be_erased_stand_at_the_desk(site: TalentSite) -> None:
    id_ = await site.recommended("ann", 1)
    site.office.instant = datetime(2018, 3, 15, 2, 0, tzinfo=UTC)
    desk = (await site.get("/talent/desk")).text.partition("<main")[2]
    assert f'<a href="{LIST}/{id_}">形式审查</a>' in desk
    assert "ann 的项目" in desk
    assert '<th scope="col">项目、批次或姓名</th>' in desk
    assert '<th scope="col">单位</th>' not in desk
    assert "3 天" in desk
    person = (await site.office.row(id_))["applicant_id"]
    asked = await site.post("/talent/erasures/requests", applicant_id=person, reason="不再参加")
    assert asked.status_code == 303
    assert "不再参加" not in (await site.get("/talent/desk")).text
    head = (await site.get("/talent/desk", "head")).text.partition("<main")[2]
    assert '<a href="/talent/erasures">处理个人信息清除申请</a>' in head
    await site.post(f"{LIST}/{id_}/accept", number="1")
    assert (await site.office.row(id_))["state"] == "accepted"
    assert f"{LIST}/{id_}" not in (await site.get("/talent/desk")).text


async def test_the_desk_is_narrowed_only_by_programmes_there_are_calls_of(site: TalentSite) -> None:
    await site.recommended("ann", 1)
    desk = (await site.get("/talent/desk")).text
    assert f'<option value="{YOUNG_STAR}"' in desk
    assert '<option value="founder-2022"' not in desk
    kept = (await site.get(f"/talent/desk?kind={YOUNG_STAR}")).text
    assert "形式审查" in kept.partition("<main")[2]
