"""A file's content to look at: bytes, or a file mapped into memory, so that a large one is never copied whole."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO, cast


class Mapped(mmap):
    """A mapped file that says of itself that it can seek, which the zip reader asks."""

    def seekable(self) -> bool:
        return True


Content = bytes | Mapped


@contextmanager
def mapped(path: Path) -> Iterator[Content]:
    """The content of a file, until the end."""
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            yield b""  # nothing cannot be mapped
            return
        with closing(Mapped(file.fileno(), 0, access=ACCESS_READ)) as content:
            yield content


def as_file(content: Content) -> IO[bytes]:
    """The content as something to read and seek in."""
    if isinstance(content, Mapped):
        content.seek(0)
        return cast(IO[bytes], content)
    return BytesIO(content)
