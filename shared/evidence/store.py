"""Contents on disk, under their SHA-256, in a folder only this user may read and no page is served from.

A content first arrives beside the others, is looked at there, and is put in its place whole when its row is written.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import uuid4

from shared.core.settings import Settings
from shared.core.whole import PRIVATE
from shared.evidence.content import mapped
from shared.evidence.kinds import Kind, kind_and_name
from shared.evidence.refusals import MOST_BYTES, refused

PIECE = 64 * 1024
PRIVATE_FOLDER = 0o700
ARRIVING = "arriving"


class Source(Protocol):
    """Where a file comes from: an UploadFile, or anything that answers so."""

    async def read(self, size: int = -1, /) -> bytes: ...


class Arrived(NamedTuple):
    """A file that was read to its end and may be taken; `path` is where it lies until it is put in its place."""

    path: Path
    name: str
    kind: Kind
    bytes: int
    sha256: str


class Store:
    """The contents of one service's files. `checks`: whether there is a scanner that looks at them."""

    def __init__(self, folder: Path, *, checks: bool) -> None:
        self.folder = folder
        self.checks = checks

    def path_of(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    @asynccontextmanager
    async def arriving(self, sent_name: str, source: Source) -> AsyncIterator[Arrived]:
        """Reads a file piece by piece, and no further than the limit; DomainError says why it is not taken.

        It is held until the end, and gone then unless it was put in its place. Do this before a transaction begins: an
        upload takes as long as it takes, and a writer would keep all others waiting.
        """
        path = self.folder / ARRIVING / uuid4().hex
        await asyncio.to_thread(_make_folder, path.parent)
        try:
            size, sha256 = await _written(path, source)
            kind, name = await asyncio.to_thread(_looked_at, path, sent_name)
            yield Arrived(path, name, kind, size, sha256)
        finally:
            path.unlink(missing_ok=True)

    def put(self, arrived: Arrived) -> None:
        """In its place, whole. One that is there already is the same."""
        place = self.path_of(arrived.sha256)
        _make_folder(place.parent)
        os.replace(arrived.path, place)  # noqa: PTH105 - the two are paths of this store, on one file system
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # its row is about to be committed, and must not outlive it
        finally:
            os.close(folder)

    def erase(self, sha256: str) -> None:
        self.path_of(sha256).unlink(missing_ok=True)

    def is_whole(self, sha256: str) -> bool | None:
        """Whether the content still has its hash; None if it is not there."""
        try:
            with self.path_of(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return None

    def contents(self) -> Iterator[str]:
        """The hashes of everything that lies here."""
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            yield from (path.name for path in folder.iterdir())

    def left_behind(self, before: float) -> Iterator[Path]:
        """What arrived before that second of the machine's clock and never got its place: its process was killed."""
        for path in (self.folder / ARRIVING).glob("*"):
            if path.stat().st_mtime < before:
                yield path


def store_of(settings: Settings, service: str) -> Store:
    """The store of a service: each has its own, so that what one no longer needs is never what another does."""
    return Store(settings.data / "evidence" / service, checks=settings.clamd_url is not None)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


async def _written(path: Path, source: Source) -> tuple[int, str]:
    """Size and SHA-256 of what was read."""
    size, digest = 0, hashlib.sha256()
    file = open(path, "xb", opener=_private)  # noqa: ASYNC230, SIM115 - a new file, closed below
    try:
        while piece := await source.read(PIECE):
            size += len(piece)
            if size > MOST_BYTES:
                raise refused("evidence-too-large")
            digest.update(piece)
            file.write(piece)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    finally:
        file.close()
    return size, digest.hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE)


def _looked_at(path: Path, sent_name: str) -> tuple[Kind, str]:
    with mapped(path) as content:
        return kind_and_name(content, sent_name)
