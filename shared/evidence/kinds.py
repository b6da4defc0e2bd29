"""Which kinds of file are taken, and which of them a content is, whatever its name says."""

from collections.abc import Callable
from typing import NamedTuple

import filetype

from shared.core.errors import DomainError
from shared.evidence.archives import archive, holds_archive
from shared.evidence.content import Content
from shared.evidence.names import display_name
from shared.evidence.office import kind_of_archive
from shared.evidence.pdf import check_pdf
from shared.evidence.pictures import check_jpeg, check_png
from shared.evidence.refusals import MOST_BYTES, TAKEN, refused

HEAD = 8192
"""As much as the library looks at."""
_ZIPPED = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Office up to 2003, and any Office file with a password."""
_ARCHIVES = {"zip", "rar", "7z", "gz", "bz2", "xz", "tar", "cab", "zst", "lz", "Z"}


class Kind(NamedTuple):
    """`extensions`: those it goes by, the usual one first."""

    title: str
    mime: str
    extensions: tuple[str, ...]


_OPENXML = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "pdf": Kind("PDF", "application/pdf", ("pdf",)),
    "jpg": Kind("JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
    "png": Kind("PNG", "image/png", ("png",)),
    "docx": Kind("DOCX", f"{_OPENXML}.wordprocessingml.document", ("docx",)),
    "xlsx": Kind("XLSX", f"{_OPENXML}.spreadsheetml.sheet", ("xlsx",)),
    "ofd": Kind("OFD", "application/ofd", ("ofd",)),
}
ACCEPT = ",".join(f".{each}" for kind in KINDS.values() for each in kind.extensions)
"""For a form's <input type="file" accept="…">."""
KNOWN = frozenset(
    {each for kind in KINDS.values() for each in kind.extensions} | {each.extension for each in filetype.types}
)
"""Extensions that say what a file is."""
_CHECKS: dict[str, Callable[[Content], None]] = {"pdf": check_pdf, "jpg": check_jpeg, "png": check_png}


def kind_of(content: Content) -> Kind:
    """The kind a content is by its own word, whole and harmless as far as can be told; DomainError otherwise."""
    if len(content) == 0:
        raise refused("evidence-empty")
    if len(content) > MOST_BYTES:
        raise refused("evidence-too-large")
    head = content[:HEAD]
    if head.startswith(_ZIPPED):
        with archive(content) as opened:
            return KINDS[kind_of_archive(opened)]
    if head.startswith(_COMPOUND):
        raise refused("evidence-old-office")
    guessed = filetype.guess(head)
    check = None if guessed is None else _CHECKS.get(guessed.extension)
    if check is None:
        raise _not_taken(None if guessed is None else guessed.extension)
    check(content)
    if holds_archive(content) or (guessed.extension != "pdf" and b"%PDF-" in head[:1024]):
        raise refused("evidence-two-in-one")
    return KINDS[guessed.extension]


def _not_taken(extension: str | None) -> DomainError:
    if extension in _ARCHIVES:
        return refused("evidence-archive")
    if extension is None:
        return refused("evidence-kind")
    return DomainError("evidence-kind", f"这是 {extension.upper()} 文件，不收；{TAKEN}，其他的请先导出为 PDF")


def _claimed(sent: str) -> str | None:
    """The kind a file's name claims, if it is one that is taken."""
    extension = sent.rpartition(".")[2].strip().lower()
    return next((each.title for each in KINDS.values() if extension in each.extensions), None)


def kind_and_name(content: Content, sent: str) -> tuple[Kind, str]:
    """The kind of a content, and the name it is shown by."""
    try:
        kind = kind_of(content)
    except DomainError as wrong:
        claimed, unknown = _claimed(sent), refused("evidence-kind")
        if claimed is None or wrong.message != unknown.message:
            raise
        raise refused("evidence-kind", f"文件名写的是 {claimed}，内容不是，请打开核对；") from wrong
    return kind, display_name(sent, kind.extensions, KNOWN)
