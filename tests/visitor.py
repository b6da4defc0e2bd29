"""Walks the whole site in a real browser as each role and notes what disturbs: errors, what a screen reader cannot
use, what is wider than the screen. `python -m tests.visitor URL FOLDER` keeps a picture of each page it saw.

It follows links from the navigation on; of pages that differ only in an id it opens one.
"""

import asyncio
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser, Page, ViewportSize, async_playwright
from playwright.async_api import Error as PlaywrightError

from services.onebox.demo_logins import KNOWN_TO_ALL, PLAYERS

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 60_000
DESKTOP, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
SERIOUS = ("serious", "critical")
ID = re.compile(
    r"(YY-\d{8}-[0-9A-F]{8}|\d{4}-[a-z_]+(-\w+)?|[0-9a-f]{8}-[0-9a-f-]{27,}|[A-Z]-?[A-Z]?\d+|x-\d+|\d+|[a-z]+-[a-z0-9-]+\.v\d)"
)
FILES = (".xlsx", ".csv", ".json", ".yaml", "/letter", "/source", "/workbook", "/progress")
"""Addresses that answer a file, or a letter for a frame."""
WITHOUT_LOGIN = ("/login", "/account/forgotten", "/public", "/asyncapi")


@dataclass
class Visit:
    """What was seen: pages by kind, and what disturbs."""

    pages: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


def kind_of(path: str) -> str:
    """A page without its ids: /incubator/carriers/Z12 -> /incubator/carriers/*."""
    return "/".join(ID.sub("*", unquote(part)) for part in path.split("/"))


class Visitor:
    """One role's walk. `folder`: where pictures go, if any are wanted."""

    def __init__(self, site: str, account: str | None, folder: Path | None = None, most: int = 200) -> None:
        self.site, self.account, self.folder, self.most = site, account, folder, most
        self.visit = Visit()

    async def walk(self, browser: Browser) -> Visit:
        context = await browser.new_context(viewport=DESKTOP, locale="zh-CN")
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.visit.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._said(page, said.type, said.text))
        if self.account is not None:
            await log_in(page, self.site, self.account)
        waiting = ["/"] if self.account else list(WITHOUT_LOGIN)
        while waiting and len(self.visit.pages) < self.most:
            path = waiting.pop(0)
            if kind_of(path) in self.visit.pages:
                continue
            self.visit.pages[kind_of(path)] = path
            waiting += await self._open(page, path)
        await context.close()
        return self.visit

    def _said(self, page: Page, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.visit.complaints.append(f"{page.url}: {text}")

    async def _open(self, page: Page, path: str) -> list[str]:
        try:
            answer = await page.goto(f"{self.site}{path}", wait_until="load")
        except PlaywrightError as error:
            if "Download is starting" in error.message:
                return []
            raise
        if answer is None or answer.status >= 400:
            self.visit.complaints.append(f"{self.account} {path}: {answer and answer.status}")
            return []
        await self._look(page, path)
        if self.folder is not None:
            await self._picture(page, path)
        links = await page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
        return [found for each in links if (found := self._followed(each))]

    def _followed(self, link: str) -> str | None:
        parts = urlsplit(link)
        if f"{parts.scheme}://{parts.netloc}" != self.site or parts.path.endswith(FILES) or "/openid" in parts.path:
            return None
        return None if kind_of(parts.path) in self.visit.pages else parts.path

    async def _look(self, page: Page, path: str) -> None:
        """axe-core, one h1, and at both widths nothing wider than the screen."""
        found = await Axe().run(page)
        for each in found.response["violations"]:
            if each["impact"] in SERIOUS:
                where = "; ".join(node["html"][:160] for node in each["nodes"][:2])
                self.visit.complaints.append(f"{path}: {each['id']} ({each['help']}): {where}")
        if await page.locator("h1").count() != 1:
            self.visit.complaints.append(f"{path}: not one h1")
        for width in (PHONE, DESKTOP):
            await page.set_viewport_size(width)
            over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                self.visit.complaints.append(f"{path}: {over} px wider than {width['width']}")

    async def _picture(self, page: Page, path: str) -> None:
        assert self.folder is not None
        name = re.sub(r"[^\w-]+", "_", f"{self.account or 'nobody'}{kind_of(path).replace('*', 'one')}").strip("_")
        for width, of in ((DESKTOP, "desktop"), (PHONE, "phone")):
            await page.set_viewport_size(width)
            await page.screenshot(path=self.folder / f"{name}.{of}.png", full_page=True)
        await page.set_viewport_size(DESKTOP)


async def log_in(page: Page, site: str, account: str, password: str = KNOWN_TO_ALL) -> None:
    await page.goto(f"{site}/login")
    await page.locator("input[name=account][autocomplete=username]").fill(account)
    await page.locator("input[type=password]").fill(password)
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_url(lambda url: "/login" not in url)


async def walk_all(site: str, folder: Path | None, accounts: Sequence[str | None]) -> dict[str | None, Visit]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            return {account: await Visitor(site, account, folder).walk(browser) for account in accounts}
        finally:
            await browser.close()


def main() -> None:
    site, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    accounts: list[str | None] = [*sys.argv[3:]] or [None, *(player.account for player in PLAYERS)]
    for account in accounts:
        visit = asyncio.run(walk_all(site, folder, [account]))[account]
        print(f"{account or '没有登录'}：{len(visit.pages)} 页，{len(visit.complaints)} 处")  # noqa: T201 - a command
        for each in visit.complaints:
            print(f"  {each}")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
