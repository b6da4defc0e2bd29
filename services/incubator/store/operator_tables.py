"""The tables of what operators keep and report between evaluations: changes, tenants' titles, mentors and sessions."""

from datetime import date, datetime

from sqlmodel import Field

from services.incubator.store.base import Base, instant, table_of


class ReportedChange(Base, table=True):
    """A change of name, operator, area or place, as the operator reported it and a clerk decided it."""

    __tablename__ = "reported_change"
    id: str = Field(primary_key=True, max_length=40)
    carrier_id: str = Field(foreign_key="carrier.id", index=True, max_length=200)
    what: str = Field(max_length=20)
    """name, operator, area or place."""
    old: str = Field(max_length=300)
    """What the register said when it was reported, as people read it."""
    new: str = Field(max_length=300)
    """The new name, the new operator's name, the area in m2, or the address."""
    credit_code: str | None = Field(default=None, max_length=18)
    """Of the new operator."""
    district: str | None = Field(default=None, max_length=100)
    """The district of the new place."""
    happened_on: date
    reported_on: date
    days_late: int
    """Days beyond the three months; 0 in time."""
    reason: str = Field(max_length=1000)
    state: str = Field(index=True, max_length=20)
    answer: str = Field(default="", max_length=1000)
    """What the clerk wrote when deciding."""
    reported_by: str = Field(max_length=200)
    reported_at: datetime = Field(sa_column=instant())
    decided_at: datetime | None = Field(default=None, sa_column=instant(optional=True))


class HnteClaim(Base, table=True):
    """An operator's word that a tenant became a 高新技术企业; nothing is paid for it before a clerk has checked it."""

    __tablename__ = "hnte_claim"
    id: str = Field(primary_key=True, max_length=40)
    carrier_id: str = Field(foreign_key="carrier.id", index=True, max_length=200)
    tenant_id: str = Field(index=True, max_length=200)
    certificate_no: str = Field(index=True, max_length=20)
    issued_on: date
    renewed: bool
    """Whether the tenant was one before."""
    state: str = Field(index=True, max_length=20)
    answer: str = Field(default="", max_length=1000)
    claimed_by: str = Field(max_length=200)
    claimed_at: datetime = Field(sa_column=instant())
    decided_at: datetime | None = Field(default=None, sa_column=instant(optional=True))


class Mentor(Base, table=True):
    """A mentor of a carrier, 创业导师 or 创业辅导员; one who left has an end."""

    __tablename__ = "mentor"
    id: str = Field(primary_key=True, max_length=40)
    carrier_id: str = Field(foreign_key="carrier.id", index=True, max_length=200)
    name: str = Field(max_length=100)
    kind: str = Field(max_length=20)
    """mentor (创业导师) or counsellor (创业辅导员)."""
    full_time: bool
    field: str = Field(max_length=100)
    employer: str = Field(max_length=200)
    began_on: date
    ended_on: date | None = None


class MentorSession(Base, table=True):
    """A mentor's session with a tenant, or with several at once (then `tenant_id` is none)."""

    __tablename__ = "mentor_session"
    id: str = Field(primary_key=True, max_length=40)
    mentor_id: str = Field(foreign_key="mentor.id", index=True, max_length=40)
    tenant_id: str | None = Field(default=None, max_length=200)
    on_date: date
    topic: str = Field(max_length=200)
    minutes: int
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


REPORTED_CHANGE, HNTE_CLAIM = table_of(ReportedChange), table_of(HnteClaim)
MENTOR, MENTOR_SESSION = table_of(Mentor), table_of(MentorSession)
