"""What a part of a rule says on a day, worked out once: values change rarely, events are many."""

from collections.abc import Callable
from datetime import date
from typing import Generic, TypeVar

Said = TypeVar("Said")
MOST_DAYS = 4096


class Daily(Generic[Said]):
    """Remembers `say(day)`. Only speed depends on it: `say` must give the same for the same day."""

    __slots__ = ("_days", "_say")

    def __init__(self, say: Callable[[date], Said]) -> None:
        self._say = say
        self._days: dict[date, Said] = {}

    def on(self, day: date) -> Said:
        """What is said on that day; an error is raised anew each time."""
        try:
            return self._days[day]
        except KeyError:
            said = self._say(day)
            if len(self._days) >= MOST_DAYS:
                self._days.clear()
            self._days[day] = said
            return said
