"""Text as it arrives from a form: what nobody typed is told before a database, a letter or a page stumbles over it."""

import re

_UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Controls other than tab and line ends: no database text, no spreadsheet and no XML takes all of them."""
_HALF = re.compile("[\ud800-\udfff]")
NO_CHARACTER = "\ufffd"
_NO_TEXT = re.compile("[\ufffd\x80-\x9f]")
"""What is left of bytes that were no UTF-8: the replacement character, or a control that no keyboard has."""
_FOREIGN = re.compile("[\xa1-\xfe]{4,}")
"""Two Chinese characters of GBK, each byte read as a letter. No language writes so many accents in a row."""
GARBLED = "文字的编码不对，成了乱码；请重新键入后再保存"
UNSEEN = "里面有看不见的控制字符；请删去后重新键入"


def cannot_be_shown(text: str) -> bool:
    """Whether no page could show it again: half of a character."""
    return _HALF.search(text) is not None


def problem_of(text: str) -> str:
    """What is wrong with a text that was sent, and what to do; empty if it can be kept as it is."""
    if cannot_be_shown(text) or _NO_TEXT.search(text):
        return GARBLED
    if any(any(map(str.isalpha, found)) for found in _FOREIGN.findall(text)):
        return GARBLED
    return UNSEEN if _UNSEEN.search(text) else ""


def text_of(value: object) -> str:
    """A field of a form as it was typed; a file sent under its name is none. Half of a character, which no page can
    show again, is the sign for that."""
    return _HALF.sub(NO_CHARACTER, value) if isinstance(value, str) else ""
