"""The columns that tables of every service are made of."""

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, Table
from sqlmodel import SQLModel

from shared.db.types import Instant


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # a model with table=True has one
    return table


def fen() -> Column[int]:
    """An amount in whole fen, or nothing."""
    return Column(BigInteger, nullable=True)


def instant(*, optional: bool = False) -> Column[object]:
    """An instant in UTC."""
    return Column(Instant(), nullable=optional)


def json_text() -> Column[object]:
    return Column(JSON, nullable=False)


def bytes_() -> Column[bytes]:
    return Column(LargeBinary, nullable=False)


def sealed() -> Column[bytes]:
    """A text that is kept encrypted (shared.core.sealed), or nothing."""
    return Column(LargeBinary, nullable=True)
