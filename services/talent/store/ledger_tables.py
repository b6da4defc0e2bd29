"""The tables of this service's ledger (see shared.ledger): the subject is an award or a broker's deal, the payee a unit
or a broker."""

from services.talent.store.base import METADATA
from shared.ledger.tables import ledger_tables

LEDGER = ledger_tables(METADATA)
