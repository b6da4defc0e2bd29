"""Alembic's environment: the connection and the MetaData are handed in by shared/db/migrate.py, which also commits."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator


def written(kind: str, item: Any, _: Any) -> str | Literal[False]:  # noqa: ANN401 - as the library has it
    """A type of ours is written as what the database holds, so that an old revision needs none of today's code."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


given = context.config.attributes
chosen = given.get("tables")


def wanted(_: Any, name: str | None, kind: str, __: bool, ___: Any) -> bool:  # noqa: ANN401 - as the library has it
    """Whether a new revision is to be written of this table."""
    return kind != "table" or not chosen or name in chosen


context.configure(
    connection=given["connection"],
    target_metadata=given["metadata"],
    render_as_batch=True,  # SQLite changes a table by making it anew
    compare_type=True,
    compare_server_default=True,
    render_item=written,
    include_object=wanted,
)
context.run_migrations()
