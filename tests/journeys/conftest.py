"""One demo city whose year is over, played once in a run of tests; who wants to live in it takes a copy."""

import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.journeys.city import demo_once


class Played(NamedTuple):
    """`folder`: its data folder, for copies only. `told`: what the demo answered at its end."""

    folder: Path
    told: dict[str, Any]

    def copied(self, to: Path) -> Path:
        """A city of one's own, at rest: `miaopu up` goes on with it."""
        shutil.copytree(self.folder, to, dirs_exist_ok=True)
        return to


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Whichever worker comes first plays it, in one go and on SQLite; the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    told = shared / "played.json"
    with (shared / "played.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(demo_once(shared / "played")), encoding="utf-8")
    return Played(shared / "played", json.loads(told.read_text(encoding="utf-8")))
