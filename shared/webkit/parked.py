"""The page of events that could not be handled: whole, with the error. Redriving is `miaopu parked redrive`."""

from collections.abc import Sequence
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import RowMapping

from shared.core.errors import DomainError
from shared.messaging import parking
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.interface import pretty
from shared.webkit.templates import Pages

PAGES = Pages()
PER_PAGE = 50
SHOWN = 20_000
"""As many characters of a body as a page shows."""


def routes(runnings: Sequence[Running]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/parked", dependencies=[READERS])
    async def parked(
        request: Request, state: str = parking.PARKED, page: Annotated[int, Query(ge=1)] = 1
    ) -> HTMLResponse:
        if state not in parking.STATES:
            raise DomainError("no-such-state", f"没有 {state} 这种状态；可用 {'、'.join(parking.STATES)}")
        counts = dict.fromkeys(parking.STATES, 0)
        rows: list[tuple[Running, RowMapping]] = []
        for running in runnings:
            async with running.look() as connection:
                spine = running.service.spine
                for name, count in (await parking.counted(connection, spine)).items():
                    counts[name] += count
                rows += [(running, row) for row in await parking.listed(connection, spine, state, page * PER_PAGE)]
        rows.sort(key=lambda each: (each[1]["parked_at"], each[1]["id"]))
        kept = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
        return PAGES.show(
            request,
            "parked.html",
            parked=[(running.service, row, body_text(bytes(row["body"]))) for running, row in kept],
            state=state,
            states=parking.STATES,
            counts=counts,
            number=page,
            pages=max(1, -(-counts[state] // PER_PAGE)),
        )

    return router


def body_text(body: bytes) -> str:
    """A message's body as a person can read it: JSON in lines, other text as it is, anything else as bytes."""
    try:
        text = pretty(orjson.loads(body))
    except orjson.JSONDecodeError:
        text = "".join(map(_visible, body.decode(errors="backslashreplace")))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n……（共 {len(text)} 个字符）"


def _visible(character: str) -> str:
    return character if character.isprintable() or character in "\n\t" else f"\\x{ord(character):02x}"
