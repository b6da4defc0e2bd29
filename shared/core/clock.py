"""The clock: instants in UTC, legal dates in Asia/Shanghai. Passed in; nothing deep inside reads one of its own."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import orjson

SHANGHAI = ZoneInfo("Asia/Shanghai")

Now = Callable[[], datetime]
"""Answers the present instant in UTC: the machine's, or in demo mode the demo's."""


def system_now() -> datetime:
    return datetime.now(UTC)


def legal_date(instant: datetime) -> date:
    """The day it is in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """00:00 Asia/Shanghai of a day, as an instant in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 Asia/Shanghai of an inclusive last day, as an instant in UTC."""
    return start_of(day + timedelta(days=1))


CLOCK = "clock.json"
"""Where an installation in demo mode keeps its clock."""


def clock_of(folder: Path) -> Now:
    """The clock an installation lives on: the demo's if it has one, the machine's otherwise."""
    path = folder.joinpath(CLOCK)
    return DemoClock(path, system_now()).now if path.exists() else system_now


class DemoClock:
    """The demo's clock: it goes on like any other from the instant it was last moved to, and only ever forward.

    It is kept in a file, so that the demo goes on where it stopped; `mark` notes how far it has come.
    """

    def __init__(self, path: Path, begin: datetime) -> None:
        self.path = path
        kept = orjson.loads(path.read_bytes()) if path.exists() else {"at": begin.isoformat()}
        self._at = datetime.fromisoformat(kept["at"])
        self._since = monotonic()

    def now(self) -> datetime:
        return (self._at + timedelta(seconds=monotonic() - self._since)).astimezone(UTC)

    def move_to(self, instant: datetime) -> None:
        """Moves forward to `instant`; an earlier one changes nothing."""
        self._at, self._since = max(self.now(), instant), monotonic()
        self.mark()

    def mark(self) -> None:
        """Writes down how far the clock has come, whole or not at all."""
        beside = self.path.with_suffix(".new")
        beside.write_bytes(orjson.dumps({"at": self.now().isoformat()}))
        beside.replace(self.path)
