"""How SQLite is asked: with one errand to the connection's thread for each statement.

The driver keeps a thread for each connection and sends every call there: to make a cursor, to execute, to fetch, to
close. Each of those errands costs more than most statements do. Here a statement, its first rows and the closing of its
cursor are one errand; what is read in pieces fetches its further rows as before.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self, TypeVar

import aiosqlite

T = TypeVar("T")
Row = tuple[Any, ...]

FIRST_ROWS = 500
"""As many rows come along with the answer; nearly every answer is shorter."""
CHUNK = 64
"""The driver's own size of what it fetches when it is iterated over."""


class Connection(aiosqlite.Connection):
    """The driver's connection with cursors that live in its thread."""

    _sure = True
    """Nothing is under way in the thread that nobody waits for any more."""

    async def errand(self, function: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - whatever the function takes
        run: Callable[..., Awaitable[T]] = self._execute
        try:
            return await run(function, *args)
        except asyncio.CancelledError:
            self._sure = False
            raise

    async def rollback(self) -> None:
        """The pool asks for one whenever a connection comes back; after a commit there is nothing to take back."""
        if self.in_transaction or not self._sure:
            await super().rollback()

    def cursor(self) -> "Cursor":  # type: ignore[override]  # nobody but the engine asks, and it wants no cursor yet
        return Cursor(self)

    def opened(self) -> sqlite3.Cursor:
        """A cursor; asked for in the thread of the connection."""
        return self._conn.cursor()


class Cursor:
    """As much of a cursor as the engine asks for."""

    def __init__(self, connection: Connection) -> None:
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1
        self._connection = connection
        self._rows: deque[Row] = deque()
        self._open: sqlite3.Cursor | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        await self._do(lambda cursor: cursor.execute(sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        await self._do(lambda cursor: cursor.executemany(sql, parameters))
        return self

    async def fetchone(self) -> Row | None:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        wanted = size or self.arraysize
        if len(self._rows) < wanted and self._open is not None:
            self._rows.extend(await self._connection.errand(self._open.fetchmany, wanted - len(self._rows)))
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchall(self) -> list[Row]:
        if self._open is not None:
            self._rows.extend(await self._connection.errand(self._open.fetchall))
        rows = list(self._rows)
        self._rows.clear()
        return rows

    async def __aiter__(self) -> Any:  # noqa: ANN401 - rows, one after another
        while rows := await self.fetchmany(CHUNK):
            for row in rows:
                yield row

    async def close(self) -> None:
        self._rows.clear()
        if self._open is not None:
            cursor, self._open = self._open, None
            await self._connection.errand(cursor.close)

    async def _do(self, ask: Callable[[sqlite3.Cursor], object]) -> None:
        await self.close()
        cursor, rows, left = await self._connection.errand(self._asked, ask)
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        self._rows.extend(rows)
        self._open = cursor if left else None

    def _asked(self, ask: Callable[[sqlite3.Cursor], object]) -> tuple[sqlite3.Cursor, list[Row], bool]:
        """In the thread: the cursor that was asked, its first rows, and whether there may be more; else it is
        closed."""
        cursor = self._connection.opened()
        ask(cursor)
        rows = cursor.fetchmany(FIRST_ROWS) if cursor.description else []
        left = len(rows) == FIRST_ROWS
        if not left:
            cursor.close()
        return cursor, rows, left


def connection(database: str, **settings: Any) -> Connection:  # noqa: ANN401 - what sqlite3.connect takes
    """A connection that is opened when it is awaited. Its thread ends with the process, whoever forgets it."""
    made = Connection(partial(sqlite3.connect, database, **settings), iter_chunk_size=CHUNK)
    made._thread.daemon = True  # noqa: SLF001 - the driver offers no other way, and the engine does the same
    return made
