"""A whole installation as its users run it: the command in a process of its own, on a folder of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

MIAOPU = Path(sys.executable).parent / "miaopu"
PATIENCE = 420


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIAOPU_")}
    return {**kept, "MIAOPU_DATA": str(folder), "MIAOPU_PORT": "0", "COLUMNS": "100", **more}


def demo_once(folder: Path, **more: str) -> dict[str, Any]:
    """What `miaopu demo --once --json` answers; anything on standard error fails the test."""
    shown = subprocess.run(
        [MIAOPU, "demo", "--once", "--json"], env=environment(folder, **more), capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    assert not shown.stderr, shown.stderr
    answer: dict[str, Any] = json.loads(shown.stdout)
    return answer


@contextmanager
def running(folder: Path, *args: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The command at work; ended at the end, whatever happened."""
    process = subprocess.Popen(
        [MIAOPU, *args], env=environment(folder, **more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)


def line_with(stream: IO[str] | None, words: str) -> str:
    """The first line that says `words`."""
    assert stream is not None
    for line in stream:
        if words in line:
            return line
    raise AssertionError(f"it ended without saying {words}")
