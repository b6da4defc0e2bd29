"""A site that is sent whatever there is: its pages are looked around for forms, and every answer is judged.

What is sent is dealt between the databases: half of it goes to a site on SQLite, the other half to one on PostgreSQL.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import count, cycle, islice
from typing import Any, Protocol
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.engine import Connection

from shared.audit.verify import verify
from shared.running.running import Running
from shared.webkit.access import rules
from shared.webkit.asking import WITHOUT
from shared.webkit.guards import SAFE
from tests.integration.hostile_forms import IDS, SCRIPT, VALUES, Form, Reader, files, raw

PARAMETER = re.compile(r"\{(\w+?)_?(:path)?\}")
PAGES = 2
"""Looked at for each route."""
CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
KEEPS = ("/incubator/mine/reports/", "/incubator/mine/titles/", "/talent/mine/")
"""Where a refusal keeps something on purpose: what was typed into a draft."""
STRANGE = 15
"""Kinds of bodies."""
TURNS = 3
"""Of the hostile values, bodies and wrong fields each form gets so many, the next form the next ones."""
DATABASES = ("sqlite", "postgresql")


class City(Protocol):
    """What is lived in: its site, and the services whose rows are watched."""

    app: FastAPI
    instant: datetime

    @property
    def runnings(self) -> Sequence[Running]: ...


@cache
def quoted(value: str | bytes, safe: str, encoding: str, errors: str) -> str:
    """A long text goes into hundreds of fields."""
    return quote_plus(value, safe, encoding, errors)  # type: ignore[arg-type]  # either, says its own documentation


def pattern(path: str) -> re.Pattern[str]:
    """The addresses a route takes, with its parameters by name."""
    said = PARAMETER.sub(
        lambda found: f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})",
        re.escape(path).replace("\\{", "{").replace("\\}", "}"),
    )
    return re.compile(f"{said}$")


class Site:
    """The city's site as one person with every role sees it; `wrong`: every answer that should not have been."""

    def __init__(self, city: City, client: httpx.AsyncClient, dealt: "Dealt") -> None:
        self.city = city
        self.dealt = dealt
        self.client = client
        routes = [(method, path) for method, path, _ in rules(city.app) if "/api/" not in path]
        self.posts = {path: pattern(path) for method, path in routes if method not in SAFE}
        few_parameters_first = sorted(
            (path for method, path in routes if method == "GET"), key=lambda each: each.count("{")
        )
        self.gets = {path: pattern(path) for path in few_parameters_first if not path.startswith(WITHOUT)}
        self.ids: defaultdict[str, set[str]] = defaultdict(set)
        self.forms: dict[str, Form] = {}
        self.wrong: list[str] = []
        self._commits = 0
        for running in city.runnings:
            event.listen(running.engine.sync_engine, "commit", self._committed)

    def _committed(self, _: Connection) -> None:
        self._commits += 1

    async def look_around(self) -> None:
        """Finds pages by their links, a few of each route; on them the form of each route, and ids there are."""
        seen: defaultdict[str, set[str]] = defaultdict(set)
        todo = [path for path in self.gets if "{" not in path]
        while todo:
            path = todo.pop()
            route = next((each for each, matches in self.gets.items() if matches.match(path)), None)
            if route is None or path.endswith(".xlsx") or path in seen[route] or len(seen[route]) >= PAGES:
                continue
            seen[route].add(path)
            answer = await self.client.get(path)
            if answer.status_code >= 500:
                self.wrong.append(f"{answer.status_code} {path}")
            page = Reader(path)
            for form in page.read(answer.text):
                self._found(form)
            todo += [urlsplit(link).path for link in page.links]

    def _found(self, form: Form) -> None:
        for path, matches in self.posts.items():
            if (found := matches.match(form.action)) is not None:
                for name, value in found.groupdict().items():
                    self.ids[name].add(value)
                if path not in self.forms or len(form.fields) > len(self.forms[path].fields):
                    self.forms[path] = form
                return

    def form_of(self, path: str) -> Form:
        """The form a page has for this route, or else one with every name any form has, sent to an id there is."""
        if path in self.forms:
            return self.forms[path]
        every = {each.name: each for form in self.forms.values() for each in form.fields if each.kind != "file"}
        action = PARAMETER.sub(lambda found: min(self.ids[found[1]], default="x"), path)
        return Form(action, tuple(every.values()))

    async def send(self, what: str, path: str, method: str = "POST", **sent: Any) -> None:
        """Sends it and notes what is wrong with the answer."""
        self.city.instant += timedelta(seconds=1)  # people send one thing after another
        before = self._commits
        if "data" in sent and "files" not in sent:
            body = urlencode(sent.pop("data"), doseq=True, quote_via=quoted)
            sent |= {"content": body, "headers": {"content-type": "application/x-www-form-urlencoded"}}
        answer = await self.client.request(method, path, **sent)
        said = f"{answer.status_code} {path[:80]}: {what}"
        if answer.status_code >= 500:
            self.wrong.append(said)
        if SCRIPT in answer.text:
            self.wrong.append(f"markup: {said}")
        if answer.status_code >= 400:
            if not CHINESE.search(answer.text):
                self.wrong.append(f"no word in Chinese: {said}")
            if self._commits != before and not path.startswith(KEEPS):
                self.wrong.append(f"written all the same: {said}")


class Dealt:
    """Which half of what is sent falls to a database; every kind of it comes to each of them, at one form or another."""

    def __init__(self, database: str) -> None:
        self._share = DATABASES.index(database)
        self._numbers: dict[str, Iterator[int]] = {}

    def mine(self, what: str, kinds: int) -> bool:
        """Asked once for every one of these that is sent; `kinds`: after how many they begin again."""
        number = next(self._numbers.setdefault(what, count()))
        return (number + number // kinds) % len(DATABASES) == self._share


async def held(site: Site) -> None:
    """Nothing was answered wrongly, and every decision that was written is in its trail."""
    wrong = "\n".join(dict.fromkeys(site.wrong))
    assert not wrong, wrong
    for running in site.city.runnings:
        assert running.service.trail is not None
        assert (await verify(running.engine, running.service.trail)).faults == []


async def everything_is_sent(site: Site) -> None:
    """To every form, and to every address with an id in it; nothing of it is answered wrongly."""
    values, alone, strange = cycle(VALUES.items()), cycle(VALUES.values()), cycle(range(STRANGE))
    mine = site.dealt.mine
    for path in site.posts:
        form = site.form_of(path)
        for number, (what, value) in enumerate(islice(values, TURNS)):
            every = path not in site.forms or number % 2 == 0
            if mine("values", len(VALUES)):
                await site.send(f"{what}, every field", form.action, data=form.filled(value, chosen=every))
        for typed in islice(form.one_wrong(alone), TURNS):
            if mine("alone", len(VALUES)):
                await site.send("one field wrong", form.action, data=typed)
        bodies = list(raw(form))
        assert len(bodies) == STRANGE
        for what, kind, body in (bodies[next(strange)] for _ in range(TURNS)):
            if mine("bodies", STRANGE):
                await site.send(what, form.action, content=body, headers={"content-type": kind})
    await _files_and_ids(site)
    await held(site)


async def _files_and_ids(site: Site) -> None:
    takers = [form for form in site.forms.values() if any(each.kind == "file" for each in form.fields)]
    assert len(takers) >= 2
    sent = files()
    for form in takers:
        name = next(each.name for each in form.fields if each.kind == "file")
        for what, file in sent.items():
            if site.dealt.mine("files", len(sent)):
                await site.send(what, form.action, data=form.good, files={name: file})
    for number, path in enumerate((*site.posts, *site.gets)):
        if "{" in path and site.dealt.mine("ids", len(IDS)):
            address = PARAMETER.sub(IDS[number % len(IDS)], path)
            await site.send("no id", address, method="POST" if path in site.posts else "GET")
