"""Asks clamd, the daemon of ClamAV, about a file: its INSTREAM command over TCP or a Unix socket (man 8 clamd).

    zINSTREAM NUL, then pieces of <length: 4 bytes, big-endian><bytes>, then a length of 0
    answer, ended by NUL: "stream: OK", "stream: <signature> FOUND" or "<words> ERROR"

The content travels, not a path, so clamd needs no right to our folder and may run elsewhere.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import unquote, urlsplit

PORT = 3310
PIECE = 64 * 1024
MOST_ANSWER = 4096
_ANSWER = re.compile(r"stream: (?:(?P<clean>OK)|(?P<signature>.+) FOUND)")


class NoVerdict(Exception):
    """clamd could not be reached, broke off, took too long, or answered something else; the words say which."""


class Verdict(NamedTuple):
    """`signature`: what clamd calls what it found; None: nothing."""

    signature: str | None


class Patience(NamedTuple):
    """How many seconds clamd may take to be reached, to take a piece, and to answer once it has all."""

    connection: float = 10.0
    piece: float = 30.0
    answer: float = 120.0

    @property
    def most(self) -> float:
        """A file takes no longer than this, whatever clamd does."""
        return self.connection + self.piece + 2 * self.answer


class Clamd:
    """The clamd of a URL that settings have checked. A connection for each file: clamd ends it after one INSTREAM."""

    def __init__(self, url: str, patience: Patience | None = None) -> None:
        self.url = url
        self.patience = patience or Patience()

    async def scan(self, path: Path) -> Verdict:
        """What clamd says of this file; NoVerdict if it says nothing of it, FileNotFoundError if there is none."""
        content = await asyncio.to_thread(path.open, "rb")
        try:
            async with asyncio.timeout(self.patience.most), self._connected() as (reader, writer):
                whole = await self._sent(content, writer)
                async with asyncio.timeout(self.patience.answer):
                    answer = await reader.readuntil(b"\0") if whole else await reader.read(MOST_ANSWER)
        except TimeoutError:
            raise NoVerdict("查毒服务没有在限定时间内答复") from None
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError) as error:
            raise NoVerdict("查毒服务连不上，或中断了连接") from error
        except OSError as error:
            raise NoVerdict(f"查毒服务连不上（{error}）") from error
        finally:
            content.close()
        words = answer.rstrip(b"\0\n").decode(errors="replace")
        said = _ANSWER.fullmatch(words)
        if said is None:
            raise NoVerdict(f"查毒服务的答复是“{words}”")
        return Verdict(said["signature"])

    async def _sent(self, content: BinaryIO, writer: asyncio.StreamWriter) -> bool:
        """Sends the file. False: clamd ended the connection before it had all, as it does after an ERROR."""
        try:
            writer.write(b"zINSTREAM\0")
            while piece := content.read(PIECE):
                writer.write(len(piece).to_bytes(4, "big") + piece)
                async with asyncio.timeout(self.patience.piece):
                    await writer.drain()
            writer.write(bytes(4))
            async with asyncio.timeout(self.patience.piece):
                await writer.drain()
        except ConnectionError:
            return False
        return True

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        parts = urlsplit(self.url)
        async with asyncio.timeout(self.patience.connection):
            if parts.scheme == "unix":
                reader, writer = await asyncio.open_unix_connection(unquote(parts.path))
            else:
                reader, writer = await asyncio.open_connection(parts.hostname, parts.port or PORT)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()  # a close would wait until clamd has taken what we no longer want to send
            with suppress(ConnectionError):  # it is over either way
                await writer.wait_closed()
