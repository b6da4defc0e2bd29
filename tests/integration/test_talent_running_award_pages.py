"""Awards that run, on pages: money with its reasons, changes, the end, what waits for whom, what the search finds."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import awards
from services.talent.store.application_tables import APPLICATION
from services.talent.store.award_tables import AWARD, INSTALMENT
from services.talent.usecases import applications, award_changes, calls
from services.talent.web.waiting import badges
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from tests.integration.award_hands import TEAM, YOUTH, Hands, apply, decide
from tests.integration.grant_hands import Grants
from tests.integration.talent_site import TalentSite, talent_site
from tests.integration.test_talent_award_pages import HEAD, OTHER, OWN, WHOLE, contract, mine, talent, twice_seen

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def test_the_end_before_its_time_is_seen_with_what_it_does_to_the_money(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running()
    await hands.paid(award_id, 1)
    address = f"/talent/awards/{award_id}"
    refused = await site.post(f"{address}/terminate", HEAD, reason="本人放弃", document_no="")
    assert (refused.status_code, "本人放弃" in refused.text) == (422, True)
    shown = await twice_seen(site, f"{address}/terminate", reason="本人放弃", document_no="样例文〔2018〕12号")
    assert "第 2 期停止拨付；建议追回已经拨付的资助" in shown.text
    assert "500,000.00 元" in shown.text
    assert (await hands.award(award_id))["state"] == "terminated"
    page = (await site.get(mine(award_id), await talent(site, award_id))).text
    assert "本人放弃" in page


async def test_changes_are_applied_for_said_of_and_decided(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running()
    me, address, unit = await talent(site, award_id), mine(award_id), f"/talent/unit/awards/{award_id}"
    empty = await site.post(f"{address}/changes/extension", me, months="很久", reason="")
    assert (empty.status_code, 'value="很久"' in empty.text, 'id="wrong-reason"' in empty.text) == (422, True, True)
    whole = WHOLE | {"typed:target-1-figure": "4", "typed:budget-labour-grant": "90"}
    wrong = await site.post(f"{address}/changes/plan", me, reason="设备到货晚", **whole)
    assert (wrong.status_code, 'href="#box-budget"' in wrong.text, "设备到货晚" in wrong.text) == (422, True, True)
    whole["typed:budget-labour-grant"] = "100"
    assert (await site.post(f"{address}/changes/plan", me, reason="设备到货晚", **whole)).status_code == 303
    assert (await site.post(f"{address}/changes/plan", me, reason="设备到货晚", **whole)).status_code == 409
    assert (await site.post(f"{address}/changes/unit", me, reason="调动", unit="样例大学 2")).status_code == 303
    assert (await site.get(f"{address}/changes/nothing", me)).status_code == 404
    async with site.office.engine.connect() as connection:
        plan, move = sorted(await awards.undecided(connection, award_id), key=lambda each: each["kind"])
    desk = (await site.get("/talent/unit/awards", OWN)).text
    assert "调整任务书：说意见" in desk
    assert "第 1 项考核指标的数值" in (await site.get(unit, OWN)).text
    said = {"change_id": plan["id"], "agrees": "yes", "opinion": "属实"}
    assert (await site.post(f"{unit}/say", OWN, **(said | {"agrees": ""}))).status_code == 422
    assert (await site.post(f"{unit}/say", OWN, **said)).status_code == 303
    assert (await site.post(f"{address}/withdraw-change", me, change_id=move["id"])).status_code == 303
    assert (await site.post(f"{address}/withdraw-change", me, change_id=move["id"])).status_code == 303
    office = f"/talent/awards/{award_id}"
    decision = {"change_id": plan["id"], "approved": "yes", "reason": "同意"}
    refused = await site.post(f"{office}/decide", HEAD, **decision)
    assert (refused.status_code, f'id="wrong-decide-{plan["id"]}-document_no"' in refused.text) == (422, True)
    await twice_seen(site, f"{office}/decide", document_no="样例文〔2019〕3号", **decision)
    row = await contract(site, award_id)
    assert (row["in_force"], row["number"]) == (2, 2)
    paper = (await site.get(f"{address}/print", me)).text
    assert "样例文〔2019〕3号" in paper
    assert "已撤回" in (await site.get(address, me)).text


async def test_the_new_unit_sees_what_it_would_take_once_it_is_asked_and_answers_once(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running()
    change = await apply(hands, award_id, "unit", unit_id="T-02")
    page, unit = f"/talent/unit/changes/{change}", f"/talent/unit/awards/{award_id}"
    assert (await site.get(page, OTHER)).status_code == 404
    said = {"change_id": change, "agrees": "yes", "opinion": "属实"}
    assert (await site.post(f"{unit}/say", OWN, **said)).status_code == 303
    assert f'{page}">变更到本单位' in (await site.get("/talent/unit/awards", OTHER)).text
    assert f'{page}">变更到本单位' not in (await site.get("/talent/unit/awards", OWN)).text
    shown = (await site.get(page, OTHER)).text
    assert ("样例项目" in shown, "论文" in shown, "样例理由" in shown) == (True, True, True)
    for role in (OWN, "unit:T-03"):
        assert (await site.get(page, role)).status_code == 404
        assert (await site.post(f"{page}/answer", role, agrees="yes", opinion="愿意")).status_code == 404
    assert (await site.get(unit, OTHER)).status_code == 404, "the award is not the new unit's yet"
    empty = await site.post(f"{page}/answer", OTHER, agrees="", opinion="条件<具备>")
    assert (empty.status_code, "wrong-answer-agrees" in empty.text, "条件&lt;具备&gt;" in empty.text) == (
        422,
        True,
        True,
    )
    assert (await site.post(f"{page}/answer", OTHER, agrees="yes", opinion="愿意接收")).status_code == 303
    assert (await site.post(f"{page}/answer", OTHER, agrees="yes", opinion="愿意接收")).status_code == 409
    office = f"/talent/awards/{award_id}"
    assert "同意接收" in (await site.get(office, HEAD)).text
    decision = {"change_id": change, "approved": "yes", "reason": "同意", "document_no": "样例文〔2019〕4号"}
    await twice_seen(site, f"{office}/decide", **decision)
    assert (await site.get(unit, OTHER)).status_code == 200


async def test_the_search_finds_an_award_by_its_number_and_its_project(site: TalentSite) -> None:
    award_id = await Hands(site.office).awarded()
    number = (await Hands(site.office).award(award_id))["contract_no"]
    for text in (number, "样例项目"):
        assert f"/talent/awards/{award_id}" in (await site.get(f"/search?text={text}")).text


async def test_what_waits_stands_at_the_desk_and_at_the_units_line(site: TalentSite) -> None:
    hands = Hands(site.office)
    await hands.selected("bob", order=2)
    award_id = await hands.awarded()
    number = await hands.confirmed(award_id)
    at_unit = [Who("u", "测试", (Grant(Role.UNIT, unit),), session="test") for unit in ("T-01", "T-02")]
    assert [(await badges(site.running, who)).get("/talent/unit/awards", 0) for who in at_unit] == [1, 0]
    await site.post(f"/talent/unit/awards/{award_id}/agree", OWN, number=str(number))
    desk = (await site.get("/talent/desk", HEAD)).text
    assert f'href="/talent/calls/{YOUTH}/awards"' in desk
    assert f'href="/talent/awards/{award_id}"' in desk
    assert "/talent/unit/account" not in await badges(site.running, at_unit[0])
    await twice_seen(site, f"/talent/awards/{award_id}/countersign", number=str(number), begins_on="")
    accounts = [(await badges(site.running, who)).get("/talent/unit/account", 0) for who in at_unit]
    assert accounts == [1, 0]  # its first instalment is released, and nobody knows where to
    change = await apply(hands, award_id, "extension", months=6)
    async with site.office.unit("T-01") as work:
        said = award_changes.SayOfChange(change_id=change, agrees=True, opinion="同意")
        await award_changes.say_of_change(work, said)
    await hands.schedule("2019-06-10")
    ahead = (await site.get("/talent/schedules")).text
    assert "到期的 1 项考核开放填报，并提醒" in ahead
    assert "到期、还没有提交的 1 项考核提醒" in ahead
    late = await hands.assessment(award_id, "yearly-1")
    hands.at("2019-07-30")
    desk = (await site.get("/talent/desk", HEAD)).text
    assert f'href="/talent/awards/{award_id}#changes"' in desk
    assert f'href="/talent/assessments/{late["id"]}"' in desk
    assert f'href="/talent/awards/{award_id}"' not in desk
    await hands.seen(award_id, "yearly-1")
    desk = (await site.get("/talent/desk", HEAD)).text
    assert "作出考核结论" in desk
    assert "考核逾期没有提交" not in desk.partition("<main")[2]
    async with site.office.unit() as work:  # nothing but the office frees what is held of an award that is over
        of_it = INSTALMENT.c.award_id == award_id
        await work.connection.execute(update(INSTALMENT).where(of_it).values(state="held"))
        await work.connection.execute(update(AWARD).where(AWARD.c.id == award_id).values(state="finished"))
    desk = (await site.get("/talent/desk", HEAD)).text
    assert f'<a href="/talent/awards/{award_id}">已结题，还有资助暂缓拨付</a>' in desk


async def test_a_talent_reads_his_money_with_its_reasons_and_the_ledger_is_the_offices(site: TalentSite) -> None:
    grants = Grants(site.office)
    award_id = await grants.hands.running()
    await grants.settled()
    (entry,) = await grants.entries(award_id)
    for address, role in ((mine(award_id), await talent(site, award_id)), (f"/talent/unit/awards/{award_id}", OWN)):
        page = (await site.get(address, role)).text
        assert "500,000.00 元" in page
        assert "任务书生效" in page.partition("怎样算出来的")[2]
        assert "/talent/ledger/" not in page
    assert f"/talent/ledger/{entry['id']}" in (await site.get(f"/talent/awards/{award_id}")).text


async def test_a_team_is_taken_over_by_who_is_registered_under_both_name_and_address(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    bob = f"applicant:{await site.office.applicant('bob')}"
    me, form = await talent(site, award_id), f"{mine(award_id)}/changes/leader"
    given = {"reason": "调离", "leader_name": "bob", "leader_email": "ann@example.cn"}
    refused = await site.post(form, me, **given)
    assert (refused.status_code, 'id="wrong-leader_email"' in refused.text) == (422, True)
    assert 'value="ann@example.cn"' in refused.text
    assert (await site.post(form, me, **(given | {"leader_email": "bob@example.cn"}))).status_code == 303
    async with site.office.engine.connect() as connection:
        (change,) = await awards.undecided(connection, award_id)
    assert "由bob接任" in (await site.get(f"/talent/unit/awards/{award_id}", OWN)).text
    page = f"/talent/mine/changes/{change['id']}"
    assert (await site.get(page, bob)).status_code == 404, "his unit has not spoken yet"
    assert "由您接任" not in (await site.get("/talent/mine", bob)).text
    async with site.office.unit("T-01") as work:
        said = award_changes.SayOfChange(change_id=change["id"], agrees=True, opinion="同意")
        await award_changes.say_of_change(work, said)
    first = (await site.get("/talent/mine", bob)).text
    assert "由您接任负责人，请在" in first
    assert f'href="{page}"' in first
    assert f'href="{page}"' not in (await site.get("/talent/mine", me)).text
    for other in (me, OWN):
        assert (await site.get(page, other)).status_code in {403, 404}
    shown = (await site.get(page, bob)).text
    assert "是否接任" in shown
    assert "项目计入您的在研项目" in shown
    empty = await site.post(f"{page}/answer", bob, agrees="", opinion="条件<具备>")
    assert (empty.status_code, "wrong-answer-agrees" in empty.text, "条件&lt;具备&gt;" in empty.text) == (
        422,
        True,
        True,
    )
    assert (await site.post(f"{page}/answer", me, agrees="yes", opinion="替他同意")).status_code == 404
    assert (await site.post(f"{page}/answer", bob, agrees="yes", opinion="愿意接任")).status_code == 303
    assert "同意接任" in (await site.get(f"/talent/awards/{award_id}", HEAD)).text
    mine_ = (await site.get(page, bob)).text
    assert ("调离" in mine_, "单位意见" in mine_) == (True, False), "he reads why, and not what the unit wrote of him"
    async with site.office.unit("head") as work:
        decided = award_changes.DecideChange(
            change_id=change["id"], approved=True, reason="情况属实", document_no="样例文〔2019〕3号"
        )
        await award_changes.decide_change(work, decided)
    assert [(await site.get(mine(award_id), who)).status_code for who in (bob, me)] == [200, 404]


async def test_money_that_may_be_paid_is_awaited_in_so_many_words(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running()
    me, awaited = await talent(site, award_id), "第 1 期资助 50 万元可以拨付，等项目办公室拨付"
    for page in ("/talent/mine", mine(award_id)):
        assert awaited in (await site.get(page, me)).text
    await hands.paid(award_id, 1)
    for page in ("/talent/mine", mine(award_id)):
        assert awaited not in (await site.get(page, me)).text


async def test_the_printed_contract_names_the_unit_that_signed_and_the_change_since(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running()
    hands.at("2019-03-01")
    await decide(hands, await apply(hands, award_id, "unit", unit_id="T-02"))
    paper = (await site.get(f"/talent/awards/{award_id}/print", HEAD)).text
    signed = paper.partition("<h3>签署</h3>")[2]
    assert ("样例大学 1" in signed, "样例大学 2" in signed) == (True, False)
    assert "变更到样例大学 2" in paper
    assert "样例文〔2019〕3号" in paper


async def test_who_says_no_reads_the_papers_no_longer(site: TalentSite) -> None:
    hands = Hands(site.office)
    award_id = await hands.running(programme=TEAM, amount="10000000", reason="评审第一名")
    person = await site.office.applicant("bob")
    bob, change = f"applicant:{person}", await apply(hands, award_id, "leader", applicant_id=person)
    page = f"/talent/mine/changes/{change}"
    async with site.office.unit("T-01") as work:
        said = award_changes.SayOfChange(change_id=change, agrees=True, opinion="同意")
        await award_changes.say_of_change(work, said)
    assert "样例理由" in (await site.get(page, bob)).text
    assert (await site.post(f"{page}/answer", bob, agrees="no", opinion="另有任务")).status_code == 303
    after = (await site.get(page, bob)).text
    assert ("样例理由" in after, 'id="contract"' in after, "另有任务" in after) == (False, False, True)


async def test_interest_has_no_amount_on_any_page(site: TalentSite) -> None:
    hands, office = Hands(site.office), site.office
    office.instant = datetime(2022, 9, 5, 2, 0, tzinfo=UTC)
    person = await office.applicant("eve")
    async with office.unit() as unit:
        await calls.plan_call(unit, calls.PlanCall(programme_id="founder-2022", document_no="样例文〔2022〕1号"))
        await calls.open_call(unit, calls.CallNamed(programme_id="founder-2022"))
        start = applications.StartApplication(programme_id="founder-2022", applicant_id=person)
        id_ = await applications.start_application(unit, start)
        chosen = update(APPLICATION).where(APPLICATION.c.id == id_)
        await unit.connection.execute(chosen.values(state="selected", unit_id="T-01", project="样例项目"))
    form = "/talent/calls/founder-2022/awards"
    assert "按贷款利息贴息" in (await site.get(form)).text
    await twice_seen(site, form, applications=id_, document_no="样例文〔2022〕9号")
    async with office.engine.connect() as connection:
        row = await awards.of_application(connection, id_)
    assert row is not None
    award_id, me = row["id"], f"applicant:{person}"
    assert "资助经费没有定额" in (await site.get(f"{mine(award_id)}/contract", me)).text
    number = await hands.confirmed(award_id, **{"milestone-1-on": "2023-06-30"})
    await site.post(f"/talent/unit/awards/{award_id}/agree", OWN, number=str(number))
    await twice_seen(site, f"/talent/awards/{award_id}/countersign", number=str(number))
    for address, role in (
        (mine(award_id), me), (f"/talent/unit/awards/{award_id}", OWN), (f"/talent/awards/{award_id}", HEAD),
        (f"{mine(award_id)}/print", me), ("/talent/mine", me), ("/talent/awards", HEAD),
    ):  # fmt: skip
        page = await site.get(address, role)
        assert page.status_code == 200
        assert " 0 万元" not in page.text.partition("考核指标")[0]
    assert "（第 3 年）" in (await site.get(f"/talent/awards/{award_id}", HEAD)).text


async def test_what_came_in_on_paper_is_written_down_over_the_api(site: TalentSite) -> None:
    hands = Hands(site.office)
    id_ = await hands.selected()
    hands.at("2018-06-20")

    async def asked(operation: str, role: str, order: Mapping[str, object]) -> httpx.Response:
        return await site.browser.post(f"/talent/api/{operation}", json=order, headers={"x-role": role})

    make = {"document_no": "样例文〔2018〕9号", "awards": [{"application_id": id_}]}
    assert (await asked("make-awards", "clerk", make)).status_code == 403
    (award_id,) = (await asked("make-awards", HEAD, make)).json()["result"]
    typed = {name.removeprefix("typed:"): text for name, text in WHOLE.items()}
    saved = await asked("save-contract", "clerk", {"award_id": award_id, "typed": typed, "based_on": 0})
    assert (saved.json()["result"]["version"], saved.json()["result"]["lacking"]) == (1, {})
    signed = {"award_id": award_id, "version": 1, "signed_by": "ann", "committed": True}
    assert (await asked("confirm-contract", "clerk", signed)).json()["result"] == 1
    assert (await asked("agree-to-contract", "clerk", {"award_id": award_id, "number": 1})).status_code == 200
    many = {"contracts": [{"award_id": award_id, "number": 1}]}
    assert (await asked("countersign-many", HEAD, many)).status_code == 200
    assert (await hands.award(award_id))["state"] == "running"
    assert (await asked("countersign", HEAD, {"award_id": award_id, "number": 1})).status_code == 409
