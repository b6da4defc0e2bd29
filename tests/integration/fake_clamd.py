"""A clamd on loopback: it speaks INSTREAM as the real one does, knows one virus, and can be made to misbehave."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.servers import free_port

EICAR = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
"""What the harmless test virus says of itself; in two halves, so that no scanner takes this file for it."""
SIGNATURE = "Eicar-Test-Signature"
ANSWER, STALL, DEAF, DROP, LIMIT, MUMBLE = "answer", "stall", "deaf", "drop", "limit", "mumble"


class FakeClamd:
    """`mode` says how it treats the next connection; `scanned` the SHA-256 of every content it has judged."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.mode = ANSWER
        self.scanned: list[str] = []
        self.over = asyncio.Event()

    async def _treat(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.mode == DEAF:
                await self.over.wait()
                return
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            content = b""
            while length := int.from_bytes(await reader.readexactly(4), "big"):
                content += await reader.readexactly(length)
                if self.mode == DROP:
                    return
                if self.mode == LIMIT:
                    writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                    await writer.drain()
                    return
            if self.mode == STALL:
                await self.over.wait()
                return
            self.scanned.append(hashlib.sha256(content).hexdigest())
            found = f"{SIGNATURE} FOUND" if EICAR in content else "OK"
            writer.write(b"what?\0" if self.mode == MUMBLE else f"stream: {found}\0".encode())
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # whoever asked has given up
        finally:
            writer.close()


@asynccontextmanager
async def fake_clamd(socket: Path | None = None) -> AsyncIterator[FakeClamd]:
    """On a free port, or on a Unix socket."""
    if socket is None:
        port = free_port()
        clamd = FakeClamd(f"tcp://127.0.0.1:{port}")
        server = await asyncio.start_server(clamd._treat, "127.0.0.1", port)  # noqa: SLF001 - its own
    else:
        clamd = FakeClamd(f"unix://{socket}")
        server = await asyncio.start_unix_server(clamd._treat, str(socket))  # noqa: SLF001 - its own
    async with server:
        yield clamd
        clamd.over.set()
