"""What the journeys of the roles share: further people of the demo city, hand-made requests, and walks through pages."""

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, Response

from services.onebox.demo_logins import KNOWN_TO_ALL
from shared.core.settings import Settings
from shared.db.transaction import transaction
from shared.identity import accounts
from shared.identity.opening import opened_identity
from shared.identity.roles import Role
from shared.identity.who import Grant
from tests.journeys.people import Person
from tests.visitor import PHONE, SERIOUS

MINE, REPORTS, PAYMENTS = "/incubator/mine", "/incubator/reports", "/incubator/payments"
ELSEWHERE = f"{REPORTS}/2019-makerspace-Z01"
"""A report of no district of the demo's district reviewer."""
FURTHER = {
    "op17": Grant(Role.OPERATOR, "U-Z17"),
    "op30": Grant(Role.OPERATOR, "U-Z30"),
    "op30b": Grant(Role.OPERATOR, "U-Z30"),
    "op41": Grant(Role.OPERATOR, "U-Z41"),
    "head2": Grant(Role.HEAD),
}
"""Beside the demo's own: operators of the units that have not reported yet, a second head."""
ONLY = {"resultTypes": ["violations"]}
SENT = """async ([path, fields]) => {
  const body = new URLSearchParams(fields);
  body.set("form_token", document.querySelector("input[name=form_token]").value);
  const answer = await fetch(path, {method: "POST", body, headers: {accept: "text/html"}, redirect: "manual"});
  return [answer.status, new DOMParser().parseFromString(await answer.text(), "text/html").body.innerText];
}"""
FORMS = """all => all.flatMap(form => {
    const own = [...form.elements].filter(each => each.hasAttribute("formaction"));
    return form.hasAttribute("action") || own.length === 0 ? [form, ...own] : own;
  }).map(each => new URL(each.getAttribute("formaction") || each.getAttribute("action") || "", location).pathname)"""
"""Where each form is sent to: by its buttons, which may stand outside of it, or by itself."""
LINKS = (
    "all => all.map(each => new URL(each.href)).filter(each => each.host === location.host).map(each => each.pathname)"
)


def report_of(unit: str) -> str:
    return f"{MINE}/reports/2019-makerspace-{unit}"


FOREIGN = {
    "operator": (report_of("Z17"), "/incubator/payments", "/accounts"),
    "district": (ELSEWHERE, "/incubator/ledger", "/audit"),
    "clerk": ("/accounts", MINE, "/incubator/reviews"),
    "head": ("/accounts", MINE),
    "finance": ("/accounts", MINE),
    "expert": ("/incubator/reports", "/incubator/payments", "/incubator/experts"),
    "applicant": ("/incubator/reports", "/incubator/ledger", MINE),
    "broker": ("/talent/applications", "/talent/unit", MINE),
    "newcomer": ("/talent/applications", "/talent/unit", MINE),
    "unit": ("/talent/applications", "/talent/mine", "/accounts"),
    "auditor": ("/accounts", MINE),
    "administrator": (MINE, "/incubator/reviews"),
}
"""Addresses of other roles, or of other people."""
LOOKED_AT = {
    "operator": (
        MINE, report_of("Z12"), f"{MINE}/carriers/Z12", f"{MINE}/carriers/Z12/tenants", f"{MINE}/carriers/Z12/mentors",
        f"{MINE}/letters", f"{MINE}/titles", f"{MINE}/results/2018-makerspace-Z12", "/account",
    ),
    "head": (
        "/incubator/desk", "/incubator/", "/incubator/rounds", "/incubator/rounds/2018-makerspace",
        "/incubator/rounds/2019-incubator/experts", REPORTS, f"{REPORTS}/2019-makerspace-Z03", "/incubator/ledger",
        PAYMENTS, f"{PAYMENTS}/unproposed", "/incubator/budgets", "/incubator/blocked", "/incubator/titles",
        "/incubator/carriers/Z12", "/notify/messages", "/incubator/schedules",
    ),
    "expert": ("/incubator/reviews",),
    "administrator": ("/accounts", "/audit", "/public", "/search?text=样例"),
}  # fmt: skip
"""One page of each kind, for the role that uses it."""


def add_people(data: Path) -> None:
    """Accounts as an administrator would make them, with the password everybody in the demo has."""
    asyncio.run(_add(data))


async def _add(data: Path) -> None:
    async with opened_identity(Settings(data=data), migrates=False, strict=False) as identity:
        for account, granted in FURTHER.items():
            async with transaction(identity.engine) as connection:
                await accounts.make(
                    connection, account, f"样例{account}", f"{account}@example.cn", [granted], "test", identity.now()
                )
                await accounts.set_password(connection, account, KNOWN_TO_ALL, identity.now())


def sends(person: Person, path: str, fields: Sequence[tuple[str, str]] = ()) -> tuple[int, str]:
    """A form made by hand, with the token of the page the person has open: status and text of the answer."""
    status, text = person.page.evaluate(SENT, [path, list(fields)])
    return int(status), str(text)


def opened(person: Person, path: str) -> int:
    """The status of a page, opened as a person does."""
    answer: Response | None = person.page.goto(f"{person.site}{path}")
    assert answer is not None
    return answer.status


def places(person: Person) -> list[str]:
    """The addresses of his navigation."""
    found: list[str] = person.page.locator("nav[aria-label=主导航] a").evaluate_all(LINKS)
    return found


def links(page: Page) -> list[str]:
    found: list[str] = page.locator("main a[href]").evaluate_all(LINKS)
    return found


def posts(page: Page, within: str = "main") -> set[str]:
    """Where the forms of a page that change something are sent to."""
    return set(page.locator(f"{within} form[method=post]").evaluate_all(FORMS))


def disturbs(person: Person, paths: Iterable[str]) -> list[str]:
    """What is serious to axe-core, and what is wider than a phone, on each of these pages."""
    found: list[str] = []
    person.page.set_viewport_size(PHONE)
    for path in paths:
        if (status := opened(person, path)) >= 400:
            found.append(f"{path}: {status}")
            continue
        answer: dict[str, Any] = Axe().run(person.page, options=ONLY).response
        found += [
            f"{path}: {each['id']}: {each['nodes'][0]['html'][:160]}"
            for each in answer["violations"]
            if each["impact"] in SERIOUS
        ]
        over = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            found.append(f"{path}: {over} px wider than a phone")
    return found
