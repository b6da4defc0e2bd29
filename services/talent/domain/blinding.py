"""A blind review shows nobody's name: not in a field of its own, and not in the middle of what was written either."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

HIDDEN = "〔隐去〕"
SHORTEST = 2
"""Characters a name has at least; a shorter one would take words apart."""


class Blinding(NamedTuple):
    """The names that are hidden, the longest first, so that none leaves the rest of a longer one behind."""

    names: tuple[str, ...]

    def hide(self, text: str) -> str:
        for name in self.names:
            text = _written(name).sub(HIDDEN, text.replace(name, HIDDEN))
        return text


@lru_cache(maxsize=10_000)
def _written(name: str) -> re.Pattern[str]:
    """The name as others write it: with blanks in between or none, in large letters or small ones. In small letters a
    name of letters is hidden only where it stands by itself, so that it takes no words apart."""
    loose = r"\s*".join(re.escape(each) for each in name if not each.isspace())
    alone = rf"(?<![A-Za-z]){loose}(?![A-Za-z])" if name.isascii() else loose
    return re.compile(alone, re.IGNORECASE)


def blinding(names: Iterable[str]) -> Blinding:
    known = {each.strip() for each in names}
    return Blinding(
        tuple(sorted((each for each in known if len(each) >= SHORTEST), key=lambda each: (-len(each), each)))
    )


SEEN = Blinding(())
"""Where the review is not blind: nothing is hidden."""
