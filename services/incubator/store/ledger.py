"""The questions this service's ledger is asked: see shared.ledger.rows."""

from services.incubator.store.tables import LEDGER
from shared.ledger.rows import Rows

ROWS = Rows(LEDGER)
approved, history, standing = ROWS.approved, ROWS.history, ROWS.standing
taken_back, under = ROWS.taken_back, ROWS.under
