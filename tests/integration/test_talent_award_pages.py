"""Awards and their 任务书 on pages: made together, filled in, confirmed by talent and unit, put in force, printed."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.award_tables import CONTRACT
from tests.integration.award_hands import TEAM, TERMS, YOUTH, Hands
from tests.integration.talent_site import TalentSite, rows_of, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
OWN, OTHER, HEAD = "unit:T-01", "unit:T-02", "head"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
WHOLE = {f"typed:{name}": text for name, text in TERMS.items()} | {"typed:budget-labour-grant": "100"}
SIGN = {"do": "confirm", "signed_by": "Ann ", "committed": "yes"}


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


def mine(award_id: str) -> str:
    return f"/talent/mine/awards/{award_id}"


async def talent(site: TalentSite, award_id: str) -> str:
    return f"applicant:{(await Hands(site.office).award(award_id))['applicant_id']}"


async def contract(site: TalentSite, award_id: str) -> RowMapping:
    async with site.office.engine.connect() as connection:
        found = await connection.execute(CONTRACT.select().where(CONTRACT.c.award_id == award_id))
        return found.mappings().one()


async def twice_seen(site: TalentSite, address: str, role: str = HEAD, **data: str | list[str]) -> httpx.Response:
    """What a step would touch is shown, then confirmed as it was seen; both answers have to be fine."""
    shown = await site.post(address, role, **data)
    assert shown.status_code == 200, shown.text
    kept: dict[str, str | list[str]] = {}
    for name, value in HIDDEN.findall(shown.text):
        before = kept.get(name)
        kept[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    done = await site.post(address, role, **kept)
    assert done.status_code == 303, done.text
    return shown


async def test_awards_of_a_call_are_made_together_once_they_were_seen(site: TalentSite) -> None:
    hands = Hands(site.office)
    ids = [await hands.selected("ann", order=1), await hands.selected("bob", order=2)]
    address = f"/talent/calls/{YOUTH}/awards"
    assert "2 个" in (await site.get("/talent/awards")).text
    assert (await site.get(address)).text.count('name="applications"') == 0
    empty = await site.post(address, HEAD, applications=ids, document_no="")
    assert (empty.status_code, "请写明入选的文号" in empty.text) == (422, True)
    assert (await site.post(address, "clerk", applications=ids, document_no="样例文")).status_code == 403
    shown = await twice_seen(site, address, applications=ids, document_no="样例文〔2018〕9号")
    assert "ann · 样例项目" in shown.text
    assert shown.text.count("1,000,000.00 元") == 2
    assert shown.text.count("第 1 期") == 2
    assert (await site.post(address, HEAD, applications=ids, document_no="样例文〔2018〕9号")).status_code == 409
    book = rows_of((await site.get(f"/talent/awards.xlsx?programme={YOUTH}&sort=applicant")).content)
    assert [(row["负责人"], row["文号"], row["任务书"]) for row in book] == [
        ("ann", "样例文〔2018〕9号", "申报人填写中"), ("bob", "样例文〔2018〕9号", "申报人填写中"),
    ]  # fmt: skip
    assert "还没有入选项目" not in (await site.get("/talent/awards?state=running&year=2018&text=ann")).text


async def test_who_leads_a_project_that_runs_is_told_before_he_fills_anything_in(site: TalentSite) -> None:
    row = await site.office.row(await Hands(site.office).selected())
    me, told = f"applicant:{row['applicant_id']}", "您负责的在研项目“样例项目”还没有结束；同一人同时只承担一个在研项目"
    assert told in (await site.get("/talent/mine", me)).text
    draft = await site.office.started("ann", TEAM)
    assert told in (await site.get(f"/talent/mine/applications/{draft}", me)).text
    other = await site.office.started("bob", TEAM)
    bob = f"applicant:{(await site.office.row(other))['applicant_id']}"
    assert "您负责的在研项目" not in (await site.get(f"/talent/mine/applications/{other}", bob)).text


async def test_an_amount_up_to_a_ceiling_is_decided_one_by_one(site: TalentSite) -> None:
    id_ = await Hands(site.office).selected(programme=TEAM)
    address = f"/talent/calls/{TEAM}/awards"
    wrong = {"applications": id_, "document_no": "样例文", f"amount:{id_}": "<b>", f"reason:{id_}": ""}
    refused = await site.post(address, HEAD, **wrong)
    assert refused.status_code == 422
    assert f'id="wrong-amount:{id_}"' in refused.text
    assert f'id="wrong-reason:{id_}"' in refused.text
    assert 'value="&lt;b&gt;"' in refused.text
    above = await site.post(address, HEAD, **(wrong | {f"amount:{id_}": "1001", f"reason:{id_}": "第一名"}))
    assert above.status_code == 422
    assert 'value="1001"' in above.text
    uneven = await site.post(address, HEAD, **(wrong | {f"amount:{id_}": "800.00001", f"reason:{id_}": "第一名"}))
    assert f'id="wrong-amount:{id_}"' in uneven.text
    assert "决定的金额要到整元，写的是 8000000.10 元" in uneven.text
    shown = await twice_seen(site, address, **(wrong | {f"amount:{id_}": "800", f"reason:{id_}": "第一名"}))
    assert "8,000,000.00 元" in shown.text
    assert rows_of((await site.get("/talent/awards.xlsx")).content)[0]["资助（元）"] == 8_000_000


async def test_a_contract_is_filled_in_confirmed_by_both_and_put_in_force(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.awarded()
    me, address = await talent(site, award_id), mine(award_id)
    first = (await site.get("/talent/mine", me)).text
    assert re.search(r"填写并确认任务书</a>，到 2018-07-05", first)  # the day its letter states
    assert "已设立项目，接下来见入选项目" in first
    assert address in first
    page = (await site.get(address, me)).text
    assert all(told in page for told in ("待任务书生效", "待中期考核通过"))
    draft = (await site.get(f"{address}/contract", me)).text
    assert "请在 2018-07-05 前填好并确认" in draft
    assert 'name="typed:target-3-figure"' in draft
    assert "100 万元" in draft
    hostile = WHOLE | {"typed:budget-labour-grant": "99", "typed:target-1-figure": "<script>", "typed:goals": "\x01好"}
    refused = await site.post(f"{address}/contract", me, based_on="0", **hostile, **SIGN)
    assert refused.status_code == 422
    assert all(f'href="#box-{name}"' in refused.text for name in ("target-1-figure", "goals", "budget"))
    assert "&lt;script&gt;" in refused.text
    for twice in ("第 1 项考核指标的数值", "资助经费预算合计"):
        assert not re.search(f"{twice}</a>：{twice}", refused.text)
    assert 'value="Ann"' in refused.text
    assert (await contract(site, award_id))["state"] == "draft"
    unsigned = await site.post(f"{address}/contract", me, based_on="1", do="confirm", **WHOLE)
    assert all(f'href="#box-{name}"' in unsigned.text for name in ("committed", "signed_by"))
    assert "写明本人姓名" in unsigned.text
    stranger = await site.post(f"{address}/contract", me, based_on="2", **WHOLE, **(SIGN | {"signed_by": "安"}))
    assert stranger.status_code == 422
    assert re.search(r'id="wrong-signed_by">应由本人签署，姓名写“ann”，写的是“安”；.*“我的资料”', stranger.text)
    done = await site.post(f"{address}/contract", me, based_on="2", **WHOLE, **SIGN)
    assert (done.status_code, done.headers["location"]) == (303, f"{address}?done=confirmed")
    again = await site.post(f"{address}/contract", me, based_on="2", **WHOLE, **SIGN)
    assert again.status_code == 409
    assert (await contract(site, award_id))["number"] == 1
    waiting = (await site.get("/talent/mine", me)).text + (await site.get("/talent/unit/awards", OWN)).text
    assert re.search(
        r"等单位确认，请单位在 2018-07-05 前办理.*确认任务书（第 1 版）.*?2018-07-05 前", waiting, re.DOTALL
    )
    assert "确认任务书（第 1 版）" in (await site.get("/talent/unit/awards", OWN)).text
    assert "确认任务书（第" not in (await site.get("/talent/unit/awards", OTHER)).text
    unit = f"/talent/unit/awards/{award_id}"
    assert (await site.post(f"{unit}/agree", OTHER, number="1")).status_code == 404
    assert (await site.post(f"{unit}/agree", OWN, number="1")).status_code == 303
    assert (await site.post(f"{unit}/agree", OWN, number="1")).status_code == 409
    signed = await twice_seen(
        site, "/talent/awards/countersign", awards=[award_id], begins_on="2018-06-20", **{f"number:{award_id}": "1"}
    )
    assert "ann · 样例项目 · 第 1 期" in signed.text
    assert "待满足条件 → 可以拨付" in signed.text
    row = await hands.award(award_id)
    assert (row["state"], str(row["begins_on"])) == ("running", "2018-06-20")
    for part, who in (("mine", me), ("unit", OWN)):  # the application and its award lead to each other
        pages = [f"/talent/{part}/applications/{row['application_id']}", f"/talent/{part}/awards/{award_id}"]
        for page, other in (pages, reversed(pages)):
            assert f'href="{other}"' in (await site.get(page, who)).text, page
    page = (await site.get(address, me)).text
    assert "自 2018-06-20 执行" in page
    assert "2019-12-20" in page


async def test_what_another_window_saved_is_shown_beside_and_not_written_over(site: TalentSite) -> None:
    award_id = await Hands(site.office).awarded()
    me, address = await talent(site, award_id), f"{mine(award_id)}/contract"
    quick = {"accept": "application/json", "x-role": me}
    saved = await site.browser.post(address, data=WHOLE | {"based_on": "0"}, headers=quick)
    assert saved.json()["version"] == 1
    assert "资助经费合计 100 万元，应为 100 万元" in saved.json()["summary"]
    stale = await site.post(address, me, based_on="0", do="save", **(WHOLE | {"typed:goals": "另一种目标"}))
    assert stale.status_code == 409
    assert "另一处保存的是“目标”" in stale.text
    assert "另一种目标" in stale.text
    assert (await contract(site, award_id))["typed"]["goals"] == "目标"


async def test_it_is_returned_with_reasons_at_the_fields_and_both_versions_are_printed(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.awarded()
    me, unit = await talent(site, award_id), f"/talent/unit/awards/{award_id}"
    await hands.confirmed(award_id)
    empty = await site.post(f"{unit}/return", OWN, number="1", reason="", **{"defect:target-1-figure": "请提高"})
    assert (empty.status_code, 'id="wrong-return-reason"' in empty.text, "请提高" in empty.text) == (422, True, True)
    unknown = await site.post(f"{unit}/return", OWN, number="1", reason="指标低", **{"defect:nothing": "没有这一项"})
    assert unknown.status_code == 422
    back = {"defect:target-1-figure": "请提高", "number": "1", "reason": "指标太低"}
    assert (await site.post(f"{unit}/return", OWN, **back)).status_code == 303
    draft = (await site.get(f"{mine(award_id)}/contract", me)).text
    assert "退回时指出：请提高" in draft
    assert 'href="#box-target-1-figure"' in draft
    await hands.confirmed(award_id, **{"target-1-figure": "5"})
    assert (await site.post(f"{unit}/agree", OWN, number="2")).status_code == 303
    office = f"/talent/awards/{award_id}"
    given = {"number": "2", "reason": "科目不清", "defect:budget": "请细分"}
    assert (await site.post(f"{office}/return", "auditor", **given)).status_code == 403
    assert (await site.post(f"{office}/return", "clerk", **given)).status_code == 303
    await hands.confirmed(award_id, **{"target-1-figure": "6"})
    for place, role in ((mine(award_id), me), (unit, OWN), (office, "auditor")):
        paper = await site.get(f"{place}/print", role)
        assert paper.status_code == 200
        assert all(f"第 {number} 版" in paper.text for number in (1, 2, 3))
        assert "data-print" in paper.text
        assert paper.text.count("没有签署") == 3
    differences = (await site.get(office)).text
    assert "第 1 项考核指标的数值" in differences


async def test_everybody_elses_award_is_not_there_and_the_offices_pages_are_not_for_talents(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running()
    me, stranger = await talent(site, award_id), "applicant:somebody-else"
    for path in ("", "/contract", "/print", "/assessments/midterm", "/changes/plan"):
        assert (await site.get(f"{mine(award_id)}{path}", stranger)).status_code == 404
        assert (await site.get(f"{mine(award_id)}{path}", me)).status_code == 200
    assert (await site.post(f"{mine(award_id)}/contract", stranger, **WHOLE)).status_code == 404
    assert (await site.get(f"/talent/unit/awards/{award_id}", OTHER)).status_code == 404
    assert (await site.get(f"/talent/unit/awards/{award_id}/print", OTHER)).status_code == 404
    for path in ("/talent/awards", f"/talent/awards/{award_id}", "/talent/assessments"):
        assert (await site.get(path, me)).status_code == 403
        assert (await site.get(path, OWN)).status_code == 403
        assert (await site.get(path, "auditor")).status_code == 200
    assert (await site.post(f"/talent/awards/{award_id}/terminate", "clerk", reason="x")).status_code == 403
    assert (await site.get("/talent/mine/awards/nothing", me)).status_code == 404
