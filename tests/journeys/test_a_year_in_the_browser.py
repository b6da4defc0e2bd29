"""A new user does the whole job with no help but the pages: report, grade, object and be answered, pay as two people,
read the letter. The operator works without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.city import line_with, running
from tests.journeys.conftest import Played
from tests.journeys.people import CHROMIUM, Person, chromium

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 chromium：没有在真实浏览器里做过")
ROUND, REPORT = "/incubator/rounds/2019-makerspace", "/incubator/mine/reports/2019-makerspace-Z12"
FIGURES = {
    "seats": "100", "seats_used": "95", "mentors": "9", "agencies": "8", "new_teams": "25", "commercialised": "5",
    "activities.hosted": "8", "activities.undertaken": "2", "activities.hosted_jointly": "1",
    "activities.undertaken_jointly": "1", "registered.company": "8", "registered.sole_trader": "1",
    "talent.college": "1", "talent.bachelor": "3", "talent.master": "2", "talent.doctor": "0",
    "financing": "0", "tax": "3 万元", "operating_cost": "４００，０００ 元",
}  # fmt: skip

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n40\n%%EOF\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, played: Played) -> Iterator[str]:
    with running(played.copied(tmp_path_factory.mktemp("demo")), "up") as process:
        found = re.search(r"http://[0-9.:]+", line_with(process.stdout, "请用浏览器打开"))
        assert found is not None
        yield found[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def test_from_the_empty_form_to_the_letter_about_the_payment(site: str, browser: Browser) -> None:
    operator = Person(browser, site, "operator", script=False)
    clerk, head = Person(browser, site, "clerk"), Person(browser, site, "head")
    reports(operator)
    accepts_and_grades(clerk)
    publicises(head)
    objects(operator)
    upholds(head)
    waits_for_the_end_of_publicity(clerk)
    confirms_the_account(operator)
    proposes(clerk)
    approves(clerk, head)
    pays(Person(browser, site, "finance"))
    reads_the_letter(operator)
    assert operator.complaints == clerk.complaints == head.complaints == []


def reports(operator: Person) -> None:
    operator.sees("样例众创空间 12", "还没有提交")
    operator.follow("去填报")
    operator.press("提交")
    operator.sees("请阅读承诺")
    operator.tick("我承诺所填内容真实")
    operator.fill("承诺人姓名", "王运营")
    operator.press("提交")
    operator.sees("处要改正")
    for name, text in FIGURES.items():
        operator.page.locator(f'[name="typed:{name}"]').fill(text)
    operator.press("保存草稿")
    operator.sees("草稿已保存")
    for box in operator.page.locator("textarea[name^='explained:']").all():
        box.fill("与上年相比业务增长，材料属实")
    operator.tick("我承诺所填内容真实")
    operator.fill("承诺人姓名", "王运营")
    operator.press("提交")
    operator.sees("2019-makerspace-Z12-1")
    operator.go(REPORT)
    operator.page.go_back()  # the page before is the receipt or the form; neither hands in twice
    operator.go("/incubator/mine")
    operator.sees("已提交（第 1 版）")


def accepts_and_grades(clerk: Person) -> None:
    clerk.go("/incubator/desk")
    clerk.sees("填报")
    while True:
        clerk.go("/incubator/reports?round=2019-makerspace&state=submitted")
        if clerk.page.locator("input[name=report_id]").count() == 0:
            break
        clerk.page.locator("[data-choose-all]").check()
        clerk.press("受理选中的填报")
        clerk.confirm("填报审核通过")
    clerk.go(ROUND)
    clerk.press("提前截止填报")
    clerk.confirm()
    clerk.press("定等次")
    clerk.confirm("样例众创空间 12")
    clerk.sees("已定等次")


def publicises(head: Person) -> None:
    head.go(ROUND)
    head.press("公示等次")
    head.confirm("样例众创空间 12", "考评结果公示")
    head.sees("公示到")
    head.go("/public/rounds/2019-makerspace")
    head.sees("样例众创空间 12")


def objects(operator: Person) -> None:
    operator.go("/incubator/mine")
    operator.go("/incubator/mine/results/2019-makerspace-Z12")
    operator.sees("公示中，还剩")
    operator.press("提出异议")
    operator.sees("请填写")
    operator.fill("理由", "投融资额漏报一笔 240 万元，附到账凭证")
    operator.fill("联系人真实姓名", "王运营")
    operator.fill("联系方式", "0411-00000000")
    operator.page.locator("input[name=evidence]").set_input_files(
        {"name": "到账凭证.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    operator.press("提出异议")
    operator.sees("异议已收到", "投融资额漏报一笔", "到账凭证.pdf")


def upholds(head: Person) -> None:
    head.go("/incubator/objections?state=filed")
    head.follow("样例众创空间 12")
    head.sees("投融资额漏报一笔", "王运营")
    head.page.locator("input[name=outcome][value=upheld]").check()
    head.fill("理由（异议人和所涉单位的信里写这一段）", "到账凭证属实")
    head.page.locator("summary", has_text="更正数字").click()
    head.page.locator('[name="typed:financing"]').fill("2400000")
    head.page.locator("input[name=way][value=figures]").check()
    head.press("看看会动到什么")
    head.confirm("样例众创空间 12")
    head.sees("异议成立")


def waits_for_the_end_of_publicity(clerk: Person) -> None:
    for _ in range(12):
        clerk.go(ROUND)
        if "公示到" not in clerk.page.locator("main").inner_text():
            break
        clerk.press("下一个工作日")
    clerk.until("/incubator/payments/unproposed?text=样例众创空间 12", "280,000.00")


def confirms_the_account(operator: Person) -> None:
    operator.until("/incubator/mine", "280,000.00")
    operator.follow("确认账户")
    operator.press("确认账户")
    operator.sees("请填写")
    operator.fill("户名", "样例单位 021")
    operator.fill("开户银行", "样例银行")
    operator.fill("开户网点", "大连高新支行")
    operator.fill("账号", "6222 0000 1111 2222")
    operator.tick("我确认以上账户属于本单位")
    operator.press("确认账户")
    operator.sees("账户已确认")


def proposes(clerk: Person) -> None:
    clerk.go("/incubator/payments/unproposed?text=样例众创空间 12")
    clerk.page.locator("input[name=subsidy_ids]").first.check()
    clerk.fill("列入哪一年的预算", "2019")
    clerk.press("提出选中的")
    clerk.confirm("280,000.00", "样例众创空间 12")


def approves(clerk: Person, head: Person) -> None:
    """Who proposed finds no button to approve; somebody else does it."""
    clerk.go("/incubator/payments?state=proposed&text=样例众创空间 12")
    assert clerk.page.get_by_role("button", name="批准选中的").count() == 0
    head.go("/incubator/payments?state=proposed&text=样例众创空间 12")
    head.page.locator("input[name=subsidy_ids]").first.check()
    head.press("批准选中的")
    head.confirm("280,000.00")


def pays(finance: Person) -> None:
    finance.go("/incubator/payments?state=approved&text=样例众创空间 12")
    finance.page.locator("input[name=subsidy_ids]").first.check()
    finance.fill("资金文件号", "样例财〔2019〕8号")
    finance.press("登记选中的已拨付")
    finance.confirm("280,000.00", "补助拨付")
    assert finance.complaints == []


def reads_the_letter(operator: Person) -> None:
    operator.until("/incubator/mine/letters", "补助拨付")
    operator.follow("补助拨付")
    letter = operator.page.frame_locator("iframe")
    assert "样例财〔2019〕8号" in (letter.locator("body").inner_text() + operator.page.locator("main").inner_text())
    operator.go("/incubator/mine")
    operator.sees("样例财〔2019〕8号")
