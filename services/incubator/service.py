"""The incubator service: carriers, reports, rounds, grades, publicity, objections, subsidies and budgets.

Publishes `incubator.>` and the operators' contacts; hears itself (the settlement) and where letters have got to.
"""

from pathlib import Path

from fastapi import APIRouter

from services.incubator.consumers.incubator import settlement
from services.incubator.store.base import METADATA
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.store.review_tables import EXPERT
from services.incubator.store.tables import MESSAGE_SEEN, ORGANISATION, SPINE
from services.incubator.store.trail import TRAIL
from services.incubator.usecases.due import SCHEDULE
from services.incubator.web.api import api
from services.incubator.web.desk import DESK
from services.incubator.web.figures import figures
from services.incubator.web.home import home
from services.incubator.web.pages import pages
from services.incubator.web.public import PUBLIC
from services.incubator.web.searching import search
from shared.correspondence.noting import messages_seen
from shared.evidence.checking import check_evidence
from shared.identity.roles import Role
from shared.running.running import Running
from shared.running.sealing import seal_trail
from shared.running.service import Service


def routes(running: Running) -> APIRouter:
    router = APIRouter()
    router.include_router(api(running))
    router.include_router(pages(running))
    return router


SERVICE = Service(
    name="incubator",
    title="孵化载体",
    metadata=METADATA,
    spine=SPINE,
    migrations=Path(__file__).parent / "store" / "migrations",
    consumers=(settlement, messages_seen(MESSAGE_SEEN, "incubator")),
    tasks=(SCHEDULE.tick, seal_trail, check_evidence(EVIDENCE)),
    routes=routes,
    home=home,
    badges=DESK.badges,
    desk=DESK,
    search=search,
    figures=figures,
    public=PUBLIC,
    scopes={Role.OPERATOR: ORGANISATION, Role.EXPERT: EXPERT},
    trail=TRAIL,
)
