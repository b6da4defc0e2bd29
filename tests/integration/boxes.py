"""A box as a process of its own, as its user starts it: what it says, where it is, and what it leaves behind."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from shared.messaging.processes import command_line

PATIENCE = 90.0
STARTED = re.compile(r"已经启动：(http://\S+)")
MIAOPU = ("-c", "from services.cli import main; main()")
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith("MIAOPU_")}


def until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.05)


class Process:
    """Warnings are errors in it, too. Its output is read as it comes, so that it never waits for us."""

    def __init__(self, *arguments: str, data: Path, **environment: str) -> None:
        environ = {**OUTSIDE, "MIAOPU_DATA": str(data), "MIAOPU_PORT": "0", **environment}
        self.data = data
        self.popen = subprocess.Popen(
            [sys.executable, "-W", "error", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ, cwd=Path(__file__).parent.parent.parent,
        )  # fmt: skip
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.popen.stdout is not None
        self.lines.extend(iter(self.popen.stdout.readline, ""))

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def nats_pid(self) -> int:
        return int((self.data / "nats" / "server.pid").read_text())

    @property
    def url(self) -> str:
        found = STARTED.search(self.output)
        assert found is not None, self.output
        return found[1]

    def wait_started(self) -> str:
        until(lambda: STARTED.search(self.output) is not None or self.popen.poll() is not None, "started")
        return self.url

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=PATIENCE)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code, once all it said is read."""
        if self.popen.poll() is None:
            self.popen.send_signal(how)
        code = self.popen.wait(PATIENCE)
        self.reader.join(PATIENCE)
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.end(signal.SIGKILL)
        assert self.popen.stdout is not None
        self.popen.stdout.close()


@contextmanager
def nothing_left(data: Path) -> Iterator[None]:
    """At the end of a test no message server of its folder is alive, whatever the test has killed."""
    try:
        yield
    finally:
        pid_file = data / "nats" / "server.pid"
        pid = int(pid_file.read_text()) if pid_file.exists() else 0
        if pid and is_ours(pid, data):
            os.kill(pid, signal.SIGKILL)


def is_ours(pid: int, data: Path) -> bool:
    return str(data / "nats" / "server.conf") in command_line(pid)
