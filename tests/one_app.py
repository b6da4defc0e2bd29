"""Sites for tests, made once in a process and lent to one test after another: three hundred routes take most of a
second to make, and a page takes a few milliseconds.

A site that is lent knows its services only by stand-ins; whoever borrows it puts his own behind them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request

from shared.identity.opening import Identity
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit import app as real
from shared.webkit.asking import Asks


class StandIn:
    """A running service of whoever has the site now."""

    def __init__(self, running: Running) -> None:
        self.service = running.service
        self.behind: Any = running

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)


class Lent:
    """A site with what it asks of whoever has it now."""

    def __init__(self, title: str, runnings: Sequence[Running], identity: Identity) -> None:
        self.stand_ins = [StandIn(running) for running in runnings]
        self.now: Callable[[], datetime]
        self.asks: Asks
        behind: Any = self.stand_ins
        self.app = real.make_app(title, behind, now=self._clock, identity=identity, asks=self._asked)

    def _clock(self) -> datetime:
        return self.now()

    async def _asked(self, request: Request) -> Who | None:
        return await self.asks(request)

    def lend(self, runnings: Sequence[Running], now: Callable[[], datetime], identity: Identity, asks: Asks) -> FastAPI:
        for stand_in, running in zip(self.stand_ins, runnings, strict=True):
            stand_in.behind = running
        self.now, self.asks = now, asks
        self.app.state.identity = identity
        return self.app


_free: dict[tuple[str, ...], list[Lent]] = {}
_out: list[tuple[tuple[str, ...], Lent]] = []


def make_app(
    title: str, runnings: Sequence[Running], *, now: Callable[[], datetime], identity: Identity, asks: Asks
) -> FastAPI:
    """The site of these services as `shared.webkit.app.make_app` makes it, lent until the test is over. A test that
    adds to its site makes one of its own."""
    key = (title, *(str(id(running.service)) for running in runnings))
    free = _free.setdefault(key, [])
    lent = free.pop() if free else Lent(title, runnings, identity)
    _out.append((key, lent))
    return lent.lend(runnings, now, identity, asks)


def take_back() -> None:
    """The test is over: what it had is free."""
    while _out:
        key, lent = _out.pop()
        _free[key].append(lent)
