"""A new person's whole way through a talent programme, by the pages alone: from an account of his own to the second
instalment, every step with its letter. The tests go on from one another, in their order."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import talents
from tests.journeys.city import line_with, running
from tests.journeys.conftest import Played
from tests.journeys.people import CHROMIUM, Person, chromium
from tests.journeys.talents import CALLS, DESK, LETTERS, MINE

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="没有 chromium：没有在真实浏览器里做过"),
    pytest.mark.one_story,
]
PROGRAMME, TITLE = "outstanding-youth-2019", "大连市杰出青年科技人才（2019 年度）"
ME, NAME, PROJECT = "lin.zhi", "林志新", "海水淡化膜样例项目"
APPLICATIONS = f"/talent/applications?programme={PROGRAMME}"
MIDTERM = f"/talent/assessments?text={NAME}&kind=midterm"
NOT_ASKED = ("sex", "employed_on", "since")
"""No condition of this year looks at them."""
FORM = talents.answers(NAME, date(1985, 5, 6), project=PROJECT, email=f"{ME}@example.cn")
HALF = "500,000.00"

TEAM, TEAM_TITLE, LEADING = (
    "innovation-team-2018",
    "大连市重点领域创新团队支持计划（2018 年度）",
    "港口智能装备样例项目",
)
STAR, STAR_TITLE, MINE_ALONE = "young-star-2022", "兴连英才计划青年科技之星（2022 年度）", "深海涂层样例项目"


class Cast(NamedTuple):
    """Everybody at his own browser; the unit works without JavaScript."""

    me: Person
    unit: Person
    clerk: Person
    head: Person
    finance: Person


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, played: Played) -> Iterator[str]:
    with running(played.copied(tmp_path_factory.mktemp("demo")), "up") as process:
        found = re.search(r"http://[0-9.:]+", line_with(process.stdout, "请用浏览器打开"))
        assert found is not None
        yield found[0]


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def cast(site: str, browser: Browser) -> Cast:
    clerk = Person(browser, site, "clerk")
    me = talents.registers(browser, site, clerk, ME, NAME)
    unit = Person(browser, site, "unit", script=False)
    return Cast(me, unit, clerk, Person(browser, site, "head"), Person(browser, site, "finance"))


def test_a_team_applies_to_a_call_the_office_opened_and_each_member_answers_in_his_own_mail(
    cast: Cast, site: str, browser: Browser
) -> None:
    leader = Person(browser, site, "newcomer", script=False)
    talents.opens_call(cast.clerk, TEAM, "样例科发〔2019〕9号")
    form = talents.starts(leader, TEAM_TITLE)
    talents.types(leader, talents.answers("吴新人", date(1980, 4, 1), project=LEADING, together="2015-01-01"))
    leader.page.locator("input[name=unit]").fill("样例大学 1")
    for number in (1, 2, 3):
        leader.page.locator("input[name=member_name]").fill(f"样例成员 {number}")
        leader.page.locator("input[name=member_email]").fill(f"member-{number}@example.cn")
        leader.press("加入名单，发邮件请本人确认")
        leader.sees("已发邮件请这位成员本人确认", f"样例成员 {number}")
    talents.attaches(leader, "identity", "members", "works", "unit")
    talents.signs(leader, "吴新人", "提交申报")
    leader.sees("处要改正", "样例成员 1")
    for number in (1, 2, 3):
        member = talents.window(browser)
        member.goto(talents.mailed(cast.clerk, f"member-{number}@example.cn", "团队"))
        expect(member.locator("main")).to_contain_text(LEADING)
        member.get_by_role("button", name="同意参加").click()
        expect(member.locator("main")).to_contain_text("您的答复已收到")
        member.context.close()
    leader.go(form)
    talents.hands_in(leader, "吴新人")
    talents.recommends(cast.unit, LEADING, "样例成员 1", "样例成员 3", "已确认")
    talents.gets(leader, "人才申报回执", "人才申报已由单位推荐")


def test_where_the_review_is_blind_the_expert_learns_no_name(cast: Cast, site: str, browser: Browser) -> None:
    star = Person(browser, site, "newcomer", script=False)
    talents.opens_call(cast.clerk, STAR, "样例科发〔2019〕10号")
    talents.starts(star, STAR_TITLE)
    basis = "吴新人在样例大学 1 完成三项成果。"
    typed = talents.answers("吴新人", date(1995, 4, 1), project=MINE_ALONE, basis=basis, requested="10")
    talents.types(star, typed)
    star.page.locator("input[name=unit]").fill("样例大学 1")
    talents.attaches(star, "identity", "degree")
    talents.hands_in(star, "吴新人")
    talents.recommends(cast.unit, MINE_ALONE, "10 名")
    talents.opens(cast.clerk, f"/talent/applications?programme={STAR}", "吴新人")
    talents.accepts(cast.clerk)
    expert = Person(browser, site, talents.draws(cast.clerk, STAR)[0])
    talents.takes(expert, STAR_TITLE)
    talents.nothing_disturbs(expert)
    expert.sees("盲评", MINE_ALONE, "完成三项成果")
    for hidden in ("吴新人", "样例大学 1", typed["id_number"][-4:], typed["email"], typed["phone"]):
        expert.sees_not(hidden)


def test_somebody_new_registers_fills_in_the_form_which_saves_itself_and_hands_it_in(cast: Cast) -> None:
    me = cast.me
    me.go(MINE)
    me.sees(NAME, "还没有申报", TITLE, "每人资助 100 万元")
    form = talents.starts(me, TITLE)
    talents.nothing_disturbs(me)
    talents.types(me, FORM | {"phone": "1380000"})
    expect(me.page.locator("[data-saved]")).to_contain_text("草稿已保存")
    expect(me.page.locator("#box-phone-wrong")).not_to_be_empty()
    me.go(form)
    me.sees(f"已填 {len(FORM) - len(NOT_ASKED)} / 19 项")
    assert me.page.locator('[name="typed:project"]').input_value() == PROJECT
    assert FORM["id_number"] not in me.page.content()
    me.sees(FORM["id_number"][-4:])
    talents.types(me, {"phone": FORM["phone"]})
    me.page.locator("input[name=unit]").fill("样例大学 1")
    talents.attaches(me, "identity")
    talents.signs(me, NAME, "提交申报")
    me.sees("处要改正", "代表性论文、专利和成果")
    talents.attaches(me, "works")
    talents.hands_in(me, NAME)
    me.go(MINE)
    me.sees("单位推荐，或退回修改", "推荐单位", "2019-04-12")
    talents.gets(me, "人才申报回执")


def test_the_unit_recommends_within_its_quota_and_is_written_to(cast: Cast) -> None:
    talents.gets(cast.unit, "人才申报待推荐", at=f"{DESK}/letters")
    talents.recommends(cast.unit, PROJECT, NAME, "本单位的推荐名额", "还可推荐", "3 名")
    cast.unit.go(DESK)
    row = cast.unit.page.locator("section[aria-labelledby=calls] tr", has_text=TITLE)
    assert row.locator("td.num").all_inner_texts() == ["1", "3"]
    cast.me.go(MINE)
    cast.me.sees("形式审查：受理、退回修改或不受理", "项目办公室")
    talents.gets(cast.me, "人才申报已由单位推荐")


def test_the_office_returns_it_with_defects_at_the_fields_and_he_puts_them_right_in_time(cast: Cast) -> None:
    me, clerk = cast.me, cast.clerk
    talents.opens(clerk, APPLICATIONS, NAME)
    clerk.page.locator('textarea[name="defect:goals"]').fill("没有写明可考核的指标")
    clerk.page.locator("section[aria-labelledby=content]").get_by_label("退回的原因").fill("请补充指标")
    clerk.press("退回修改")
    clerk.sees("退回的原因", "请补充指标", "可以改到 2019-03-08")
    me.go(MINE)
    me.sees("申报被退回", "2019-03-08（含当日）前")
    talents.gets(me, "人才申报退回修改")
    me.go(MINE)
    me.follow("去修改")
    me.sees("退回时指出：没有写明可考核的指标", "请补充指标", "修改到 2019-03-08")
    talents.types(me, {"goals": "两年内完成样机一台，申请专利三项，完成中试。"})
    talents.hands_in(me, NAME)
    talents.recommends(cast.unit, PROJECT, "有 1 处改动")
    talents.opens(clerk, APPLICATIONS, NAME)
    clerk.sees("第 2 次提交", "上一次：两年内完成样机和中试，形成两项标准。")
    talents.accepts(clerk)
    me.go(MINE)
    me.sees("专家评审、排名，入选名单公示")
    talents.gets(me, "人才申报受理")


def test_experts_are_drawn_and_mark_it_without_seeing_one_another(cast: Cast, site: str, browser: Browser) -> None:
    accounts = talents.draws(cast.clerk, PROGRAMME)
    assert len(accounts) == 3
    for number, account in enumerate(accounts):
        expert = Person(browser, site, account, script=False)
        talents.takes(expert, TITLE)
        expert.sees(PROJECT)
        expert.sees_not("只有第")
        talents.marks(expert, ("36", "31", "13", "9"), f"只有第 {number} 位专家写得出的理由")
        assert expert.complaints == []


def test_he_is_ranked_public_for_five_working_days_and_selected(cast: Cast) -> None:
    me, clerk, head = cast.me, cast.clerk, cast.head
    ranking = f"{CALLS}/{PROGRAMME}/ranking"
    clerk.go(ranking)
    clerk.press("排名")
    clerk.confirm(NAME)
    clerk.sees(NAME, "89")
    head.go(ranking)
    head.press("看看会公示谁")
    head.confirm(PROJECT, "人才计划入选公示")
    me.go(MINE)
    me.sees("公示期满、没有成立的异议即确定入选")
    me.follow(TITLE)
    me.follow("评审结果和异议")
    me.sees("拟入选，公示中", "89", "第 1 名")
    talents.gets(me, "人才计划入选公示")
    head.go(f"/public/rounds/{PROGRAMME}")
    head.sees(NAME, "样例大学 1")
    talents.moves_to(clerk, ranking, "已入选")
    me.go(MINE)
    me.sees("签订任务书，按期拨付和考核")


def test_the_contract_is_generated_confirmed_by_him_and_his_unit_countersigned_and_printed(cast: Cast) -> None:
    me, unit, head = cast.me, cast.unit, cast.head
    head.go(f"{CALLS}/{PROGRAMME}/awards")
    head.page.locator("tr", has_text=NAME).get_by_role("checkbox").check()
    head.fill("入选的文号", "样例科发〔2019〕21号")
    head.press("看一看设立会动到什么")
    head.confirm(PROJECT, "人才计划入选通知")
    talents.gets(me, "人才计划入选通知")
    me.go(MINE)
    me.sees("100 万元", "填写并确认任务书")
    me.follow("填写并确认任务书")
    talents.nothing_disturbs(me)
    assert me.page.locator('[name="typed:project"]').input_value() == PROJECT
    assert "申请专利三项" in me.page.locator('[name="typed:goals"]').input_value()
    talents.types(me, {"target-1-name": "样机", "target-1-figure": "1", "target-1-unit": "台"})
    talents.types(me, {"budget-equipment-grant": "60", "budget-materials-own": "50"})
    talents.signs(me, NAME, "确认任务书")
    me.sees("资助经费预算合计 60 万元，应等于资助金额 100 万元")
    talents.types(me, {"budget-labour-grant": "40"})
    talents.signs(me, NAME, "确认任务书")
    me.sees("任务书等单位确认")
    talents.opens(unit, f"{DESK}/awards", PROJECT)
    unit.press("确认任务书")
    unit.sees("打印任务书")
    talents.gets(me, "任务书已确认")
    talents.opens(head, "/talent/awards?contract=agreed", NAME)
    head.press("看一看签署会动到什么")
    head.confirm(HALF, "任务书生效")
    talents.gets(me, "任务书生效", "资助核算结果")
    me.go(MINE)
    me.follow(PROJECT)
    me.follow("打印任务书")
    printed = me.page.locator("body")
    for words in (PROJECT, NAME, "样例大学 1", "已签署", "样机", "100 万元"):
        expect(printed).to_contain_text(words)


def test_the_first_instalment_is_approved_by_the_head_and_paid_by_finance(cast: Cast) -> None:
    talents.pays(cast.clerk, cast.head, cast.finance, PROJECT, HALF, 2019, "样例财〔2019〕31号")
    talents.gets(cast.me, "资助拨付")
    talents.gets(cast.unit, "资助拨付", at=f"{DESK}/letters")
    talents.opens(cast.me, MINE, PROJECT)
    cast.me.sees("样例财〔2019〕31号", "中期评估")


def test_a_year_later_the_mid_term_is_handed_in_and_passed(cast: Cast) -> None:
    me, unit, clerk, head = cast.me, cast.unit, cast.clerk, cast.head
    talents.opens(me, MINE, PROJECT)
    award = me.page.url.removeprefix(me.site)
    talents.moves_to(clerk, f"{MIDTERM}&state=open", NAME)
    talents.gets(me, "人才项目考核提醒")
    me.go(f"{award}/assessments/midterm")
    talents.nothing_disturbs(me)
    talents.types(me, {"target-1-figure": "1", "spent-equipment-grant": "55", "spent-labour-grant": "10"})
    talents.types(me, {"spent-materials-own": "40", "progress": "样机完成，正在中试。", "outputs": "样机一台"})
    talents.signs(me, NAME, "提交考核材料")
    me.sees("回执")
    talents.opens(unit, f"{DESK}/awards", PROJECT)
    unit.page.get_by_label("同意", exact=True).check()
    unit.fill("意见", "经费到位，进展属实")
    unit.press("提交意见")
    unit.sees("经费到位，进展属实")
    talents.gets(me, "考核材料回执")
    talents.opens(head, MIDTERM, NAME)
    head.page.locator("input[name=conclusion][value=passed]").check()
    head.page.locator("section[aria-labelledby=conclude]").get_by_label("理由", exact=True).fill("指标完成，自筹到位")
    head.press("看一看结论会动到什么")
    head.confirm(HALF, "人才项目考核结论")
    talents.gets(me, "人才项目考核结论")
    me.go(award)
    me.sees("通过：第 2 期可以拨付")


def test_the_second_instalment_is_paid_out_of_the_budget_of_its_year(cast: Cast) -> None:
    me, clerk, head = cast.me, cast.clerk, cast.head
    head.go("/talent/budgets")
    for name, text in (("year", "2020"), ("amount", "9000000"), ("document_no", "样例财〔2020〕2号")):
        head.page.locator(f"section[aria-labelledby=set] input[name={name}]").fill(text)
    head.press("设定")
    head.confirm("预算设定")
    talents.pays(clerk, head, cast.finance, PROJECT, HALF, 2020, "样例财〔2020〕5号")
    talents.opens(me, MINE, PROJECT)
    me.sees("样例财〔2019〕31号", "样例财〔2020〕5号")
    me.go(LETTERS)
    assert me.page.locator("table.list tr", has_text="资助拨付").count() == 2
    assert [each.complaints for each in cast] == [[]] * len(cast)
