"""The rows of objections. Each service has its own set in its own MetaData."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, MetaData, String, Table


@dataclass(frozen=True)
class ObjectionTables:
    """`objection`: one row each, with its grounds and what was decided; `contact`: who speaks for the objector, and how
    to reach them, which nobody but the objector and the office reads. `about` is the column of what is objected to."""

    objection: Table
    contact: Table
    about: Column[Any]

    @property
    def about_name(self) -> str:
        return str(self.about.name)


def objection_tables(metadata: MetaData, subject: str) -> ObjectionTables:
    """`subject` names the service's table of what is objected to."""
    about: Column[Any] = Column(f"{subject}_id", String(200), ForeignKey(f"{subject}.id"), nullable=False, index=True)
    objection = Table(
        "objection",
        metadata,
        Column("id", String(200), primary_key=True),
        about,
        Column("objector_id", String(200), nullable=False),
        Column("grounds", String(4000), nullable=False),
        Column("state", String(20), nullable=False, index=True),
        Column("filed_on", Date, nullable=False),
        Column("decide_by", Date, nullable=False),
        Column("reason", String(4000)),
    )
    contact = Table(
        "objection_contact",
        metadata,
        Column("objection_id", String(200), ForeignKey("objection.id"), primary_key=True),
        Column("name", String(100), nullable=False),
        Column("contact", String(200), nullable=False),  # telephone or mail
    )
    return ObjectionTables(objection, contact, about)
