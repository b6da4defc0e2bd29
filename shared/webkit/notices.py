"""What was just done, said once on the page a step leads to.

The address carries a word of the service's own vocabulary and how many, never a text: nobody can write on our pages by
sending somebody a link.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

DID = "did"
MOST_DIGITS = 6
Notices = Mapping[str, str]
"""By word, the sentence; {} in it is how many."""


def address_with(address: str, word: str, count: int) -> str:
    """The address of the page that is led to, with what was done; its own query stays."""
    parts = urlsplit(address)
    query = [*parse_qsl(parts.query, keep_blank_values=True), (DID, f"{word}.{count}")]
    return urlunsplit(parts._replace(query=urlencode(query)))


def notice_of(notices: Notices, said: str) -> str:
    """The sentence for what the address says was done; empty if it says nothing this service knows."""
    word, _, count = said.rpartition(".")
    if word not in notices or not (count.isascii() and count.isdecimal() and len(count) <= MOST_DIGITS):
        return ""
    return notices[word].format(int(count))


def word_of(notices: Notices, moved: Mapping[str, int]) -> tuple[str, int] | None:
    """What to say of a step that moved so many of each (noun-state): the first the service has a sentence for."""
    return next(((word, moved[word]) for word in notices if moved.get(word)), None)
