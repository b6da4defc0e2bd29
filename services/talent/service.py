"""The talent service: programmes' calls, applicants, applications, reviews, awards and what is assessed afterwards.

Publishes `talent.>` and the contacts of applicants, units and team members; hears where letters have got to.
"""

from pathlib import Path

from services.talent.store.base import METADATA
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.tables import MESSAGE_SEEN, SPINE
from services.talent.store.trail import TRAIL
from services.talent.usecases.due import SCHEDULE
from services.talent.web.pages import pages
from shared.correspondence.noting import messages_seen
from shared.evidence.checking import check_evidence
from shared.running.sealing import seal_trail
from shared.running.service import Service

SERVICE = Service(
    name="talent",
    title="人才计划",
    metadata=METADATA,
    spine=SPINE,
    migrations=Path(__file__).parent / "store" / "migrations",
    consumers=(messages_seen(MESSAGE_SEEN, "talent"),),
    tasks=(SCHEDULE.tick, seal_trail, check_evidence(EVIDENCE)),
    routes=pages,
    trail=TRAIL,
)
