"""A decision that moves a ranking, shown with all it moves before it is done: places, who comes next, money, letters.
The same form comes back with what was seen, and only then it is done."""

from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.talent.usecases.foreseen import FORESIGHT
from services.talent.web.foreseeing import CONFIRMED, FORESEEING
from services.talent.web.looks import PAGES
from shared.foreseeing.foresee import foresee
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import FORM_TOKEN

SEEN = "seen"
"""The field that holds which effect was seen."""
MOST_DRAWN = 500
"""So many placings are drawn; all of them are in what was seen, so that none changes unnoticed."""


class Placing(NamedTuple):
    """One application before and after, as words; `fen`: what it would be given, if that is known by then."""

    name: str
    about: str
    before: str
    after: str
    fen: int | None = None


class Effect(NamedTuple):
    """`title` heads the table of `placings`; `says`: what else to know, a sentence each."""

    title: str
    placings: tuple[Placing, ...]
    says: tuple[str, ...] = ()

    @property
    def others(self) -> int:
        """How many placings are counted and not drawn one by one."""
        return max(len(self.placings) - MOST_DRAWN, 0)

    @property
    def drawn(self) -> tuple[Placing, ...]:
        return self.placings[:MOST_DRAWN]

    @property
    def paid(self) -> bool:
        return any(each.fen is not None for each in self.placings)


async def weighed_or_done(
    running: Running,
    request: Request,
    who: Who,
    *,
    title: str,
    does: str,
    work: Callable[[Unit], Awaitable[Any]],
    effect: Effect | None,
    to: str,
    back: str,
    cautions: Sequence[str] = (),
) -> Response:
    """Shows what `work` would touch, with `effect` if it has one, or does it if that is what was seen and confirmed.
    `cautions`: what else to know before it is.

    A DomainError of `work` passes through.
    """
    form = await request.form()
    foreseen = await foresee(running, who.account, work, FORESIGHT)
    now = sha256(repr(effect).encode()).hexdigest()
    confirmed = form.get(CONFIRMED)
    if confirmed == foreseen.digest and form.get(SEEN) == now:
        async with running.unit(who.account) as unit:
            await work(unit)
        return RedirectResponse(FORESEEING.led_to(to, foreseen), 303)
    kept = [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in {CONFIRMED, SEEN, FORM_TOKEN}
    ]
    return PAGES.show(
        request, "weighed.html", title=title, does=does, foreseen=foreseen, kept=[*kept, (SEEN, now)],
        changed=bool(confirmed), back=back, effect=effect, cautions=cautions,
    )  # fmt: skip
