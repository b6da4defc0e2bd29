"""PDF (ISO 32000-1): whole, readable by everybody, and nothing in it that runs.

Names are looked for everywhere, also written with #XX, and in compressed object streams, where most programs put them.
An adversary can hide better than this finds; the rest is the virus scanner's, and a reader's that asks before it runs.
"""

import re
import zlib
from collections.abc import Iterator

from shared.evidence.content import Content
from shared.evidence.refusals import refused

MOST_INFLATED = 64 * 1024 * 1024
"""Object streams hold the skeleton of a document: an ordinary one needs a few MB."""
MOST_STREAMS = 20_000
_TAIL = 1024
_DICTIONARY = 4096
"""How far an object stream's type may be from its beginning and its end."""


def _name(name: str) -> str:
    """A pattern of that name, each letter as itself or as #XX, up to a delimiter (7.3.5)."""
    letters = "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name)
    return rf"/{letters}(?=[\x00\t\n\f\r ()<>\[\]{{}}/%]|$)"


def _names(*names: str) -> re.Pattern[bytes]:
    return re.compile("|".join(map(_name, names)).encode())


_START = re.compile(rb"%PDF-\d")
_END = re.compile(rb"startxref\s+\d+\s+%%EOF[\x00\s]*\Z")
_ENCRYPTED = _names("Encrypt")
_RUNS = _names("JavaScript", "Launch")
_OBJECTS = _names("ObjStm")
_FILTER, _FLATE, _UNUSUAL = _names("Filter"), _names("FlateDecode", "Fl"), _names("Predictor", "Crypt")
_STREAM = re.compile(rb"stream\r?\n")


def check_pdf(content: Content) -> None:
    if not _START.match(content):
        raise refused("evidence-incomplete")
    if not _END.search(content, max(0, len(content) - _TAIL)):
        raise refused("evidence-incomplete")
    if _ENCRYPTED.search(content):
        raise refused("evidence-encrypted")
    if _RUNS.search(content) or any(_RUNS.search(objects) for objects in _object_streams(content)):
        raise refused("evidence-scripts")


def _object_streams(content: Content) -> Iterator[bytes]:
    """The object streams (7.5.7), inflated. Each is looked at once, so that the work is bound by the file's size."""
    at, left = 0, MOST_INFLATED
    for _ in range(MOST_STREAMS):
        found = _OBJECTS.search(content, at)
        if found is None:
            return
        begins = _STREAM.search(content, found.end(), found.end() + _DICTIONARY)
        if begins is None:
            at = found.end()
            continue
        ends = content.find(b"endstream", begins.end())
        if ends < 0:
            raise refused("evidence-incomplete")
        opened = content.rfind(b"obj", max(0, found.start() - _DICTIONARY), found.start())
        inflated = _inflated(content[max(0, opened) : begins.start()], content[begins.end() : ends], left)
        left -= len(inflated)
        yield inflated
        at = ends
    raise refused("evidence-unreadable")


def _inflated(dictionary: bytes, data: bytes, most: int) -> bytes:
    if not _FILTER.search(dictionary):
        return b""  # it stands in the file as it is, and was looked at there
    if not _FLATE.search(dictionary) or _UNUSUAL.search(dictionary):
        raise refused("evidence-unreadable")
    try:
        reader = zlib.decompressobj()
        inflated = reader.decompress(data, most + 1)
    except zlib.error:
        raise refused("evidence-unreadable") from None
    if len(inflated) > most:
        raise refused("evidence-bomb")
    return inflated
