"""What people wrote, as events carry it to letters: it names nobody by number or address, and it can be taken back.

Addresses travel with contacts alone, and what is asked of an applicant travels with no event; a reason, which somebody
wrote in words of his own, is the one place either could slip in.
"""

import re
from typing import Any, ClassVar

import orjson

from shared.contracts.event import Event, Id
from shared.core.errors import DomainError

_ID_NUMBER = r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
_MOBILE = r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}"
_PERSONAL = {
    "身份证号": re.compile(rf"(?<![0-9A-Za-z]){_ID_NUMBER}(?![0-9A-Za-z])"),
    "手机号": re.compile(rf"(?<![0-9A-Za-z]){_MOBILE}(?![0-9A-Za-z])"),
    "邮箱": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
}
ERASED = "（已清除）"
"""What stands where something was written of a person who is erased."""
SPEAKS = frozenset(
    {"application", "objection", "award", "contract", "assessment", "change", "interest", "broker", "deal", "erasure"}
)
"""The nouns of events whose reasons somebody wrote of a person; those of money were computed, and stay."""


def check_impersonal(event: Event) -> None:
    """Refuses to tell an event of the talent programmes whose reasons hold an identity number, a mobile number or a
    mail address (personal-words). An event that was told is read whatever it says."""
    if event.owner() != "talent":
        return
    told: str = getattr(event, "reason", None) or ""
    reasons: dict[str, str] = getattr(event, "reasons", {})
    said = "\n".join((told, *reasons.values()))
    found = [name for name, pattern in _PERSONAL.items() if pattern.search(said)]
    if found:
        raise DomainError(
            "personal-words",
            f"所写的内容里有{'、'.join(found)}。它会写进信件并随事件保存，请删去再提交；"
            "要对方联系的写办公电话，要核对证件的请对方看自己的网页",
        )


def speaks(type_: str) -> bool:
    """Whether events of this type may carry what somebody wrote of a person."""
    owner, noun, *_ = type_.split(".")
    return owner == "talent" and noun in SPEAKS


def without_words(type_: str, body: bytes) -> bytes | None:
    """The event's data with nothing left of what somebody wrote; None if nobody wrote anything there."""
    if not speaks(type_):
        return None
    said: dict[str, Any] = orjson.loads(body)
    if said.get("reason") in (None, ERASED):
        return None
    return orjson.dumps(said | {"reason": ERASED} | ({"reasons": {}} if "reasons" in said else {}))


class TalentWordsErased(Event):
    """What was written in a story was erased with the person it is of: whoever keeps a copy erases it, too."""

    type_: ClassVar[str] = "talent.words.erased.v1"
    about_field: ClassVar[str] = "story"
    example: ClassVar[dict[str, Any]] = {"story": "6e2d1f0a-7b3c-5d4e-8f9a-0b1c2d3e4f5a"}
    story: Id
    """What the events of the story have as their correlation: an application, a broker, a deal."""
