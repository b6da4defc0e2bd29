"""Moving this service's rows through their lives: see shared.lives.changes."""

from services.talent.store import trail
from services.talent.store.tables import CHANGE
from shared.lives.changes import Changes

CHANGES = Changes(CHANGE, trail.note)
found, move, claim, note, of = CHANGES.found, CHANGES.move, CHANGES.claim, CHANGES.note, CHANGES.of
