"""What a technology broker takes along of what is known of him: his registration, deals, claims, accounts, files."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import brokers, changes, money

BROKER = (
    "id", "sort", "name", "credit_code", "contact_name", "email", "phone", "state", "answer", "asked_on",
    "registered_on",
)  # fmt: skip
DEAL = (
    "id", "contract_no", "title", "seller", "buyer", "value_fen", "completed_on", "state", "claimed_on", "actual_fen",
    "answer", "decided_on",
)  # fmt: skip
CLAIM = ("number", "claimed_on", "completed_on", "actual_fen", "paper", "at")
ACCOUNT = ("version", "holder", "bank", "branch", "number", "explanation", "confirmed_at")
FILE = ("id", "name", "bytes", "sha256", "state", "at")
STEP = ("before", "after", "at", "why")
Files = list[tuple[str, Sequence[RowMapping]]]


async def taken_as_broker(connection: AsyncConnection, account: str | None) -> tuple[dict[str, Any] | None, Files]:
    """All that is kept of the broker who logs in with this account, if there is one; his files, by folder."""
    row = None if account is None else await brokers.of_account(connection, account)
    if row is None:
        return None, []
    deals: list[dict[str, Any]] = []
    files: Files = []
    for deal in await brokers.deals_of(connection, row["id"]):
        attached = await brokers.files(connection, deal["id"])
        claims = await brokers.claims(connection, deal["id"])
        deals.append(
            {
                **kept(deal, DEAL),
                "claims": [kept(each, CLAIM) for each in claims],
                "files": {place: listed(each) for place, each in attached.items()},
                "steps": [kept(each, STEP) for each in await changes.of(connection, [deal["id"]])],
            }
        )
        files += [(f"broker/{deal['id'][:8]}/{place}", each) for place, each in attached.items()]
    said = {
        **kept(row, BROKER),
        "deals": deals,
        "accounts": [kept(each, ACCOUNT) for each in await money.ACCOUNTS.history(connection, row["id"])],
        "steps": [kept(each, STEP) for each in await changes.of(connection, [row["id"]])],
    }
    return said, files


def listed(files: Sequence[RowMapping]) -> list[dict[str, Any]]:
    return [kept(each, FILE) for each in files]


def kept(row: RowMapping, names: Sequence[str]) -> dict[str, Any]:
    """These columns as a program reads them."""
    return {name: _said(row[name]) for name in names}


def _said(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value.isoformat() if isinstance(value, date | datetime) else value
