"""One demo city whose year is over, played once in a run of tests; who wants to live in it takes a copy.

The tests of a module marked `one_story` go on from one another: they keep the order of their file, and after one that
failed no other is tried.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.journeys.city import demo_once

BROKEN = pytest.StashKey[str]()
"""Of a module that tells one story: the test with which it broke off."""


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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever order the others are in, a story is told from its beginning."""
    told = [place for place, item in enumerate(items) if item.get_closest_marker("one_story")]
    in_order = sorted((items[place] for place in told), key=lambda item: (item.path, item.reportinfo()[1] or 0))
    for place, item in zip(told, in_order, strict=True):
        items[place] = item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and item.parent is not None and item.get_closest_marker("one_story"):
        item.parent.stash.setdefault(BROKEN, item.name)
    return report


def pytest_runtest_setup(item: pytest.Item) -> None:
    broken = None if item.parent is None else item.parent.stash.get(BROKEN, None)
    if broken is not None and item.get_closest_marker("one_story"):
        pytest.fail(f"it goes on from {broken}, which failed", pytrace=False)
