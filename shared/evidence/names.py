"""The name a file is shown and saved by, made safe from whatever was sent."""

import re
import unicodedata

from shared.evidence.refusals import refused

MOST_CHARACTERS = 120
MOST_BYTES = 240
"""In UTF-8: a file system takes 255, and a browser may add a number."""
NAMELESS = "附件"
_PARTS = re.compile(r"[/\\]")
_UNSAVEABLE = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Controls, direction marks and other invisible formatting, halves of a character, line and paragraph ends."""


def display_name(sent: str, extensions: tuple[str, ...], known: frozenset[str]) -> str:
    """The last part of `sent`, NFC, without what cannot be seen or saved, ending in one of `extensions`.

    A name that ends in another extension that is `known` is refused: either the file or its name is the wrong one.
    """
    name = unicodedata.normalize("NFC", "".join(map(_seen, _PARTS.split(sent)[-1])))
    name = " ".join(_UNSAVEABLE.sub("_", name).split()).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and ending.lower() in extensions:
        name = stem
    elif dot and ending.lower() in known:
        raise refused("evidence-name-differs", f"文件名以 .{ending.lower()} 结尾，内容却是 {extensions[0].upper()}：")
    else:
        ending = extensions[0]
    room = len(ending) + 2  # the dot, and what may come before a reserved name
    stem = _cut(name, MOST_CHARACTERS - room, MOST_BYTES - room).strip(" .") or NAMELESS
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem}.{ending.lower()}"


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _UNSEEN else character


def _cut(text: str, characters: int, size: int) -> str:
    return text[:characters].encode()[:size].decode(errors="ignore")
