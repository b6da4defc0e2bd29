"""Requests to be erased, an applicant's own or one the office had on paper; and what of it is still in the stream."""

from datetime import datetime

from sqlmodel import Field

from services.talent.store.base import Base, instant, table_of


class ErasureRequest(Base, table=True):
    """Somebody asks that what is known of him be erased; what became of it stays, without his name."""

    __tablename__ = "erasure_request"
    id: str = Field(primary_key=True, max_length=40)
    applicant_id: str = Field(foreign_key="applicant.id", index=True, max_length=40)
    state: str = Field(index=True, max_length=20)
    reason: str = Field(default="", max_length=1000)
    reply: str = Field(default="", max_length=1000)
    """Why it was declined."""
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class ErasedEvent(Base, table=True):
    """An event whose words were erased here; the message that carried them is taken out of the stream, too."""

    __tablename__ = "erased_event"
    event_id: str = Field(primary_key=True, max_length=200)
    subject: str = Field(max_length=400)
    story: str = Field(max_length=200, index=True)
    gone_at: datetime | None = Field(default=None, sa_column=instant(optional=True))
    """When the stream had it no more."""


ERASURE_REQUEST, ERASED_EVENT = table_of(ErasureRequest), table_of(ErasedEvent)
