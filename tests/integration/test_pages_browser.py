"""In a real browser: the way from the home to the last letter, by links alone; live counts; the keyboard; small screens."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.usecases import finalising
from shared.db.engine import open_database
from tests.integration.little_city import ROUND, City, little_city
from tests.servers import free_port

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 60_000

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="没有 chromium：页面没有在真实浏览器里看过")


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    made = open_database(f"sqlite:///{tmp_path / 'service.db'}")  # what a page looks like does not depend on it
    yield made
    await made.dispose()


@pytest.fixture
async def city(engine: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(engine, tmp_path) as made:
        yield made


@asynccontextmanager
async def served(city: City) -> AsyncIterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(city.app, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it has a flag and no event
        await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        city.running.stop.set()  # streams end
        server.should_exit = True
        await serving


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield made
        await made.close()


def listen(page: Page) -> list[str]:
    """Whatever the browser complains of."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(PATIENCE)
    return complaints


async def test_from_the_home_to_the_last_letter_by_links(city: City, browser: Browser, tmp_path: Path) -> None:
    await city.year()
    async with served(city) as site:
        page = await browser.new_page(viewport={"width": 1360, "height": 900})
        complaints = listen(page)

        async def seen(name: str, heading: str) -> None:
            await expect(page.locator("h1")).to_contain_text(heading, timeout=PATIENCE)
            await page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name} is wider than the screen"

        await page.goto(site)
        await seen("home", "2018 年度总览")
        await page.get_by_role("link", name="2018 年度众创空间").click()
        await seen("round", "2018 年度众创空间考评")
        await page.get_by_role("link", name="样例众创空间 1").click()
        await seen("evaluation", "样例众创空间 1")
        await page.get_by_role("link", name="市级以上备案众创空间年度考评优秀").click()
        await seen("subsidy", "300,000.00 元")
        await page.get_by_text("逐步原文").click()
        await expect(page.get_by_label("说明书原文")).to_be_visible(timeout=PATIENCE)
        await page.get_by_role("link", name="来龙去脉").click()
        await seen("chain", "这笔补助是怎么来的")
        assert await page.locator(".chain > li").count() == 9
        for name, path in (
            ("ledger", "ledger"),
            ("carriers", "carriers"),
            ("carrier", "carriers/Z2"),
            ("schedules", "schedules"),
        ):
            await page.goto(f"{site}/incubator/{path}")
            await seen(name, "")
        assert complaints == []


async def test_the_keyboard_reaches_the_text_first_and_focus_is_seen(city: City, browser: Browser) -> None:
    await city.year()
    async with served(city) as site:
        page = await browser.new_page()
        complaints = listen(page)
        await page.goto(f"{site}/incubator/chain/{ROUND}-Z1")
        await page.keyboard.press("Tab")
        skip = page.locator("a.skip")
        await expect(skip).to_be_focused(timeout=PATIENCE)
        await expect(skip).to_be_in_viewport(timeout=PATIENCE)
        assert await skip.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused(timeout=PATIENCE)
        await page.keyboard.press("Tab")
        focused = page.locator("main :focus")
        assert await focused.evaluate("link => getComputedStyle(link).outlineWidth") == "3px"
        assert complaints == []


async def test_a_choice_in_a_filter_applies_at_once_and_a_wrong_field_is_marked(city: City, browser: Browser) -> None:
    await city.year()
    async with served(city) as site:
        page = await browser.new_page()
        complaints = listen(page)
        await page.goto(f"{site}/incubator/ledger")
        await page.locator("select[name=outcome]").select_option("declined")
        await page.wait_for_url("**/ledger?outcome=declined&show=every")
        await expect(page.locator("tbody tr")).to_have_count(1, timeout=PATIENCE)
        await page.get_by_label("金额不低于").fill("很多")
        await page.get_by_role("button", name="筛选").click()
        await expect(page.locator("[aria-invalid=true]")).to_have_value("很多", timeout=PATIENCE)
        assert complaints == []


async def test_counts_run_along_while_it_settles_and_without_script_they_are_a_click_away(
    city: City, browser: Browser
) -> None:
    await city.registered()
    await city.opened()
    await city.reported()
    await city.graded()
    await city.decided(await city.objected())
    async with served(city) as site:
        still = await (await browser.new_context(java_script_enabled=False)).new_page()
        still.set_default_timeout(PATIENCE)
        await still.goto(f"{site}/incubator/rounds/{ROUND}")
        page = await browser.new_page()
        complaints = listen(page)
        await page.goto(f"{site}/incubator/rounds/{ROUND}")
        settled = page.locator("[data-progress-value=settled]")
        await expect(settled).to_have_text("0", timeout=PATIENCE)
        city.at(date(2019, 1, 2))
        await city.do(finalising.finalise_round, finalising.FinaliseRound(round_id=ROUND), "schedule")
        await city.settled()
        await expect(settled).to_have_text("4", timeout=PATIENCE)
        await expect(page.locator("[data-progress-text]")).to_have_text(
            "全部核算完毕，没有信件待发送", timeout=PATIENCE
        )
        assert await page.locator("progress").evaluate("bar => [bar.value, bar.max]") == [4, 4]
        await expect(page.locator(".ended")).to_be_visible(timeout=PATIENCE)
        assert complaints == []
        await expect(still.locator("[data-progress-value=settled]")).to_have_text("0", timeout=PATIENCE)
        await still.get_by_role("link", name="刷新本页").click()
        await expect(still.locator("[data-progress-value=settled]")).to_have_text("4", timeout=PATIENCE)


async def test_on_a_small_screen_nothing_is_wider_than_it(city: City, browser: Browser, tmp_path: Path) -> None:
    await city.year()
    async with served(city) as site:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        complaints = listen(page)
        for name in ("", f"rounds/{ROUND}", f"evaluations/{ROUND}-Z2", f"chain/{ROUND}-Z1", "ledger", "carriers/Z1"):
            await page.goto(f"{site}/incubator/{name}")
            await page.screenshot(path=tmp_path / f"small-{name.split('/')[0] or 'home'}.png", full_page=True)
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, name
        assert complaints == []
