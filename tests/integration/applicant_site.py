"""A site on which the talent service runs alone, with accounts of its own and a real mail server, for whoever applies."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import httpx
from fastapi import FastAPI
from nats.aio.client import Client
from sqlalchemy.ext.asyncio import AsyncEngine

from services.onebox.mails import Mailbox
from services.talent.service import SERVICE
from services.talent.web.sealing import seal_of
from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.identity.opening import Identity
from shared.identity.roles import Role
from shared.identity.who import Grant
from shared.running.running import Running
from shared.webkit.asking import asked_by
from tests.integration.login_site import Clock, enter, make, opened, token_in
from tests.integration.talent_office import Office, talent_office
from tests.one_app import make_app

SECRET = "a secret of these tests, long enough"  # noqa: S105 - of the tests


class Site:
    def __init__(self, office: Office, identity: Identity, folder: Path) -> None:
        self.office, self.identity, self.folder = office, identity, folder
        settings = Settings(data=folder, secret=SECRET)
        self.running = Running(SERVICE, settings, office.engine, Client().jetstream(), lambda: office.instant)
        office.seal = seal_of(self.running)
        asks = asked_by(identity.who_has)
        self.app: FastAPI = make_app("苗圃", [self.running], now=lambda: office.instant, identity=identity, asks=asks)

    def mails(self) -> list[str]:
        """To whom, about what, and the text of every mail, in the order in which they came."""
        box = Mailbox(self.folder / "mails")
        found = [box.read(number) for number in range(1, box.last + 1)]
        return [
            f"{mail['to']}\n{mail['subject']}\n{mail.get_content()}"
            for content in found
            if content is not None and (mail := message_from_bytes(content, policy=policy.default))
        ]

    @asynccontextmanager
    async def browser(self, account: str = "") -> AsyncIterator[httpx.AsyncClient]:
        """A browser, of somebody who is logged in if an account is named; its forms carry their token."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as made:
            if account:
                assert (await enter(made, account)).status_code == 303
                made.headers["x-form-token"] = token_in(await made.get("/account"))
            yield made

    async def applicant(self, account: str, id_: str) -> None:
        """Somebody with an account, under account@example.cn, who has done nothing yet."""
        await make(self.identity, account, Grant(Role.APPLICANT, id_))


@asynccontextmanager
async def applicant_site(engine: AsyncEngine, folder: Path) -> AsyncIterator[Site]:
    people = open_database(f"sqlite:///{folder / 'identity.db'}")
    async with talent_office(engine) as office, opened(people, Clock(), folder) as identity:
        yield Site(office, identity, folder)
    await people.dispose()


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the form as it was shown: boxes with their texts, choices as they were made."""
    form = re.search(r'<form[^>]*id="application".*?</form>', page, re.DOTALL)
    assert form is not None, page
    inside = form[0]
    found = {
        name: unescape(value)
        for tag in re.findall(r"<input[^>]*>", inside)
        if 'type="file"' not in tag and 'type="checkbox"' not in tag
        for name, value in re.findall(r'name="([^"]+)" (?:list="\w+" maxlength="\d+" )?value="([^"]*)"', tag)
    }
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', inside, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        found[name] = "" if chosen is None else unescape(chosen[1] if chosen[1] is not None else chosen[2])
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', inside, re.DOTALL):
        found[name] = unescape(text)
    return found
