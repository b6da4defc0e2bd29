"""Moving this service's rows through their lives: see shared.lives.changes."""

from services.incubator.store import trail
from services.incubator.store.tables import CHANGE
from shared.lives.changes import Changes

CHANGES = Changes(CHANGE, trail.note)
found, move, claim, note, of = CHANGES.found, CHANGES.move, CHANGES.claim, CHANGES.note, CHANGES.of
