"""What a service finds of a text that a reader of everything looks for: a few hits of each kind of thing."""

from collections.abc import Sequence
from typing import NamedTuple

MOST = 10
"""How many hits of a kind are shown; one more is asked for, to know that there are more."""


class Hit(NamedTuple):
    title: str
    href: str
    small: str = ""
    """What tells it from others of its name."""


class Found(NamedTuple):
    """The hits of one kind; `rest`: where the whole list is, if there are more than are shown."""

    title: str
    hits: Sequence[Hit]
    rest: str | None = None

    @property
    def shown(self) -> Sequence[Hit]:
        return self.hits[:MOST]

    @property
    def more(self) -> bool:
        return len(self.hits) > MOST
