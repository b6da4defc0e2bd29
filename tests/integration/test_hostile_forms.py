"""Every form of the site against hostile input: an answer below 500 with a word in Chinese, no markup, nothing half
written. The forms are read off the pages themselves, so a new one is tried as soon as a page shows it."""

import logging
import re
from collections.abc import AsyncIterator, Iterator
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from services.incubator.store.trail import TRAIL
from services.notify.store.trail import TRAIL as LETTERS_TRAIL
from shared.audit.verify import verify
from shared.webkit.access import rules
from shared.webkit.guards import SAFE
from tests.integration.hostile_forms import IDS, NAMES, SCRIPT, VALUES, Form, Reader, files, raw
from tests.integration.whole_city import WholeCity, browser, whole_city

PARAMETER = re.compile(r"\{[^}]*\}")
EXAMPLES = 2
"""Pages looked at for each route."""
CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
KEEPS = ("/incubator/mine/reports/", "/incubator/mine/titles/", "/login", "/account")
"""Where a refusal keeps something on purpose: what was typed into a draft, that a password was tried."""


def pattern(path: str) -> re.Pattern[str]:
    """What addresses a route takes; `:path` parameters take slashes, too."""
    parts = re.split(r"(\{[^}]*\})", path)
    return re.compile("".join((".+" if ":path" in each else "[^/]+") if each[:1] == "{" else re.escape(each) for each in parts) + "$")


class Site:
    """The city's site as one person with every role sees it."""

    def __init__(self, city: WholeCity, client: httpx.AsyncClient) -> None:
        self.city = city
        self.client = client
        self.posts = [path for method, path, _ in rules(city.app) if method not in SAFE and "/api/" not in path]
        self.gets = [path for method, path, _ in rules(city.app) if method == "GET" and "/api/" not in path]
        self.commits = 0
        self.wrong: list[str] = []
        self.sent = 0
        for running in (city.running, city.letters):
            event.listen(running.engine.sync_engine, "commit", self._committed)

    def _committed(self, _: Connection) -> None:
        self.commits += 1

    async def forms(self) -> dict[str, list[Form]]:
        """The forms of the pages, by the route each is sent to: pages are found by their links, a few of each route."""
        known = [(path, pattern(path)) for path in sorted(self.gets, key=lambda each: each.count("{"))]
        seen: dict[str, set[str]] = {}
        found: dict[str, list[Form]] = {path: [] for path in self.posts}
        todo = [path for path in self.gets if "{" not in path]
        while todo:
            path = todo.pop()
            route = next((each for each, matches in known if matches.match(path)), None)
            there = seen.setdefault(route or "", set())
            if route is None or path in there or (len(there) >= EXAMPLES and "{" in route):
                continue
            there.add(path)
            answer = await self.client.get(path)
            assert answer.status_code < 500, path
            if "html" not in answer.headers["content-type"]:
                continue
            page = Reader(path)
            for form in page.read(answer.text):
                to = next((each for each in self.posts if pattern(each).match(form.action)), None)
                if to is not None and len(found[to]) < EXAMPLES and form not in found[to]:
                    found[to].append(form)
            todo += [urlsplit(link).path for link in page.links if not urlsplit(link).netloc]
        return found

    async def send(self, what: str, path: str, **sent: object) -> None:
        """Sends it and notes what is wrong with the answer."""
        before = self.commits
        self.sent += 1
        answer = await self.client.post(path, **sent)
        said = f"{answer.status_code} {path[:80]}: {what}"
        if answer.status_code >= 500:
            self.wrong.append(said)
        if SCRIPT in answer.text:
            self.wrong.append(f"markup in {said}")
        if answer.status_code >= 400:
            if not CHINESE.search(answer.text):
                self.wrong.append(f"no word in Chinese {said}")
            if self.commits != before and not path.startswith(KEEPS):
                self.wrong.append(f"written all the same {said}")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with whole_city(tmp_path) as city, browser(city) as client:
        yield Site(city, client)


async def test_every_form_takes_any_input(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    forms = await site.forms()
    strange = cycle(VALUES.values())
    for path, some in forms.items():
        for form in some:
            for what, value in VALUES.items():
                await site.send(f"{what} in all that is written", form.action, data=form.filled(value, chosen=False))
                await site.send(f"{what} in everything", form.action, data=form.filled(value, chosen=True))
