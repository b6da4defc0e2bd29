"""A decision about a grade, shown with all it touches before it is done: rank, quota and money beside units and
letters. The same form comes back with what was seen, and only then it is done."""

from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import RowMapping

from services.incubator.usecases.foreseen import foresee
from services.incubator.usecases.grade_effect import Effect
from services.incubator.web.foreseeing import CONFIRMED, led_to
from services.incubator.web.looks import PAGES
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import FORM_TOKEN

SEEN = "seen"
"""The field that holds which effect was seen."""


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
    units: Sequence[object] = (),
    later: Sequence[RowMapping] = (),
    next_year: RowMapping | None = None,
    cautions: Sequence[str] = (),
    did: str = "",
) -> Response:
    """Shows what `work` would touch, with `effect` if it has one, or does it if that is what was seen and confirmed.

    A DomainError of `work` passes through. `units`: each with its grade before and after; `later`: awards under the
    same limits; `next_year`: the evaluation that carried the grade over. `did`: what is said
    was done by a step that moves no state.
    """
    form = await request.form()
    foreseen = await foresee(running, who.account, work)
    now = sha256(f"{effect and effect.digest} {units!r}".encode()).hexdigest()
    confirmed, seen = form.get(CONFIRMED), form.get(SEEN)
    if confirmed == foreseen.digest and seen == now:
        async with running.unit(who.account) as unit:
            await work(unit)
        return RedirectResponse(led_to(to, foreseen, did), 303)
    kept = [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str) and name not in {CONFIRMED, SEEN, FORM_TOKEN}
    ]
    return PAGES.show(
        request,
        "weighed.html",
        title=title,
        does=does,
        foreseen=foreseen,
        kept=[*kept, (SEEN, now)],
        changed=bool(confirmed),
        back=back,
        effect=effect,
        units=units,
        later=later,
        next_year=next_year,
        cautions=cautions,
    )
