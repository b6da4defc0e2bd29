"""The service's own MetaData and the columns its tables share."""

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, MetaData, Table
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.db.engine import NAMING
from shared.db.types import Instant

METADATA = MetaData(naming_convention=NAMING)


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """The service's own registry: no other service's tables are in its MetaData."""


def table_of(model: type[Base]) -> Table:
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


def sealed() -> Column[bytes]:
    """A text that is kept encrypted (shared.core.sealed), or nothing."""
    return Column(LargeBinary, nullable=True)
