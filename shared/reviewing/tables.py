"""The rows behind a review by experts. Each service has its own set in its own MetaData. They hold persons' names and
ties: none of it goes into an event."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from shared.db.columns import json_text
from shared.db.types import Instant
from shared.messaging.tables import POSITION


class Pointer(NamedTuple):
    """What a column that leads to a service's own rows is called, and the key it leads to."""

    name: str
    key: str


@dataclass(frozen=True)
class ReviewTables:
    """`expert`, `relation`: the register and what ties whom to whom. `draw`: each as it was made. `review`: one
    expert's of one subject. `mark`: what he gave it and why, `counted`: what counts of that. `moderation`: what the
    office decided about a mark. `reminder`: who was reminded when."""

    expert: Table
    relation: Table
    draw: Table
    review: Table
    mark: Table
    counted: Table
    moderation: Table
    reminder: Table
    subject_name: str
    unit_name: str

    def subject(self, table: Table) -> Column[str]:
        """What is reviewed, in a row of a review, of what counts, or of a moderation."""
        return table.c[self.subject_name]

    def columns(self, table: Table) -> list[ColumnElement[Any]]:
        """All of a table, under names every service has alike: subject_id and unit_id."""
        own, alike = (self.unit_name, "unit_id") if table is self.relation else (self.subject_name, "subject_id")
        return [column.label(alike) if column.name == own else column for column in table.columns]


def review_tables(metadata: MetaData, *, round_key: str, subject: Pointer, unit: Pointer) -> ReviewTables:
    """`round_key`: the key of a round of review; `subject`: what is marked in one; `unit`: whose it is, that outlasts
    the round (it may be the same)."""
    expert = Table(
        "expert",
        metadata,
        Column("id", String(100), primary_key=True),
        Column("account", String(200), nullable=False, unique=True),  # under which he works himself
        Column("name", String(100), nullable=False),
        Column("employer", String(200), nullable=False),
        Column("employer_code", String(18), nullable=False, default=""),
        Column("fields", json_text().type, nullable=False),
        Column("contact_email", String(300), nullable=False, default=""),
        Column("contact_phone", String(40), nullable=False, default=""),
        Column("active", Boolean, nullable=False, default=True),  # False: kept for what he did, and drawn no more
    )
    return ReviewTables(
        expert, _relation(metadata, unit), _draw(metadata, round_key), _review(metadata, round_key, subject),
        _mark(metadata), _counted(metadata, subject), _moderation(metadata, subject), _reminder(metadata, round_key),
        subject.name, unit.name,
    )  # fmt: skip


def _position() -> Column[int]:
    return Column("position", POSITION, primary_key=True, autoincrement=True)


def _round(key: str) -> Column[str]:
    return Column("round_id", String(100), ForeignKey(key), nullable=False, index=True)


def _by_at() -> tuple[Column[str], Column[object]]:
    return Column("by", String(200), nullable=False), Column("at", Instant(), nullable=False)


def _relation(metadata: MetaData, unit: Pointer) -> Table:
    """What ties an expert to an organisation, or to one unit; one that was wrong is withdrawn, never removed."""
    return Table(
        "expert_relation",
        metadata,
        _position(),
        Column("expert_id", String(100), ForeignKey("expert.id"), nullable=False, index=True),
        Column("kind", String(20), nullable=False),
        Column("party_name", String(200), nullable=False, default=""),
        Column("party_code", String(18), nullable=False, default=""),
        Column(unit.name, String(200), ForeignKey(unit.key)),
        Column("said", String(1000), nullable=False, default=""),
        *_by_at(),
        Column("withdrawn_at", Instant()),
    )


def _draw(metadata: MetaData, round_key: str) -> Table:
    """A draw as it was made. From `made_from` and `seed` it can be made again; `added` is what it brought: unit and
    expert."""
    return Table(
        "review_draw",
        metadata,
        _position(),
        Column("id", String(40), nullable=False, unique=True),
        _round(round_key),
        Column("seed", String(100), nullable=False),
        Column("rules", json_text().type, nullable=False),
        Column("made_from", json_text().type, nullable=False),
        Column("added", json_text().type, nullable=False),
        Column("why", String(1200), nullable=False, default=""),
        *_by_at(),
    )


def _review(metadata: MetaData, round_key: str, subject: Pointer) -> Table:
    return Table(
        "review",
        metadata,
        Column("id", String(40), primary_key=True),
        Column("draw_id", String(40), ForeignKey("review_draw.id"), nullable=False),
        _round(round_key),
        Column(subject.name, String(200), ForeignKey(subject.key), nullable=False),
        Column("expert_id", String(100), ForeignKey("expert.id"), nullable=False, index=True),
        Column("state", String(20), nullable=False),
        Column("reason", String(1000), nullable=False, default=""),  # of a conflict, or of a release
        Column("invited_at", Instant(), nullable=False),
        UniqueConstraint(subject.name, "expert_id"),
    )


def _mark(metadata: MetaData) -> Table:
    """What an expert gave one indicator and why; the latest holds."""
    return Table(
        "review_mark",
        metadata,
        _position(),
        Column("review_id", String(40), ForeignKey("review.id"), nullable=False, index=True),
        Column("indicator", String(50), nullable=False),
        Column("mark", String(20), nullable=False),
        Column("reason", String(1000), nullable=False),
        *_by_at(),
    )


def _counted(metadata: MetaData, subject: Pointer) -> Table:
    """What counts of what an expert gave one indicator of one subject."""
    return Table(
        "expert_mark",
        metadata,
        Column(subject.name, String(200), ForeignKey(subject.key), primary_key=True),
        Column("indicator", String(50), primary_key=True),
        Column("expert", String(100), primary_key=True),
        Column("mark", String(20), nullable=False),
        *_by_at(),
    )


def _moderation(metadata: MetaData, subject: Pointer) -> Table:
    """What the office decided about one expert's mark, and why; the latest about it holds."""
    return Table(
        "moderation",
        metadata,
        _position(),
        Column(subject.name, String(200), ForeignKey(subject.key), nullable=False, index=True),
        Column("indicator", String(50), nullable=False),
        Column("expert", String(100), nullable=False),
        Column("mark", String(20), nullable=False),  # the one it was about
        Column("outcome", String(20), nullable=False),  # kept, set_aside or again
        Column("reason", String(1000), nullable=False),
        *_by_at(),
    )


def _reminder(metadata: MetaData, round_key: str) -> Table:
    """A reminder to one expert who has not marked everything he has of a round. `event_id`: what its letter follows
    from; `number`: which one of that day, from 1, for a second one only goes out when somebody says so."""
    return Table(
        "review_reminder",
        metadata,
        _position(),
        _round(round_key),
        Column("expert_id", String(100), ForeignKey("expert.id"), nullable=False),
        Column("on_date", Date, nullable=False),
        Column("number", Integer, nullable=False),
        Column("event_id", String(200), nullable=False),
        *_by_at(),
        UniqueConstraint("round_id", "expert_id", "on_date", "number"),
    )
