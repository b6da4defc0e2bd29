"""Each role at its own work in one demo city, and what goes wrong at a desk: two presses, the back button, a session
that ends while somebody types, two people in one form. Every test has units of its own, so their order is free."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from services.demo.next_year import EXPERTS
from services.onebox.demo_logins import KNOWN_TO_ALL, PLAYERS
from tests.journeys import roles
from tests.journeys.city import line_with, running
from tests.journeys.conftest import Played
from tests.journeys.people import CHROMIUM, Person, chromium
from tests.journeys.roles import ELSEWHERE, MINE, PAYMENTS, REPORTS
from tests.journeys.test_a_year_in_the_browser import FIGURES
from tests.visitor import FILES, kind_of

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 chromium：没有在真实浏览器里做过")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, played: Played) -> Iterator[str]:
    data = played.copied(tmp_path_factory.mktemp("demo"))
    with running(data, "up") as process:
        found = re.search(r"http://[0-9.:]+", line_with(process.stdout, "请用浏览器打开"))
        assert found is not None
        roles.add_people(data)
        yield found[0]


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    with chromium() as made:
        yield made


def box(person: Person, name: str) -> str:
    return person.page.locator(f'[name="typed:{name}"]').input_value()


def types(person: Person, **figures: str) -> None:
    for name, text in figures.items():
        person.page.locator(f'[name="typed:{name}"]').fill(text)


def test_the_district_reviews_its_own_units_and_sees_no_others(site: str, browser: Browser) -> None:
    district = Person(browser, site, "district")
    district.go("/incubator/desk")
    district.sees("高新园区", "样例众创空间 23", "样例众创空间 33")
    district.page.locator("tr", has_text="样例众创空间 23").get_by_role("link").first.click()
    district.fill("初审意见", "现场看过，场地和团队属实")
    district.press("登记初审意见")
    district.sees("推荐")
    expect(district.page.get_by_label("初审意见")).to_have_value("现场看过，场地和团队属实")
    district.page.get_by_label("推荐", exact=True).check()
    district.press("登记初审意见")
    district.sees("初审意见已登记", "现场看过，场地和团队属实")
    district.go(f"{REPORTS}/2019-makerspace-Z33")
    district.press("退回")
    district.sees("至少")
    district.page.locator("td.defect textarea").first.fill("与上年的租赁合同对不上，请核对")
    district.press("退回")
    district.sees("已退回", "与上年的租赁合同对不上")
    district.go("/incubator/desk")
    district.sees_not("样例众创空间 23")
    district.sees_not("样例众创空间 33")
    district.go(f"{REPORTS}?round=2019-makerspace")
    rows = district.page.locator("table.list tbody tr")
    assert rows.count() == rows.filter(has_text="高新园区").count() == 6
    assert roles.opened(district, ELSEWHERE) == 404
    status, _ = roles.sends(district, f"{ELSEWHERE}/district", [("version", "1"), ("recommended", "yes")])
    assert status == 404


def test_experts_score_with_reasons_blind_to_each_other_and_step_back(site: str, browser: Browser) -> None:
    first, clerk = Person(browser, site, "expert"), Person(browser, site, "clerk")
    first.go("/incubator/reviews")
    first.press("接受所选")
    first.sees("请勾选“没有利害关系”")
    first.tick("我与所选单位")
    first.press("接受所选")
    first.sees("已接受，可以开始评分")
    link = first.page.locator("tr", has_text="已接受").get_by_role("link").first
    unit, name = str(link.get_attribute("href")), link.inner_text()
    link.click()
    first.page.locator("input[name^='mark:']").first.fill("3")
    first.press("保存评分")
    first.sees("理由至少写", "您填的内容都还在")
    assert first.page.locator("input[name^='mark:']").first.input_value() == "3"
    first.page.locator("textarea[name^='reason:']").first.fill("只有孙专家写得出的理由")
    first.press("保存评分")
    first.sees("评分已保存并计入")
    clerk.go("/incubator/rounds/2019-incubator/experts")
    drawn = clerk.page.locator("tr", has_text=name).locator("a[href^='/incubator/experts/']").all_inner_texts()
    account = next(account for _, account, who, *_ in EXPERTS if who in drawn and account != "expert")
    second = Person(browser, site, account)
    second.go(unit)
    second.sees(name)
    second.sees_not("只有孙专家写得出的理由")
    second.sees_not("孙专家")
    second.page.locator("form[action$=conflict] textarea").fill("与该单位负责人是师生")
    second.press("回避这家单位")
    second.sees("已记下您的回避")
    clerk.go("/incubator/rounds/2019-incubator/experts")
    clerk.sees("与该单位负责人是师生")
    assert roles.opened(first, "/incubator/reviews/2019-makerspace-Z01") == 404
    assert first.complaints == second.complaints == []


def test_the_auditor_reads_everything_and_changes_nothing(site: str, browser: Browser) -> None:
    head, auditor = Person(browser, site, "head"), Person(browser, site, "auditor")
    full = (PAYMENTS, "/incubator/budgets", "/incubator/schedules", "/talent/schedules", "/talent/payments")
    waiting, seen, actions = [*full, *roles.places(auditor)], set[str](), set[str]()
    while waiting and len(seen) < 30:
        path = waiting.pop(0)
        if kind_of(path) in seen or path.endswith(FILES):
            continue
        seen.add(kind_of(path))
        assert roles.opened(auditor, path) == 200, path
        assert roles.posts(auditor.page) <= {"/audit/verify"}, path  # that only reads
        waiting += roles.links(auditor.page)
        if len(seen) < 20 and roles.opened(head, path) == 200:
            actions |= roles.posts(head.page)
    assert len(actions) >= 8
    roles.opened(auditor, PAYMENTS)
    for action in sorted(actions - {"/audit/verify"}):
        status, text = roles.sends(auditor, action)
        assert (status, "没有这个角色" in text) == (403, True), action
    assert auditor.complaints == []


def test_who_proposes_a_payment_does_not_approve_it(site: str, browser: Browser) -> None:
    head, other = Person(browser, site, "head"), Person(browser, site, "head2")
    head.go(f"{PAYMENTS}?state=approved")
    row = head.page.locator("input[name=subsidy_ids]").first
    chosen = row.get_attribute("value")
    assert chosen is not None
    row.check()
    head.fill("撤回的理由", "金额要再核对一次")
    head.press("撤销批准")
    head.confirm()
    head.go(f"{PAYMENTS}/unproposed")
    head.page.locator(f"input[value='{chosen}']").check()
    head.fill("列入哪一年的预算", "2019")
    head.press("提出选中的")
    head.confirm()
    for path in (f"{PAYMENTS}?state=proposed&text={chosen}", f"/incubator/subsidies/{chosen}"):
        head.go(path)
        head.sees("您本人提出的")
        assert head.page.get_by_role("button", name=re.compile("^批准")).count() == 0
    status, text = roles.sends(head, f"{PAYMENTS}/approve", [("subsidy_ids", chosen)])
    assert (status, "您本人提出的，须由他人批准" in text) == (403, True)
    other.go(f"{PAYMENTS}?state=proposed")
    other.page.locator(f"input[value='{chosen}']").check()
    other.press("批准选中的")
    seen = other.page.locator(".foreseen input[name=confirmed]").input_value()
    other.page.reload()  # sends the question again; it is still a question
    other.sees("现在还没有执行")
    other.confirm()
    status, text = roles.sends(other, f"{PAYMENTS}/approve", [("subsidy_ids", chosen), ("confirmed", seen)])
    assert status == 409
    other.go(f"/incubator/subsidies/{chosen}")
    assert other.page.get_by_role("button", name="批准拨付").count() == 0
    assert head.complaints == other.complaints == []


def test_pressing_twice_does_it_once(site: str, browser: Browser) -> None:
    """Without JavaScript, so that nothing in the page holds the second press back."""
    operator = Person(browser, site, "op17", script=False)
    operator.go(f"{MINE}/carriers/Z17/mentors")
    for label, text in (("姓名", "样例导师"), ("领域", "投融资"), ("所在单位", "样例大学"), ("起聘日期", "2018-03-01")):
        operator.page.locator("form[method=post]").get_by_label(label).first.fill(text)
    operator.page.get_by_label("类别").last.select_option("mentor")
    operator.page.get_by_label("专职或兼职").last.select_option("part")
    operator.page.locator("main form[method=post]").get_by_role("button", name="登记", exact=True).dblclick()
    expect(operator.page.locator("main")).to_contain_text(re.compile("已登记。|已在名单里"))
    operator.until(f"{MINE}/carriers/Z17/mentors", "样例导师")
    assert operator.page.locator("table.list tbody tr", has_text="样例导师").count() == 1
    operator.go(roles.report_of("Z17"))
    types(operator, **FIGURES)
    operator.press("保存草稿")
    for each in operator.page.locator("textarea[name^='explained:']").all():
        each.fill("与上年相比业务增长，材料属实")
    operator.tick("我承诺所填内容真实")
    operator.fill("承诺人姓名", "样例承诺人")
    operator.page.locator("button[value=submit]").dblclick()
    operator.sees("已收到您的填报", "2019-makerspace-Z17-1")
    operator.until(MINE, "已提交（第 1 版）")
    operator.go(f"{roles.report_of('Z17')}/receipts/1")
    operator.sees("2019-makerspace-Z17-1")
    assert roles.opened(operator, f"{roles.report_of('Z17')}/receipts/2") == 404


def test_going_back_after_sending_shows_what_was_typed_and_does_no_harm(site: str, browser: Browser) -> None:
    operator = Person(browser, site, "operator", script=False)
    operator.go(roles.report_of("Z12"))
    types(operator, seats="111", mentors="9")
    operator.press("保存草稿")
    operator.sees("草稿已保存")
    operator.page.go_back()
    assert (box(operator, "seats"), box(operator, "mentors")) == ("111", "9")
    types(operator, agencies="8")
    operator.press("保存草稿")  # from a form made before the first save
    operator.sees("草稿已保存")
    assert [box(operator, name) for name in ("seats", "mentors", "agencies")] == ["111", "9", "8"]


def test_a_session_that_ends_while_somebody_types_loses_nothing(site: str, browser: Browser) -> None:
    operator = Person(browser, site, "op41", script=False)
    operator.go(roles.report_of("Z41"))
    types(operator, seats="123", mentors="７ 人")
    operator.page.context.clear_cookies()
    operator.press("保存草稿")
    operator.sees("登录已经到期", "没有丢")
    operator.fill("账号", "op41")
    operator.fill("密码", "一时想不起来")
    operator.press("登录")
    operator.sees("没有丢")  # neither by a slip at the login
    operator.fill("密码", KNOWN_TO_ALL)
    operator.press("登录")
    operator.press("接着提交")
    operator.sees("草稿已保存")
    assert (box(operator, "seats"), box(operator, "mentors")) == ("123", "７ 人")
    types(operator, agencies="6")
    operator.page.context.clear_cookies()
    beside = operator.page.context.new_page()  # logs in again in another window, then goes on in the first
    beside.goto(f"{site}/login")
    beside.get_by_label("账号", exact=True).fill("op41")
    beside.get_by_label("密码", exact=True).fill(KNOWN_TO_ALL)
    beside.get_by_role("button", name="登录", exact=True).click()
    expect(beside.get_by_role("button", name="退出")).to_be_visible()
    operator.press("保存草稿")
    operator.press("接着提交")
    operator.sees("草稿已保存")
    assert [box(operator, name) for name in ("seats", "mentors", "agencies")] == ["123", "７ 人", "6"]


def test_the_script_that_saves_says_that_the_session_ended_and_passwords_are_never_kept(
    site: str, browser: Browser
) -> None:
    operator = Person(browser, site, "op41")
    operator.go(roles.report_of("Z41"))
    operator.page.context.clear_cookies()
    types(operator, new_teams="25")
    expect(operator.page.locator("[data-saved]")).to_contain_text("登录已到期")
    assert box(operator, "new_teams") == "25"
    operator.press("保存草稿")
    operator.fill("账号", "op41")
    operator.fill("密码", KNOWN_TO_ALL)
    operator.press("登录")
    operator.press("接着提交")
    operator.sees("草稿已保存")
    assert box(operator, "new_teams") == "25"
    operator.go("/account")
    for each in operator.page.locator("input[type=password]").all():
        each.fill("从不留下的长长的密码 1")
    operator.page.context.clear_cookies()
    operator.page.locator("form[action='/account/new-password'] button").click()
    expect(operator.page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    assert "从不留下的" not in operator.page.content()


def test_two_people_in_one_report_are_told_and_lose_nothing(site: str, browser: Browser) -> None:
    first, second = Person(browser, site, "op30", script=False), Person(browser, site, "op30b", script=False)
    watching = Person(browser, site, "op30")
    for each in (first, second, watching):
        each.go(roles.report_of("Z30"))
    types(first, seats="100", mentors="9")
    first.press("保存草稿")
    first.sees("草稿已保存")
    types(second, seats="120", agencies="8")
    second.press("保存草稿")
    second.sees("有人同时在改", "您填“120”，样例op30 填“100”", "样例op30 改成了“9”")
    assert [box(second, name) for name in ("seats", "mentors", "agencies")] == ["120", "9", "8"]
    types(watching, seats="130")
    expect(watching.page.locator("[data-saved]")).to_contain_text("有人同时改了同一项")
    first.go(f"{roles.report_of('Z30')}/versions")
    first.sees("100", "120")


def test_everybody_opens_his_own_pages_and_no_others(site: str, browser: Browser) -> None:
    for player in PLAYERS:
        person = Person(browser, site, player.account)
        for path in roles.places(person):
            assert roles.opened(person, path) == 200, (player.account, path)
        for path in roles.FOREIGN[player.account]:
            assert roles.opened(person, path) in {403, 404}, (player.account, path)
            assert person.page.locator("h1").count() == 1
        assert person.complaints == []


def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(site: str, browser: Browser) -> None:
    found = [
        each
        for account, paths in roles.LOOKED_AT.items()
        for each in roles.disturbs(Person(browser, site, account), paths)
    ]
    assert found == []
