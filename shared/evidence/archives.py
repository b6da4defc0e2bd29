"""Zip files, as DOCX, XLSX and OFD are: opened only if every reader finds the same in them, and not too much of it."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from shared.evidence.content import Content, as_file
from shared.evidence.refusals import refused

MOST_ENTRIES = 5_000
MOST_DIRECTORY = 2 * 1024 * 1024
MOST_INFLATED = 200 * 1024 * 1024
MOST_RATIO = 200
"""Of a part that is large: the XML of an ordinary sheet shrinks to a twentieth, nothing but the same byte to 1/1000."""
LARGE = 1024 * 1024
MOST_READ = 8 * 1024 * 1024
"""Of all parts that are looked into."""
_PIECE = 1 << 16
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_END = struct.Struct("<4sHHHHIIH")
_DESCRIPTOR = 24
"""The most bytes that may stand behind a part: its sizes, where they were not known before."""
_ENCRYPTED, _SIZES_FOLLOW, _STRONGLY = 0x01, 0x08, 0x40
_UNSOUND = (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, struct.error, zlib.error)
"""What the zip reader raises of files that are none."""


class Archive:
    """A zip file whose parts have all been read through once."""

    def __init__(self, opened: ZipFile) -> None:
        self._opened = opened
        self._left = MOST_READ
        self.names = tuple(opened.namelist())

    def read(self, name: str) -> bytes:
        """A part whole; refused once more has been asked for than an ordinary file holds."""
        self._left -= self._opened.getinfo(name).file_size
        if self._left < 0:
            raise refused("evidence-unreadable")
        return self._opened.read(name)


def holds_archive(content: Content) -> bool:
    """Whether a zip file ends in this content, whatever it begins as: a reader of zip files looks at the end first."""
    tail = max(0, len(content) - 0xFFFF - _END.size)
    at = content.rfind(b"PK\x05\x06", tail)
    if at < 0 or at + _END.size > len(content):
        return False
    directory = _END.unpack_from(content, at)[5]
    return content[max(0, at - directory) : at][:4] == b"PK\x01\x02"


@contextmanager
def archive(content: Content) -> Iterator[Archive]:
    """The archive, sound and of bounded size; DomainError says why not."""
    directory_at = _check_end(content)
    try:
        opened = ZipFile(as_file(content))
        infos = opened.infolist()
        _check_entries(infos)
        _check_layout(content, infos, directory_at)
        for info in infos:
            _read_through(opened, info)
    except _UNSOUND:
        raise refused("evidence-incomplete") from None
    with opened:
        yield Archive(opened)


def _read_through(opened: ZipFile, info: ZipInfo) -> None:
    """A part whose size or checksum is not the one announced raises at its end."""
    with opened.open(info) as part:
        while part.read(_PIECE):
            continue


def _check_end(content: Content) -> int:
    """The directory ends the file, and is small enough to be read; where it begins."""
    if len(content) < _END.size:
        raise refused("evidence-incomplete")
    fields = _End._make(_END.unpack_from(content, len(content) - _END.size))
    if fields.signature != b"PK\x05\x06" or fields.disk or fields.directory_disk or fields.comment:
        raise refused("evidence-two-in-one" if holds_archive(content) else "evidence-incomplete")
    if fields.entries_here != fields.entries or fields.at + fields.directory != len(content) - _END.size:
        raise refused("evidence-incomplete")  # also what is larger than 4 GB, or says so
    if fields.entries > MOST_ENTRIES or fields.directory > MOST_DIRECTORY:
        raise refused("evidence-bomb")
    return fields.at


class _End(NamedTuple):
    signature: bytes
    disk: int
    directory_disk: int
    entries_here: int
    entries: int
    directory: int
    at: int
    comment: int


def _check_entries(infos: Sequence[ZipInfo]) -> None:
    names = {info.filename.lower() for info in infos}
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_INFLATED:
        raise refused("evidence-bomb")
    if len(names) < len(infos):
        raise refused("evidence-unreadable")  # which of two parts of one name counts depends on the reader
    for info in infos:
        if info.flag_bits & (_ENCRYPTED | _STRONGLY):
            raise refused("evidence-encrypted")
        if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or not _is_inside(info.orig_filename):
            raise refused("evidence-unreadable")
        if info.file_size > LARGE and info.file_size > MOST_RATIO * info.compress_size:
            raise refused("evidence-bomb")


def _is_inside(name: str) -> bool:
    """Whether a part's name leads nowhere else."""
    return "\\" not in name and "\0" not in name and ".." not in name.split("/") and name[:1] not in {"", "/"}


def _check_layout(content: Content, infos: Sequence[ZipInfo], directory_at: int) -> None:
    """Parts lie one behind another from the first byte to the directory: none inside another, nothing in between."""
    at = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if not at <= info.header_offset <= at + (_DESCRIPTOR if at else 0):
            raise refused("evidence-bomb" if info.header_offset < at else "evidence-two-in-one")
        local = _LOCAL.unpack_from(content, info.header_offset)
        flags, method, size, name, extra = local[2], local[3], local[7], local[9], local[10]
        if not flags & _SIZES_FOLLOW and (method, size) != (info.compress_type, info.compress_size):
            raise refused("evidence-unreadable")
        at = info.header_offset + _LOCAL.size + name + extra + info.compress_size
    if not at <= directory_at <= at + _DESCRIPTOR:
        raise refused("evidence-two-in-one" if at < directory_at else "evidence-bomb")
