"""The table beside the ledger: where units and brokers are paid to."""

from sqlalchemy import Column, String

from services.talent.store.base import METADATA
from shared.ledger.accounts import account_table

PAYEE_ACCOUNT = account_table(METADATA, "payee_account", Column("payee_id", String(100), primary_key=True))
"""By the id of a unit or a broker."""
