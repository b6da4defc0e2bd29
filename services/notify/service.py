"""The notify service as a process runs it."""

from pathlib import Path

from services.notify.consumers.contacts import contacts, talent_contacts
from services.notify.consumers.incubator import letters
from services.notify.consumers.talent import talent_letters
from services.notify.schedule import send_queued
from services.notify.store.tables import METADATA, SPINE
from services.notify.store.trail import TRAIL
from services.notify.web import routes
from services.notify.web.searching import search
from shared.running.sealing import seal_trail
from shared.running.service import Service

SERVICE = Service(
    name="notify",
    title="通知",
    metadata=METADATA,
    spine=SPINE,
    migrations=Path(__file__).parent / "store/migrations",
    consumers=(contacts, letters, talent_contacts, talent_letters),
    tasks=(send_queued, seal_trail),
    routes=routes,
    search=search,
    trail=TRAIL,
)
