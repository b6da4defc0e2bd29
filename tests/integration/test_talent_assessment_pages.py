"""Assessments on pages: filled in beside the contract, seen by the unit, concluded with what that does to the money."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.integration.award_hands import DONE, Hands
from tests.integration.talent_site import TalentSite, rows_of, talent_site
from tests.integration.test_talent_award_pages import HEAD, OTHER, OWN, mine, talent, twice_seen

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
FILLED = {f"typed:{name}": text for name, text in DONE.items()} | {"typed:spent-labour-grant": "40"}
SIGN = {"do": "submit", "signed_by": "a nn", "committed": "yes"}
SAID = {"number": "1", "agrees": "yes", "opinion": "属实"}


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def midterm(site: TalentSite) -> tuple[Hands, str, str]:
    """An award whose mid-term may be filled in, its first instalment paid; the award and the assessment."""
    hands = Hands(site.office)
    award_id = await hands.running()
    await hands.paid(award_id, 1)
    await hands.schedule("2019-12-10")
    return hands, award_id, (await hands.assessment(award_id, "midterm"))["id"]


async def test_it_is_handed_in_as_typed_with_a_receipt_and_said_of_once(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    me, form = await talent(site, award_id), f"{mine(award_id)}/assessments/midterm"
    first = (await site.get("/talent/mine", me)).text
    assert f'{form}">填报' in first
    assert "到 2020-01-02" in first
    blank = await site.post(form, me, based_on="0", do="submit", signed_by="安")
    assert blank.status_code == 422
    lacking = ("target-1-figure", "progress", "spent-labour-own", "committed", "signed_by")
    assert all(f'href="#box-{name}"' in blank.text for name in lacking)
    poor = FILLED | {"typed:target-1-figure": "<1>", "typed:spent-labour-own": "5"}
    hostile = await site.post(form, me, based_on="0", **poor, **SIGN)
    assert (hostile.status_code, "&lt;1&gt;" in hostile.text, 'value="a nn"' in hostile.text) == (422, True, True)
    stale = await site.post(form, me, based_on="0", do="save", **(poor | {"typed:progress": "别的"}))
    assert (stale.status_code, "另一处保存的是“按计划完成”" in stale.text) == (409, True)
    poor["typed:target-1-figure"] = "2"
    done = await site.post(form, me, based_on="1", **poor, **SIGN)
    assert (done.status_code, done.headers["location"]) == (303, f"{form}?done=submitted")
    assert (await site.post(form, me, based_on="1", **poor, **SIGN)).status_code == 409
    row = await hands.assessment(award_id, "midterm")
    assert (row["state"], row["handed_in"]) == ("submitted", 1)
    receipt = (await site.get(f"{form}/receipts/1", me)).text
    assert "自筹经费：应到位 20 万元，已支出 5 万元，差 15 万元" in receipt
    assert "data-print" in receipt
    assert (await site.get(f"{form}/receipts/1", "applicant:somebody-else")).status_code == 404
    assert (await site.get(f"{form}/receipts/2", me)).status_code == 404
    unit = f"/talent/unit/assessments/{id_}"
    assert re.search(r"中期评估：说意见.*?2019-12-25 前", (await site.get("/talent/unit/awards", OWN)).text, re.DOTALL)
    now = (await site.get("/talent/mine", me)).text
    assert "中期评估：已提交，等单位说意见" in now
    assert "下次考核 2020-01-02" not in now
    assert (await site.get(unit, OTHER)).status_code == 404
    assert (await site.post(f"{unit}/say", OTHER, **SAID)).status_code == 404
    refused = await site.post(f"{unit}/say", OWN, **(SAID | {"opinion": ""}))
    assert (refused.status_code, 'id="wrong-say-opinion"' in refused.text) == (422, True)
    assert (await site.post(f"{unit}/say", OWN, **SAID)).status_code == 303
    assert (await site.post(f"{unit}/say", OWN, **SAID)).status_code == 409


async def test_it_is_seen_rectified_and_passed(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    me, form = await talent(site, award_id), f"{mine(award_id)}/assessments/midterm"
    await hands.seen(award_id, "midterm", **{"target-1-figure": "2"})
    office = f"/talent/assessments/{id_}"
    page = (await site.get(office, HEAD)).text
    assert "第 2 期暂缓拨付" in page
    assert "第 2 期停止拨付；建议追回" in page
    assert "属实" in page
    assert "作出结论" not in (await site.get(office, "auditor")).text
    plain = {"number": "1", "conclusion": "rectify", "reason": "论文不足"}
    wrong = await site.post(f"{office}/conclude", HEAD, **plain)
    assert 'id="wrong-conclude-rectify_until"' in wrong.text
    assert "论文不足" in wrong.text
    shown = await twice_seen(site, f"{office}/conclude", rectify_until="2020-03-31", **plain)
    assert "资助：第 2 期暂缓拨付" in shown.text
    assert "待满足条件 → 暂缓拨付" in shown.text
    assert await hands.states(award_id) == ["paid", "held"]
    again = (await site.get(form, me)).text
    assert "限期整改" in again
    assert "整改到 2020-03-31" in again
    assert (await site.post(form, me, based_on="1", **FILLED, **SIGN)).status_code == 303
    said = SAID | {"number": "2"}
    assert (await site.post(f"/talent/unit/assessments/{id_}/say", OWN, **said)).status_code == 303
    freed = await twice_seen(site, f"{office}/conclude", number="2", conclusion="passed", reason="整改到位")
    assert "暂缓拨付 → 可以拨付" in freed.text
    assert await hands.states(award_id) == ["paid", "released"]
    assert "通过：第 2 期可以拨付" in (await site.get(mine(award_id), me)).text
    assert (await hands.award(award_id))["state"] == "running"


async def test_it_is_failed_with_its_effect_seen_before(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    await hands.seen(award_id, "midterm", **{"target-1-figure": "0"})
    office = f"/talent/assessments/{id_}"
    order = {"number": "1", "reason": "没有成果"}
    refused = await site.post(f"{office}/conclude", HEAD, conclusion="passed", **order)
    assert (refused.status_code, 'id="wrong-conclude-despite"' in refused.text) == (409, True)
    assert (await site.post(f"{office}/conclude", "clerk", conclusion="failed", **order)).status_code == 403
    assert (await site.post(f"{office}/conclude", HEAD, conclusion="better", **order)).status_code == 422
    shown = await site.post(f"{office}/conclude", HEAD, conclusion="failed", **order)
    assert "资助：第 2 期停止拨付；建议追回已经拨付的资助，由项目办公室另行决定" in shown.text
    assert "待满足条件 → 停止拨付" in shown.text
    assert (await hands.award(award_id))["state"] == "running"
    await twice_seen(site, f"{office}/conclude", conclusion="failed", **order)
    assert (await hands.award(award_id))["state"] == "failed"
    page = (await site.get(f"{mine(award_id)}/assessments/midterm", await talent(site, award_id))).text
    assert "没有成果" in page
    assert "建议追回" in page
    late = await site.post(f"{office}/conclude", HEAD, conclusion="failed", **order)
    assert late.status_code == 409


async def test_a_mid_term_passes_with_targets_half_reached_and_no_word_more(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    await hands.seen(award_id, "midterm", **{"target-1-figure": "2"})
    page = (await site.get(f"/talent/assessments/{id_}", HEAD)).text
    assert "任务书要求 3" in page, "what is still to be done is said all the same"
    order = {"number": "1", "conclusion": "passed", "reason": "进展正常"}
    await twice_seen(site, f"/talent/assessments/{id_}/conclude", **order)
    assert await hands.states(award_id) == ["paid", "released"]


async def test_it_is_passed_despite_what_does_not_match_for_a_reason(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    await hands.seen(award_id, "midterm", **{"target-1-figure": "2"})
    order = {"number": "1", "conclusion": "passed", "reason": "按材料", "despite": "录用待刊"}
    await twice_seen(site, f"/talent/assessments/{id_}/conclude", **order)
    assert await hands.states(award_id) == ["paid", "released"]
    assert "按材料；录用待刊" in (await site.get(f"/talent/assessments/{id_}")).text


async def test_it_is_returned_with_reasons_at_the_fields_by_unit_and_office(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    me, form = await talent(site, award_id), f"{mine(award_id)}/assessments/midterm"
    await hands.hand_in(award_id, "midterm")
    back = {"number": "1", "reason": "请补充", "defect:target-1-figure": "附清单"}
    unit = f"/talent/unit/assessments/{id_}"
    long = await site.post(f"{unit}/return", OWN, **(back | {"defect:progress": "写" * 501}))
    assert (long.status_code, 'id="wrong-defect:progress"' in long.text, "附清单" in long.text) == (422, True, True)
    assert (await site.post(f"{unit}/return", OWN, **back)).status_code == 303
    page = (await site.get(form, me)).text
    assert "退回时指出：附清单" in page
    assert "请补充" in page
    await hands.seen(award_id, "midterm")
    office = f"/talent/assessments/{id_}"
    assert (await site.post(f"{office}/return", "auditor", **back)).status_code == 403
    assert (await site.post(f"{office}/return", "clerk", **(back | {"number": "2"}))).status_code == 303
    assert (await hands.assessment(award_id, "midterm"))["state"] == "returned"


async def test_what_is_late_is_listed_with_its_reminders_and_can_be_failed(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    await hands.schedule("2020-01-03")
    book = rows_of((await site.get("/talent/assessments.xlsx?when=late&kind=midterm")).content)
    assert [(row["负责人"], str(row["到期"])[:10], row["逾期"], str(row["最近提醒"])[:10]) for row in book] == [
        ("ann", "2020-01-02", "已逾期", "2020-01-03")
    ]
    assert "没有符合条件的记录" in (await site.get("/talent/assessments?when=soon")).text
    page = (await site.get(f"/talent/assessments/{id_}", HEAD)).text
    assert 'value="failed"' in page
    assert 'value="passed"' not in page
    await twice_seen(site, f"/talent/assessments/{id_}/conclude", number="0", conclusion="failed", reason="逾期不交")
    assert (await hands.award(award_id))["state"] == "failed"


async def test_the_office_reminds_by_hand_exactly_of_what_is_due_or_late_as_it_was_shown(site: TalentSite) -> None:
    hands, award_id, id_ = await midterm(site)
    me, here = await talent(site, award_id), "/talent/assessments"
    later = (await hands.hand_in(award_id, "yearly-1"))["id"]
    await hands.schedule("2019-12-27")
    hands.at("2019-12-28")
    told = len(await hands.told("talent.assessment.due.v1"))
    assert 'name="assessments"' not in (await site.get(here, "auditor")).text
    assert (await site.post(here, "auditor", which="due")).status_code == 403
    assert "没有选中任何一项" in (await site.post(here, which="chosen")).text
    nobody = await site.post(here, which="late")
    assert (nobody.status_code, "没有可以提醒的" in nobody.text) == (409, True)
    wrong = await site.post(here, which="chosen", assessments=[id_, later])
    assert (wrong.status_code, "“样例项目 · 年度报告”已经提交，或 30 天以内不到期" in wrong.text) == (409, True)
    assert f'value="{id_}" checked' in wrong.text
    shown = await twice_seen(site, here, "clerk", which="due")
    assert (shown.text.count("《人才项目考核提醒》"), "<td>ann</td>" in shown.text) == (2, True)
    assert len(await hands.told("talent.assessment.due.v1")) == told + 1
    again = await site.post(here, which="chosen", assessments=id_)
    assert (again.status_code, "今天都已提醒过" in again.text) == (409, True)
    await twice_seen(site, here, "clerk", which="chosen", assessments=id_, again="yes")
    sent = await hands.told("talent.assessment.due.v1")
    assert [(each["assessment_id"], each["days_left"]) for each in sent[told:]] == [(id_, 5)] * 2
    assert "2019-12-28" in (await site.get(f"{here}/{id_}")).text
    form = f"{mine(award_id)}/assessments/midterm"
    assert (await site.post(form, me, based_on="0", **FILLED, **SIGN)).status_code == 303
    done = await site.post(here, which="due", again="yes")
    assert (done.status_code, "没有可以提醒的" in done.text) == (409, True)


async def test_what_a_yearly_report_held_is_resumed(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running()
    await hands.schedule("2019-06-10")
    await hands.seen(award_id, "yearly-1")
    id_ = (await hands.assessment(award_id, "yearly-1"))["id"]
    shown = await twice_seen(
        site, f"/talent/assessments/{id_}/conclude", conclusion="failed", number="1", reason="空洞"
    )
    assert "ann · 样例项目 · 年度报告（第 1 年）" in shown.text
    assert "年度报告（第 2 年）" in (await site.get("/talent/assessments")).text
    assert await hands.states(award_id) == ["held", "held"]
    office = f"/talent/awards/{award_id}"
    empty = await site.post(f"{office}/resume", HEAD, reason="")
    assert (empty.status_code, 'id="wrong-resume-reason"' in empty.text) == (422, True)
    shown = await twice_seen(site, f"{office}/resume", reason="已补报")
    assert "暂缓拨付 → 可以拨付" in shown.text
    assert await hands.states(award_id) == ["released", "waiting"]
    assert (await site.post(f"{office}/resume", HEAD, reason="已补报")).status_code == 409
