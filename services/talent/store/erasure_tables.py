"""The table of requests to be erased: an applicant's own, or one the office had on paper."""

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


ERASURE_REQUEST = table_of(ErasureRequest)
