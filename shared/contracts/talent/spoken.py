"""What people wrote, as events carry it to letters: it names nobody by number or address, and it can be taken back.

Addresses travel with contacts alone, and what is asked of an applicant travels with no event; a reason, which somebody
wrote in words of his own, is the one place either could slip in.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, ClassVar

import orjson

from shared.contracts.event import Event, Id
from shared.core.errors import DomainError

_BETWEEN = re.compile(r"(?<=\d)[\s.·‐-―-]+(?=\d)")
_PERSONAL = {
    "身份证号": re.compile(
        r"(?<![0-9A-Za-z])[1-9]\d{5}(?:(?:18|19|20)\d{2}|\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
        r"(?:(?<=\d{17})[\dXx]|(?<=\d{15}))(?![0-9A-Za-z])"
    ),
    "手机号": re.compile(r"(?<![0-9A-Za-z])(?<!编号)(?<!〕)(?:\+?86)?1[3-9]\d{9}(?![0-9A-Za-z])"),
    "邮箱": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII),
}
ERASED = "（已清除）"
"""What stands where something was written of a person who is erased."""
NOUNS = frozenset(
    {"application", "objection", "award", "contract", "assessment", "change", "interest", "broker", "deal", "erasure"}
)
"""The nouns of events whose reasons somebody wrote of a person. Why money is what it is stays with the money."""
WITHHELD = "talent.grant.withheld.v1"
"""Money is held back with the words in which an assessment was concluded or a project was ended."""


def check_impersonal(event: Event) -> None:
    """Refuses to tell an event of the talent programmes in which somebody wrote an identity number, a mobile number or
    a mail address (personal-words), however he parted their digits. An event that was told is read whatever it says."""
    if event.owner() == "talent":
        check_words(*_written(event))


def check_words(*texts: str) -> None:
    """As check_impersonal, of what is written now and told later."""
    written = unicodedata.normalize("NFKC", "\n".join(texts))
    joined = _BETWEEN.sub("", written)
    found = [name for name, pattern in _PERSONAL.items() if pattern.search(joined) or pattern.search(written)]
    if found:
        raise DomainError(
            "personal-words",
            f"所写的内容里有{'、'.join(found)}。它会写进信件并随事件保存，请删去再提交；"
            "要对方联系的写办公电话，要核对证件的请对方看自己的网页",
        )


def _written(event: Event) -> Iterator[str]:
    """What somebody may have written in words of his own: why, by field why, and why an amount is what it is."""
    yield getattr(event, "reason", None) or ""
    yield from getattr(event, "reasons", {}).values()
    yield getattr(event, "decided", {}).get("reason", "")


def speaks(type_: str) -> bool:
    """Whether events of this type may carry what somebody wrote of a person."""
    owner, noun, *_ = type_.split(".")
    return type_ == WITHHELD or (owner == "talent" and noun in NOUNS)


def without_words(type_: str, body: bytes) -> bytes | None:
    """The event's data with nothing left of what somebody wrote; None if nobody wrote anything there. Of data that
    cannot be read nothing is left."""
    if not speaks(type_):
        return None
    try:
        said: dict[str, Any] = dict(orjson.loads(body))
    except (ValueError, TypeError):
        return None if body == NOTHING else NOTHING
    left = dict(said)
    if said.get("reason") is not None:
        left["reason"] = ERASED
    if said.get("reasons"):
        left["reasons"] = {}
    return None if left == said else orjson.dumps(left)


NOTHING = b"{}"


class TalentWordsErased(Event):
    """What was written in a story was erased with the person it is of: whoever keeps a copy erases it, too."""

    type_: ClassVar[str] = "talent.words.erased.v1"
    about_field: ClassVar[str] = "story"
    example: ClassVar[dict[str, Any]] = {"story": "6e2d1f0a-7b3c-5d4e-8f9a-0b1c2d3e4f5a"}
    story: Id
    """What the events of the story have as their correlation: an application, a broker, a deal. It is told once
    everybody has heard those events, so that nobody writes their words down after it."""
