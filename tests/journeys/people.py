"""People at their browsers, in the demo city: each with a window of his own, found by the words a page shows."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from services.onebox.demo_logins import KNOWN_TO_ALL

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 60_000


@contextmanager
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


class Person:
    """Somebody logged in. What his browser complains of is kept."""

    def __init__(self, browser: Browser, site: str, account: str, *, script: bool = True) -> None:
        self.site, self.account = site, account
        context = browser.new_context(locale="zh-CN", java_script_enabled=script)
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.go("/login")
        self.fill("账号", account)
        self.fill("密码", KNOWN_TO_ALL)
        self.press("登录")
        expect(self.page.get_by_role("button", name="退出")).to_be_visible()

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}")

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(text)

    def follow(self, name: str) -> None:
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).first.check()

    def confirm(self, *sees: str) -> None:
        """On the page that shows what a step touches: it says all this, and only then is it done."""
        main = self.page.locator("main")
        expect(main).to_contain_text("现在还没有执行")
        for words in sees:
            expect(main).to_contain_text(words)
        main.locator(".foreseen button").click()
        expect(main).not_to_contain_text("现在还没有执行")

    def sees(self, *words: str) -> None:
        for each in words:
            expect(self.page.locator("main")).to_contain_text(each)

    def sees_not(self, words: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(words)

    def until(self, path: str, words: str) -> None:
        """Looks at a page again until it says so: what follows from events takes a moment."""
        for _ in range(60):
            self.go(path)
            if words in self.page.locator("main").inner_text():
                return
            self.page.wait_for_timeout(500)
        self.sees(words)

    def clock(self) -> str:
        found = re.search(r"\d{4}-\d\d-\d\d", self.page.locator("footer time").inner_text())
        assert found is not None
        return found[0]
