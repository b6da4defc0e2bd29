"""Writes a service's next revision: what its declared tables have over those its revisions have made so far."""

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.operations import ops
from sqlalchemy import Connection

from shared.db.engine import open_database
from shared.db.migrate import Migrated, changing, differences, scripts, upgrade


async def revise(service: Migrated, message: str, tables: Collection[str] = ()) -> Path | None:
    """The new revision's file, or None if nothing is to be written. `tables` writes of these tables only.

    It is written against a fresh database; a person reads it before it is kept, above all where rows have to move.
    """
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/{service.name}.db")
        try:
            if scripts(service).get_heads():
                await upgrade(engine, service)
            if not await differences(engine, service):
                return None

            def write(_: Connection, config: Config) -> Path:
                return _written(config, message, f"{len(list(scripts(service).walk_revisions())) + 1:04d}", tables)

            return await changing(engine, service, write)
        finally:
            await engine.dispose()


def _written(config: Config, message: str, number: str, tables: Collection[str]) -> Path:
    config.attributes["tables"] = frozenset(tables)
    script = command.revision(
        config, message, autogenerate=True, rev_id=number, process_revision_directives=_plainly_where_new
    )
    if script is None or isinstance(script, list):
        raise RuntimeError(f"expected one revision, was written {script}")
    path = Path(script.path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.strip().startswith("# ###")), encoding="utf-8")
    return path


def _plainly_where_new(_: Any, __: Any, scripts: list[ops.MigrationScript]) -> None:  # noqa: ANN401 - as the library has it
    """A table made in this revision needs no batch for its indices, and takes them with it when it goes."""
    for script in scripts:
        for plan in script.upgrade_ops_list:
            made = {each.table_name for each in plan.ops if isinstance(each, ops.CreateTableOp)}
            flat: list[ops.MigrateOperation] = []
            for each in plan.ops:
                flat += each.ops if isinstance(each, ops.ModifyTableOps) and each.table_name in made else [each]
            plan.ops = flat
        for back in script.downgrade_ops_list:
            gone = {each.table_name for each in back.ops if isinstance(each, ops.DropTableOp)}
            back.ops = [
                each for each in back.ops if not (isinstance(each, ops.ModifyTableOps) and each.table_name in gone)
            ]
