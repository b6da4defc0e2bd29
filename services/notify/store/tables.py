"""The tables of the notify service: one MetaData, every constraint named. Instants are UTC.

`due_at` and `leased_until` are on the machine's clock, for mail servers live in the world; every other instant is on
the site's clock, which in a demo is another one.
"""

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.audit.tables import audit_tables
from shared.db.engine import NAMING
from shared.db.types import Instant
from shared.messaging.tables import POSITION, spine_tables

METADATA = MetaData(naming_convention=NAMING)
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""`due_at` of a letter nobody has tried to hand over: it is due whatever any clock says."""


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """The service's own registry: no other service's tables are in its MetaData."""


def _instant(*, optional: bool = False) -> Column[object]:
    return Column(Instant(), nullable=optional)


def _receiver(name: str) -> CheckConstraint:
    """A row is of an organisation or of a person, never of both and never of nobody."""
    return CheckConstraint("(org_id IS NULL) <> (person_id IS NULL)", name=name)


class Contact(Base, table=True):
    """Who is written to for an organisation, or a person who is written to himself. `changed_at`: when the newest event
    about it happened. One that was erased keeps its row without name and address, so that nothing older brings it back.
    """

    __tablename__ = "contact"
    __table_args__ = (_receiver("receiver"),)
    owner: str = Field(primary_key=True, max_length=50)
    """Whose register has it: two services may call somebody alike."""
    recipient_id: str = Field(primary_key=True, max_length=200)
    org_id: str | None = Field(default=None, index=True, max_length=200)
    person_id: str | None = Field(default=None, index=True, max_length=200)
    role: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    email: str = Field(max_length=320)
    account: str | None = Field(default=None, max_length=200)
    """The login that reads the letters to this organisation or person, where its register tells it."""
    link: str | None = Field(default=None, max_length=500)
    """Where this person answers without an account; it goes into his mail alone."""
    changed_at: datetime = Field(sa_column=_instant())


class Message(Base, table=True):
    """A letter to one recipient about one event: what it says, where it goes and where it has got to."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("cause_event_id", "letter", "recipient_id"),
        Index("ix_message_due", "state", "due_at", "created_at"),
        Index("ix_message_listed", "created_at", "id"),
        Index("ix_message_org", "org_id", "state"),
        Index("ix_message_person", "person_id", "state"),
        _receiver("receiver"),
    )
    id: str = Field(primary_key=True, max_length=40)
    letter: str = Field(max_length=100)
    event_type: str = Field(max_length=100)
    cause_event_id: str = Field(sa_type=Text)
    correlation_id: str = Field(index=True, sa_type=Text)
    traceparent: str | None = Field(default=None, sa_type=Text)
    about: str = Field(max_length=200)
    """The id of what the event happened to: a report, an evaluation, a subsidy."""
    carrier_id: str | None = Field(default=None, index=True, max_length=200)
    """The carrier the event is about; none if it is about no single one."""
    carrier_name: str | None = Field(default=None, sa_type=Text)
    """What that is called; of an event about no carrier the programme, and the number of the contract or receipt."""
    org_id: str | None = Field(default=None, max_length=200)
    """The organisation that is written to,"""
    person_id: str | None = Field(default=None, max_length=200)
    """or the person."""
    recipient_id: str = Field(max_length=200)
    """Its contact; the organisation or the person itself if there was none when the letter was written."""
    to_name: str | None = Field(default=None, sa_type=Text)
    to_address: str | None = Field(default=None, max_length=320)
    mail_from: str | None = Field(default=None, sa_type=Text)
    """Who sends it, fixed when it is first taken up, so that every attempt sends the same bytes."""
    subject: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    message_id_header: str = Field(sa_type=Text)
    state: str = Field(max_length=20)
    created_at: datetime = Field(sa_column=_instant())
    due_at: datetime = Field(default=AT_ONCE, sa_column=_instant())
    """Not before this instant of the machine's clock."""
    attempts: int = 0
    put_off: int = 0
    """How often it was put off since it was queued, or since a person asked to send it again."""
    leased_until: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    """Until then, on the machine's clock, one sender has it and no other takes it."""
    handed_over_at: datetime | None = Field(default=None, sa_column=_instant(optional=True))
    last_error: str | None = Field(default=None, sa_type=Text)


class Attempt(Base, table=True):
    """One attempt to hand a letter over, in the server's words."""

    __tablename__ = "attempt"
    message_id: str = Field(primary_key=True, foreign_key="message.id", max_length=40)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_column=_instant())
    outcome: str = Field(max_length=20)
    """handed_over, put_off or refused."""
    code: int | None = None
    words: str = Field(sa_type=Text)


class Decision(Base, table=True):
    """What a person decided about a letter: released it, or had it sent again; who, when and why."""

    __tablename__ = "decision"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    message_id: str = Field(foreign_key="message.id", index=True, max_length=40)
    what: str = Field(max_length=20)
    """released or resent."""
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=_instant())
    reason: str = Field(sa_type=Text)


def _table(model: type[Base]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # a model with table=True has one
    return table


CONTACT, MESSAGE, ATTEMPT, DECISION = _table(Contact), _table(Message), _table(Attempt), _table(Decision)
SPINE, AUDIT = spine_tables(METADATA), audit_tables(METADATA)
