"""A nats-server of our own as a supervised child, for an installation that has none: one folder, loopback only.

It keeps its port and its passwords in the folder's credentials.json, so that programs outside find it again. If we are
killed it lives on; the next start ends it. If it dies it is started again, and those connected come back by themselves.
"""

import asyncio
import json
import logging
import secrets
import shutil
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path
from urllib.parse import quote, urlsplit

from shared.core.errors import DomainError
from shared.core.whole import write_whole
from shared.messaging import processes
from shared.messaging.accounts import ADMIN, authorization, rights

HOST = "127.0.0.1"
READY_SECONDS = 120.0
"""How long a server may take to read back a large store."""
STOP_SECONDS = 20.0
PAUSES = (0.2, 1.0, 5.0)
"""Before it is started again after dying once, twice, more often in a row; the last is kept."""
STEADY_SECONDS = 30.0
"""Having run this long it counts as steady again."""
TRIES = 3
LOG_BYTES = 10_000_000

log = logging.getLogger(__name__)


class EmbeddedServer:
    """`start` it, `keep` it running in the background, `stop` it at the end."""

    def __init__(self, data: Path) -> None:
        data = data.resolve()  # its command line names the folder, so that the next start knows it as ours
        self.folder = data / "nats"
        self.store = data / "jetstream"
        self.credentials = data / "credentials.json"
        self.config = self.folder / "server.conf"
        self.pid_file = self.folder / "server.pid"
        self.log_file = self.folder / "server.log"
        self.port = 0
        self.passwords: dict[str, str] = {}
        self.process: Process | None = None

    def url(self, user: str) -> str:
        return f"nats://{quote(user)}:{quote(self.passwords[user])}@{HOST}:{self.port}"

    async def start(self) -> None:
        """Ends what a killed run left behind, settles port and passwords, and waits until the server answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        await self._end_orphan()
        self._remember()
        await self._spawn()

    async def keep(self) -> None:
        """Starts the server again whenever it dies; ends only when cancelled."""
        died = 0
        while True:
            started = asyncio.get_running_loop().time()
            code = await self._ended()
            if asyncio.get_running_loop().time() - started > STEADY_SECONDS:
                died = 0
            pause = PAUSES[min(died, len(PAUSES) - 1)]
            died += 1
            log.warning("the message server ended with %s and is started again in %.1f s", code, pause)
            await asyncio.sleep(pause)
            try:
                await self._spawn()
            except DomainError as error:
                log.error("%s", error.message)  # noqa: TRY400 - the server's own log says why

    async def stop(self) -> None:
        """Lets it finish writing; a server that does not end in time is killed."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            log.warning("the message server did not end in time and is killed")
            self.process.kill()
            await self.process.wait()

    def kill(self) -> None:
        """At once, when there is no time to wait; its store survives this."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()

    def _remember(self) -> None:
        """Port and passwords as they were; new ones for what is missing, another port if it is taken by now."""
        known: dict[str, str] = {}
        if self.credentials.exists():
            try:
                written = json.loads(self.credentials.read_bytes())
                self.port, known = urlsplit(written["url"]).port or 0, dict(written["users"])
            except (ValueError, KeyError, TypeError):
                raise DomainError(
                    "credentials-unreadable", f"{self.credentials} 已损坏；请删除它，启动时会另写一份", status=500
                ) from None
        if not self.port or not _free(self.port):
            with socket.create_server((HOST, 0)) as probe:
                self.port = probe.getsockname()[1]
        self.passwords = {user: known.get(user) or secrets.token_urlsafe(24) for user in (ADMIN, *rights())}
        told = {"url": f"nats://{HOST}:{self.port}", "users": self.passwords}
        write_whole(self.credentials, json.dumps(told, indent=2).encode())
        config = {
            "server_name": "miaopu",
            "listen": f"{HOST}:{self.port}",
            "pid_file": str(self.pid_file),
            "log_file": str(self.log_file),
            "logfile_size_limit": LOG_BYTES,
            "logfile_max_num": 3,
            "jetstream": {"store_dir": str(self.store), "sync_interval": "2s"},
            "authorization": authorization(self.passwords),
        }
        write_whole(self.config, json.dumps(config, indent=2, ensure_ascii=False).encode())

    async def _spawn(self) -> None:
        for attempt in range(1, TRIES + 1):
            # a session of its own: Ctrl-C in a terminal is ours to act on, in our order
            self.process = await asyncio.create_subprocess_exec(
                *(binary(), "-c", str(self.config)), stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL,
                start_new_session=True,
            )  # fmt: skip
            if await self._answers():
                return
            log.warning("the message server ended at start, attempt %d", attempt)
            await self._end_orphan()  # one that wrote down who it is only after we had looked
        raise DomainError(
            "message-server-failed",
            f"内置消息服务器没能启动，原因见 {self.log_file}：\n{self._last_words()}",
            status=500,
        )

    async def _answers(self) -> bool:
        """Whether it comes up; False if it ended instead."""
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            if self.process is None or self.process.returncode is not None:
                return False
            try:
                reader, writer = await asyncio.open_connection(HOST, self.port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            try:
                if (await reader.read(5)).startswith(b"INFO"):
                    return True
            finally:
                writer.close()
        await self.stop()
        return False

    async def _ended(self) -> int:
        if self.process is None:
            raise RuntimeError("the message server was never started")
        return await self.process.wait()

    async def _end_orphan(self) -> None:
        try:
            pid = int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return
        await processes.end(pid, str(self.config), STOP_SECONDS)

    def _last_words(self) -> str:
        if not self.log_file.exists():
            return "（没有留下日志）"
        return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])


def binary() -> str:
    """The nats-server that was installed with us, or one on the path."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise DomainError(
            "no-message-server", "没有找到 nats-server；请重新安装依赖，或设 MIAOPU_NATS_URL 使用别处的", status=500
        )
    return found


def _free(port: int) -> bool:
    try:
        with socket.create_server((HOST, port)):
            return True
    except OSError:
        return False
