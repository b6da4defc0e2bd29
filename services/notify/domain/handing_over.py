"""What an answer of a mail server means for a letter, and when it is tried again."""

import re
from typing import NamedTuple

HANDED_OVER, PUT_OFF, REFUSED = "handed_over", "put_off", "refused"

MINUTE, HOUR = 60, 3_600
DELAYS = (MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, *[6 * HOUR] * 15)
"""Seconds before the second, third ... attempt: together more than four days, for servers are down over weekends."""

CONNECTION, RECIPIENT, CONTENT = "connection", "recipient", "content"
"""How far a hand-over had come when the server answered: not yet at the recipient, at it, or at the content."""

_MOST_WORDS = 2_000
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
AN_ADDRESS = "〔邮箱〕"
_AUTHENTICATION = frozenset({530, 534, 535, 538})


class Outcome(NamedTuple):
    """What became of one attempt. `trouble`: it is the server's or ours, not this letter's; the next would fail alike.

    `words` are the server's own, or what kept us from hearing any.
    """

    kind: str
    code: int | None
    words: str
    trouble: bool = False

    @property
    def told(self) -> str:
        return f"{self.code} {self.words}".strip() if self.code else self.words


def _readable(words: str) -> str:
    """A server may say bytes that are no text; a row and an event hold text. Mostly it repeats the address, which no
    event may carry and nothing may keep once it is erased; where a letter went stands beside it."""
    text = words.encode("utf-8", "replace").decode().replace("\x00", "")
    return _ADDRESS.sub(AN_ADDRESS, text[:_MOST_WORDS]).strip()


def accepted(words: str) -> Outcome:
    return Outcome(HANDED_OVER, 250, _readable(words))


def answered(stage: str, code: int, words: str) -> Outcome:
    """A server's refusal. 5xx to recipient or content is final; to anything before, it is about us and put right here.

    421 closes the connection, and a code outside 400-599 is no answer at all: both are the server's trouble.
    """
    said = _readable(words) or "邮件服务器没有说明原因"
    about_us = stage == CONNECTION or code in _AUTHENTICATION
    if 500 <= code <= 599 and not about_us:
        return Outcome(REFUSED, code, said)
    return Outcome(PUT_OFF, code, said, trouble=about_us or code == 421 or not 400 <= code <= 599)


def unwritable(why: str) -> Outcome:
    """The letter cannot even be offered to a server."""
    return Outcome(REFUSED, None, _readable(why))


def unanswered(error: BaseException) -> Outcome:
    """No answer: the network, a time-out, a connection that broke. Whether the letter was taken is not known."""
    said = _readable(str(error)) or type(error).__name__
    return Outcome(PUT_OFF, None, f"没有得到邮件服务器的答复：{said}", trouble=True)
