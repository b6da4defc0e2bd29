"""The service's own MetaData, and what its tables are made of."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.db.columns import bytes_, fen, instant, json_text, table_of
from shared.db.engine import NAMING

__all__ = ["METADATA", "Base", "bytes_", "fen", "instant", "json_text", "table_of"]
METADATA = MetaData(naming_convention=NAMING)


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """The service's own registry: no other service's tables are in its MetaData."""
