"""The table of where an operator's money goes."""

from datetime import datetime

from sqlmodel import Field

from services.incubator.store.base import Base, instant, table_of


class BankAccount(Base, table=True):
    """The account an organisation is paid to, as it confirmed it. A version is never changed: the last one holds."""

    __tablename__ = "bank_account"
    organisation_id: str = Field(primary_key=True, foreign_key="organisation.id", max_length=200)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    holder: str = Field(max_length=200)
    """户名."""
    bank: str = Field(max_length=100)
    """开户银行."""
    branch: str = Field(max_length=200)
    """开户网点."""
    number: str = Field(max_length=30)
    """账号: digits alone."""
    explanation: str = Field(default="", max_length=1000)
    """Why the holder is not called as the organisation is; empty if it is."""
    confirmed_by: str = Field(max_length=200)
    confirmed_at: datetime = Field(sa_column=instant())


BANK_ACCOUNT = table_of(BankAccount)
