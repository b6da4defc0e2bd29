"""Where the letters have got to that this service's events caused: see shared.correspondence."""

from services.talent.store.tables import MESSAGE_SEEN, SPINE
from shared.correspondence.letters import Correspondence

CORRESPONDENCE = Correspondence(MESSAGE_SEEN, SPINE.outbox, "talent")
