"""Processes a killed run left behind. They are known by their command line: a number may be somebody else's by now."""

import asyncio
import logging
import os
import shutil
import signal
import subprocess
from pathlib import Path

PROC = Path("/proc")

log = logging.getLogger(__name__)


def command_line(pid: int) -> str:
    """What the process was started with; empty if there is none, or only what is left of one."""
    if (PROC / "self" / "cmdline").exists():
        try:
            return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return ""
    ps = shutil.which("ps")
    if ps is None:
        return ""
    asked = [ps, "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603 - a number


async def end(pid: int, marked: str, patience: float) -> bool:
    """Ends the process if its command line holds `marked`: asked first, then killed. Whether there was one."""
    if marked not in command_line(pid):
        return False
    log.warning("process %d was left behind by a run that was killed, and is ended", pid)
    for how, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, patience)):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return True
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            if marked not in command_line(pid):
                return True
            await asyncio.sleep(0.02)
    raise RuntimeError(f"process {pid} cannot be ended")
