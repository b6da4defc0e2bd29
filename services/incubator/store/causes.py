"""The questions this service's causes are asked: see shared.ledger.causes."""

from services.incubator.store.tables import LEDGER
from shared.ledger.causes import Causes

CAUSES = Causes(LEDGER)
decided, of_roots = CAUSES.decided, CAUSES.of_roots
