"""A blind review shows nobody's name: not in a field of its own, and not in the middle of what was written either."""

from collections.abc import Iterable
from typing import NamedTuple

HIDDEN = "〔隐去〕"
SHORTEST = 2
"""Characters a name has at least; a shorter one would take words apart."""


class Blinding(NamedTuple):
    """The names that are hidden, the longest first, so that none leaves the rest of a longer one behind."""

    names: tuple[str, ...]

    def hide(self, text: str) -> str:
        for name in self.names:
            text = text.replace(name, HIDDEN)
        return text


def blinding(names: Iterable[str]) -> Blinding:
    known = {each.strip() for each in names}
    return Blinding(
        tuple(sorted((each for each in known if len(each) >= SHORTEST), key=lambda each: (-len(each), each)))
    )


SEEN = Blinding(())
"""Where the review is not blind: nothing is hidden."""
