"""What the journeys of talents share: an account made by its owner, the form filled in, mails read, experts at work."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from playwright.sync_api import Browser, FilePayload, Page, expect

from services.demo import people
from services.demo.next_year import EXPERTS
from services.onebox.demo_logins import KNOWN_TO_ALL
from tests.journeys.people import PATIENCE, Person
from tests.journeys.roles import disturbs
from tests.journeys.test_a_year_in_the_browser import PDF

MINE, LETTERS, DESK = "/talent/mine", "/talent/mine/letters", "/talent/unit"
CALLS, PAYMENTS = "/talent/calls", "/talent/payments"
CHOICES = ("sex", "degree", "rank", "full_time")
LINK = re.compile(r"http://\S+")
NOBODY_YET = 390
"""A number that nobody of the demo's applicants has."""


def answers(name: str, born_on: date, **more: str) -> dict[str, str]:
    """A form as somebody new at the demo's first unit fills it in; nobody has this identity number."""
    someone = people.Person(
        NOBODY_YET, "somebody", name, people.OUTSTANDING, people.unit_id(1), "材料", born_on, Decimal("0.9")
    )
    return {**someone.typed(), **more}


def window(browser: Browser) -> Page:
    """Of somebody who is not logged in."""
    page = browser.new_context(locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    return page


def mailed(reader: Person, to: str, subject: str) -> str:
    """The link in the last mail to this address, read where the demo keeps its mails."""
    reader.until("/mails", to)
    row = reader.page.locator("tr").filter(has_text=to).filter(has_text=subject)
    expect(row.first).to_be_visible()
    row.first.get_by_role("link").click()
    found = LINK.search(reader.page.get_by_label("邮件的文本格式正文").inner_text())
    assert found is not None
    return found[0]


def registers(browser: Browser, site: str, reader: Person, account: str, name: str) -> Person:
    """Makes his own account; the link that sets its password comes to his address alone."""
    email, page = f"{account}@example.cn", window(browser)
    page.goto(f"{site}/login")
    page.get_by_role("link", name="登记账号").click()
    for label, text in (("姓名", name), ("账号", account), ("邮箱", email)):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="登记，发送设置密码的邮件").click()
    expect(page.locator("main")).to_contain_text(f"一封邮件正在发往 {email}")
    page.goto(mailed(reader, email, "请设置苗圃的密码"))
    for box in page.locator("input[type=password]").all():
        box.fill(KNOWN_TO_ALL)
    page.get_by_role("button", name="设置密码").click()
    expect(page.locator("main")).not_to_contain_text("再输入一次")
    page.context.close()
    return Person(browser, site, account)


def starts(person: Person, title: str) -> str:
    """Begins the application to a call that is open; where it is."""
    person.go(MINE)
    person.page.get_by_role("button", name=f"开始申报{title}").click()
    expect(person.page.get_by_role("button", name="提交申报")).to_be_visible()
    return person.page.url.removeprefix(person.site)


def types(person: Person, typed: Mapping[str, str]) -> None:
    for name, text in typed.items():
        box = person.page.locator(f'[name="typed:{name}"]')
        if not box.count():  # no condition of this year looks at it, and so it is not asked
            continue
        if name in CHOICES:
            box.select_option(text)
        else:
            box.fill(text)


def attaches(person: Person, *places: str) -> None:
    """A file at each of these places, all sent with one press."""
    for place in places:
        sent: FilePayload = {"name": f"{place}.pdf", "mimeType": "application/pdf", "buffer": PDF}
        person.page.locator(f'input[name="file:{place}"]').set_input_files(sent)
    person.press("上传")
    person.sees("附件已收下", *(f"{place}.pdf" for place in places))


def signs(person: Person, name: str, button: str) -> None:
    person.page.locator("input[name=committed]").check()
    person.page.locator("input[name=signed_by]").fill(name)
    person.press(button)


def hands_in(person: Person, name: str) -> None:
    signs(person, name, "提交申报")
    person.sees("回执")


def opens(person: Person, path: str, words: str) -> None:
    """What the list says in the row with these words."""
    person.until(path, words)
    person.page.locator("tr", has_text=words).get_by_role("link").first.click()


def recommends(unit: Person, project: str, *sees: str) -> None:
    opens(unit, DESK, project)
    unit.sees(*sees)
    unit.fill("推荐意见", "材料属实，同意推荐")
    unit.press("推荐")
    unit.sees("已推荐，项目办公室接着形式审查")


def opens_call(clerk: Person, programme: str, document: str) -> None:
    """Sets up the call of a programme for this spring, whatever days its file has; it opens by itself."""
    clerk.go(f"{CALLS}/new?programme_id={programme}")
    days = {"opens_on": "2019-02-25", "closes_on": "2019-03-29", "units_until": "2019-04-12"}
    for name, text in (days | {"document_no": document}).items():
        clerk.page.locator(f"section[aria-labelledby=plan] input[name={name}]").fill(text)
    clerk.press("设立批次")
    clerk.until(f"{CALLS}/{programme}", "申报中")


def accepts(clerk: Person) -> None:
    clerk.page.locator("section[aria-labelledby=accept]").get_by_role("button", name="受理").click()
    clerk.sees("已受理")


def draws(clerk: Person, programme: str) -> list[str]:
    """The call is closed and experts are drawn; their accounts."""
    clerk.go(f"{CALLS}/{programme}")
    clerk.fill("提前截止的理由", "申报已经收齐，通知了全部单位")
    clerk.press("截止申报")
    clerk.confirm("已截止", "天，申报截止改为")
    clerk.go(f"{CALLS}/{programme}/experts")
    clerk.press("先看谁可以评审")
    clerk.sees("按这样的规则可以抽取")
    clerk.press("抽取")
    clerk.sees("抽取记录", "相符")
    drawn = clerk.page.locator("a[href^='/talent/experts/']").all_inner_texts()
    return [account for _, account, name, *_ in EXPERTS if name in drawn]


def takes(expert: Person, title: str) -> None:
    """Says that nothing ties him to it, and opens what he was given."""
    expert.go("/talent/reviews")
    call = expert.page.locator("section.card", has_text=title)
    call.get_by_label("我与").check()
    call.get_by_role("button", name="接受所选").click()
    expert.sees("已接受，可以开始评分")
    call.locator("tr", has_text="已接受").get_by_role("link").first.click()


def marks(expert: Person, figures: Iterable[str], reason: str) -> None:
    boxes = expert.page.locator("input[name^='mark:']").all()
    for box, figure in zip(boxes, figures, strict=True):
        box.fill(figure)
    for why in expert.page.locator("textarea[name^='reason:']").all():
        why.fill(reason)
    expert.press("保存评分")
    expert.sees("评分已保存并计入")


def nothing_disturbs(person: Person) -> None:
    """On the page that is open, freshly loaded: nothing is serious to axe-core, nothing is wider than a phone."""
    size = person.page.viewport_size
    assert size is not None
    assert disturbs(person, [person.page.url.removeprefix(person.site)]) == []
    person.page.set_viewport_size(size)


def gets(person: Person, *titles: str, at: str = LETTERS) -> None:
    """The letters are on his page, and were handed over to his mail server."""
    for title in titles:
        row = person.page.locator("table.list tr", has_text=title).filter(has_text="已交付")
        for _ in range(60):
            person.go(at)
            if row.count():
                break
            person.page.wait_for_timeout(500)
        expect(row.first).to_be_visible()


def moves_to(clerk: Person, path: str, words: str, most: int = 30) -> None:
    """The clock goes from one thing that is due to the next, until the page says so."""
    for _ in range(most):
        clerk.go(path)
        if words in clerk.page.locator("main").inner_text():
            return
        clerk.press("下一件到期的事")
    clerk.sees(words)


def pays(clerk: Person, head: Person, finance: Person, whose: str, amount: str, year: int, document: str) -> None:
    """Three people: one proposes, another approves, the third pays."""
    clerk.until(f"{PAYMENTS}/unproposed?text={whose}", amount)
    clerk.page.locator("input[name=subsidy_ids]").first.check()
    clerk.fill("列入哪一年的预算", str(year))
    clerk.press("提出选中的")
    clerk.confirm(amount)
    clerk.go(f"{PAYMENTS}?state=proposed&text={whose}")
    assert clerk.page.get_by_role("button", name="批准选中的").count() == 0
    head.go(f"{PAYMENTS}?state=proposed&text={whose}")
    head.page.locator("input[name=subsidy_ids]").first.check()
    head.press("批准选中的")
    head.confirm(amount)
    finance.go(f"{PAYMENTS}?state=approved&text={whose}")
    assert finance.page.get_by_role("button", name="批准选中的").count() == 0
    finance.page.locator("input[name=subsidy_ids]").first.check()
    finance.fill("资金文件号", document)
    finance.press("登记选中的已拨付")
    finance.confirm(amount, "资助拨付")
