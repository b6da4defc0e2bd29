"""Which document a zip file is: DOCX, XLSX (ECMA-376) or OFD (GB/T 33190-2016); and what none of them may hold."""

import re
from collections.abc import Callable
from xml.parsers.expat import ExpatError, ParserCreate

from shared.evidence.archives import Archive
from shared.evidence.refusals import refused

Attributes = dict[str, str]
DOCX, XLSX, OFD = "docx", "xlsx", "ofd"
TYPES = "[Content_Types].xml"
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
_OFFICE = re.compile(r"officedocument\.|ms-(word|excel|powerpoint)", re.IGNORECASE)
_MACROS = re.compile(r"(^|/)(vba[^/]*\.(bin|xml)|activex/.*|(macro|dialog)sheets/.*)$", re.IGNORECASE)
_MACRO_TYPE = re.compile(r"macroEnabled|vbaProject|macrosheet|activeX", re.IGNORECASE)
_LINKED = re.compile(r"^xl/(externallinks/.*|connections\.xml)$", re.IGNORECASE)
_OWN_DISK = re.compile(r"file:///[A-Za-z]:[\\/]|[A-Za-z]:[\\/]")
"""Word notes where a document's template lies on its author's machine; that leads nowhere on another."""


def kind_of_archive(archive: Archive) -> str:
    """DOCX, XLSX or OFD; DomainError for any other, and for one that holds macros or fetches from elsewhere."""
    if "OFD.xml" in archive.names:
        return _ofd(archive)
    if TYPES not in archive.names:
        raise refused("evidence-archive")
    types = _types(archive)
    if any(map(_MACROS.search, archive.names)) or any(map(_MACRO_TYPE.search, types)):
        raise refused("evidence-macros")
    kinds = {_MAIN[each] for each in types if each in _MAIN}
    if len(kinds) != 1:
        raise refused("evidence-kind" if any(map(_OFFICE.search, types)) else "evidence-archive")
    if any(map(_LINKED.search, archive.names)) or _fetches(archive):
        raise refused("evidence-links")
    return kinds.pop()


def _ofd(archive: Archive) -> str:
    roots: list[str] = []
    _each_element(archive.read("OFD.xml"), lambda name, _: None if roots else roots.append(name))
    if roots[0].rpartition(":")[2] != "OFD":
        raise refused("evidence-archive")
    return OFD


def _types(archive: Archive) -> set[str]:
    """The types its parts are said to have."""
    found: set[str] = set()
    _each_element(archive.read(TYPES), lambda _, attributes: found.add(attributes.get("ContentType", "")))
    return found


def _fetches(archive: Archive) -> bool:
    """Whether opening the file would fetch something from outside it: a hyperlink waits for a click."""
    fetched: list[str] = []

    def see(_: str, link: Attributes) -> None:
        kind, target = link.get("Type", "").rpartition("/")[2], link.get("Target", "")
        harmless = kind == "hyperlink" or (kind == "attachedTemplate" and _OWN_DISK.match(target))
        if link.get("TargetMode", "").lower() == "external" and not harmless:
            fetched.append(target)

    for name in archive.names:
        if name.lower().endswith(".rels"):
            _each_element(archive.read(name), see)
    return bool(fetched)


def _each_element(text: bytes, see: Callable[[str, Attributes], None]) -> None:
    """Shows every element of an XML part; a document type, which may hold entities, is refused."""
    parser = ParserCreate()
    parser.StartElementHandler = see
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text, True)
    except (ExpatError, ValueError, LookupError):  # also an encoding that is none
        raise refused("evidence-incomplete") from None


def _refuse_doctype(*_: object) -> None:
    raise refused("evidence-unreadable")
