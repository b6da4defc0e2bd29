"""Exactly what a step touches, shown before it is done: the same form comes back with what was seen, and only then."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.foreseeing.foresee import Foreseen, foresee
from shared.foreseeing.foresight import Foresight
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import FORM_TOKEN
from shared.webkit.notices import address_with, word_of
from shared.webkit.templates import Pages

CONFIRMED = "confirmed"
Cautions = Callable[[AsyncConnection], Awaitable[Sequence[str]]]


@dataclass(frozen=True)
class Foreseeing:
    """A service's own: what it says of itself, and its pages, of which `foreseen.html` shows what a step touches."""

    foresight: Foresight
    pages: Pages

    def led_to(self, to: str, done: Foreseen, did: str = "") -> str:
        """Where a step leads once it is done, with what the page there says of it; `did`: if it moves no state."""
        found = word_of(self.pages.notices, Counter(f"{each.noun}-{each.after}" for each in done.moves))
        word, count = found or (did, 1)
        return address_with(to, word, count) if word else to

    async def foreseen_or_done(
        self,
        running: Running,
        request: Request,
        who: Who,
        *,
        title: str,
        does: str,
        work: Callable[[Unit], Awaitable[Any]],
        to: str,
        back: str | None = None,
        cautions: Cautions | None = None,
    ) -> Response:
        """Shows what `work` would touch, or does it if that is what was seen and confirmed; then leads on to `to`.

        `title` heads the page, `does` is the verb on its button, `back` where to go instead. What would be touched may
        have changed since it was seen: then it is shown again. `cautions`: what else to know before it is confirmed. A
        DomainError of `work` passes through.
        """
        form = await request.form()
        foreseen = await foresee(running, who.account, work, self.foresight)
        confirmed = form.get(CONFIRMED)
        if confirmed == foreseen.digest:
            async with running.unit(who.account) as unit:
                await work(unit)
            return RedirectResponse(self.led_to(to, foreseen), 303)
        async with running.look() as connection:
            told = await cautions(connection) if cautions is not None else ()
        kept = [
            (name, value)
            for name, value in form.multi_items()
            if isinstance(value, str) and name not in {CONFIRMED, FORM_TOKEN}
        ]
        return self.pages.show(
            request,
            "foreseen.html",
            title=title,
            does=does,
            foreseen=foreseen,
            kept=kept,
            changed=bool(confirmed),
            back=back or to,
            cautions=told,
        )
