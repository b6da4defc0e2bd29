"""What every page shows of the site: its title, its navigation and its clock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fastapi import FastAPI
from starlette.routing import Match

from shared.core.clock import Now


class Place(NamedTuple):
    """A line of the navigation."""

    title: str
    href: str


class Places(NamedTuple):
    title: str
    places: tuple[Place, ...]


NAVIGATION = (
    Places(
        "工作",
        (
            Place("总览", "/"),
            Place("年度考评", "/incubator/rounds"),
            Place("载体", "/incubator/carriers"),
            Place("台账", "/incubator/ledger"),
        ),
    ),
    Places("信件", (Place("信件", "/notify/messages"), Place("收到的邮件", "/mails"))),
    Places(
        "运行",
        (
            Place("搁置事件", "/parked"),
            Place("定时任务", "/incubator/schedules"),
            Place("事件目录", "/events"),
            Place("消息接口", "/asyncapi"),
            Place("数据接口", "/api"),
        ),
    ),
)


def answers(app: FastAPI, path: str) -> bool:
    """Whether the app has a page of its own at `path`."""
    scope = {"type": "http", "path": path, "method": "GET", "root_path": "", "headers": [], "query_string": b""}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in app.router.routes)


@dataclass
class Site:
    """`navigation` holds only what the app answers; it is looked up when first shown, once every router is included."""

    title: str
    now: Now
    demo: bool
    answers: Callable[[str], bool]
    _navigation: Sequence[Places] | None = None

    @property
    def navigation(self) -> Sequence[Places]:
        if self._navigation is None:
            kept = [
                (group.title, tuple(place for place in group.places if self.answers(place.href)))
                for group in NAVIGATION
            ]
            self._navigation = tuple(Places(title, places) for title, places in kept if places)
        return self._navigation

    def here(self, path: str) -> str | None:
        """The navigation's line a page belongs to: its own, or the longest one it lies under."""
        found = [place.href for group in self.navigation for place in group.places if _under(path, place.href)]
        return max(found, key=len, default=None)

    @property
    def clock(self) -> datetime:
        return self.now()


def _under(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))
