"""The talent service: programmes, applicants, applications, awards and what is assessed afterwards.

Publishes `talent.>` and the applicants' contacts.
"""

from pathlib import Path

from fastapi import APIRouter

from services.talent.store.base import METADATA
from services.talent.store.tables import SPINE
from services.talent.store.trail import TRAIL
from shared.running.running import Running
from shared.running.sealing import seal_trail
from shared.running.service import Service


def routes(_: Running) -> APIRouter:
    return APIRouter()


SERVICE = Service(
    name="talent",
    title="人才计划",
    metadata=METADATA,
    spine=SPINE,
    migrations=Path(__file__).parent / "store" / "migrations",
    consumers=(),
    tasks=(seal_trail,),
    routes=routes,
    trail=TRAIL,
)
