"""The tables of the review by experts: of an application to a call (see shared.reviewing)."""

from services.talent.store.base import METADATA
from shared.reviewing.tables import Pointer, review_tables

OF = Pointer("application_id", "application.id")
REVIEWS = review_tables(METADATA, round_key="call.programme_id", subject=OF, unit=OF)
