"""The tables of calls and of people; those of applications are in `application_tables`. Instants are UTC."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from services.talent.store.base import METADATA, Base, instant, sealed, table_of
from shared.audit.tables import audit_tables
from shared.correspondence.tables import seen_table
from shared.messaging.tables import POSITION, spine_tables
from shared.scheduling.tables import schedule_table


class Call(Base, table=True):
    """A year's call of a programme. What the programme's file says is copied when the call is set up, for an office
    may set other days; all days are inclusive."""

    __tablename__ = "call"
    programme_id: str = Field(primary_key=True, max_length=100)
    state: str = Field(index=True, max_length=20)
    year: int = Field(index=True)
    document_no: str = Field(max_length=100)
    opens_on: date
    closes_on: date
    units_until: date
    """The last day on which units recommend."""
    experts_until: date | None = None
    """The last day on which experts mark; none if none is set."""
    cut_off: date
    """The day on which age and the like are counted."""
    number: int
    """How many are to be selected."""
    public_from: date | None = None
    public_until: date | None = None
    selected_on: date | None = None


class RecommendingUnit(Base, table=True):
    """Where an applicant works: it recommends him, and answers for what he filed."""

    __tablename__ = "recommending_unit"
    id: str = Field(primary_key=True, max_length=100)
    name: str = Field(max_length=200)
    credit_code: str = Field(unique=True, max_length=18)
    district: str = Field(default="", max_length=100)
    contact_name: str = Field(default="", max_length=100)
    contact_email: str = Field(default="", max_length=300)


class Applicant(Base, table=True):
    """Who applies. His id says nothing of him, for it goes into events; his identity number is kept sealed."""

    __tablename__ = "applicant"
    id: str = Field(primary_key=True, max_length=40)
    account: str | None = Field(default=None, unique=True, max_length=200)
    name: str = Field(max_length=100)
    email: str = Field(max_length=300)
    phone: str = Field(default="", max_length=40)
    id_number: bytes | None = Field(default=None, sa_column=sealed())
    id_mark: str | None = Field(default=None, index=True, max_length=64)
    """By which one person is found again without reading the number."""
    made_at: datetime = Field(sa_column=instant())
    erased_at: datetime | None = Field(default=None, sa_column=instant(optional=True))


class PersonalLook(Base, table=True):
    """Somebody looked at an identity number: who, when, whose, and why."""

    __tablename__ = "personal_look"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    applicant_id: str = Field(foreign_key="applicant.id", index=True, max_length=40)
    application_id: str | None = Field(default=None, max_length=40)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())
    why: str = Field(max_length=1000)


class Change(Base, table=True):
    """One step of a life: who moved what from where to where, when and why. Never changed."""

    __tablename__ = "change"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    noun: str = Field(max_length=30)
    of: str = Field(index=True, max_length=200)
    before: str | None = Field(default=None, max_length=20)
    after: str = Field(max_length=20)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())
    why: str = Field(default="", max_length=4000)


class CalendarDay(Base, table=True):
    """A day off or a make-up working day of a year the calendar package does not know."""

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    worked: bool


class Bar(Base, table=True):
    """A record of dishonesty that excludes a person, found by the mark of his identity number; both days inclusive."""

    __tablename__ = "bar"
    id: str = Field(primary_key=True, max_length=40)
    id_mark: str = Field(index=True, max_length=64)
    document_no: str = Field(max_length=100)
    reason: str = Field(max_length=1000)
    from_on: date
    until_on: date
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


CALENDAR_DAY, BAR = table_of(CalendarDay), table_of(Bar)
CALL, UNIT, APPLICANT = table_of(Call), table_of(RecommendingUnit), table_of(Applicant)
PERSONAL_LOOK, CHANGE = table_of(PersonalLook), table_of(Change)
SPINE, AUDIT = spine_tables(METADATA), audit_tables(METADATA)
MESSAGE_SEEN, SCHEDULE_RUN = seen_table(METADATA), schedule_table(METADATA)
