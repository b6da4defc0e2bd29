"""When a trail begins in a database that is used already: what stands there is entered as it stands, and says so."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert, select

from shared.audit.trail import digest_of

ACT, BY = "taken-over", "migration"
"""What these entries say was done, and by whom: nobody vouches for what happened before."""
PAGE = 1_000


def take_over(connection: Connection, rows_of: Mapping[str, tuple[str, Sequence[str]]]) -> None:
    """For a revision: enters every row of these tables, by the column of its id and the columns that were decided.

    The tables are taken as the database has them, so that the revision needs none of a later program's.
    """
    metadata, at = MetaData(), datetime.now(UTC)
    entry = Table("audit_entry", metadata, autoload_with=connection)
    for name, (of, columns) in rows_of.items():
        table = Table(name, metadata, autoload_with=connection)
        wanted = [table.c[column] for column in dict.fromkeys((of, *columns))]
        found = connection.execute(select(*wanted).order_by(*table.primary_key.columns)).mappings()
        for part in found.partitions(PAGE):
            entries = [
                {
                    "at": at,
                    "by": BY,
                    "act": ACT,
                    "of": str(row[of]),
                    "record": name,
                    "digest": digest_of(name, {column: _in_utc(row[column]) for column in columns}),
                }
                for row in part
            ]
            connection.execute(insert(entry), entries)


def _in_utc(value: Any) -> Any:  # noqa: ANN401 - what a row holds
    """SQLite keeps instants without their zone, which is UTC."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
