"""The talent service: programmes' calls, applicants, applications, reviews, awards and what is assessed afterwards.

Publishes `talent.>` and the contacts of applicants, units and team members; hears where letters have got to.
"""

from pathlib import Path

from fastapi import APIRouter

from services.talent.consumers.talent import payments, settlement
from services.talent.store.base import METADATA
from services.talent.store.erasure_tables import ERASED_EVENT
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.review_tables import REVIEWS
from services.talent.store.tables import APPLICANT, MESSAGE_SEEN, SPINE, UNIT
from services.talent.store.trail import TRAIL
from services.talent.usecases.due import SCHEDULE
from services.talent.usecases.people import new_applicant_id
from services.talent.web.api import api
from services.talent.web.desk import DESK, badges
from services.talent.web.figures import figures
from services.talent.web.home import home
from services.talent.web.pages import pages
from services.talent.web.public import PUBLIC
from services.talent.web.searching import search
from shared.contracts.talent import TalentWordsErased
from shared.correspondence.noting import messages_seen
from shared.evidence.checking import check_evidence
from shared.identity.roles import Role
from shared.identity.who import Grant
from shared.running.erasing import eraser
from shared.running.running import Running
from shared.running.sealing import seal_trail
from shared.running.service import Service


def routes(running: Running) -> APIRouter:
    router = APIRouter()
    router.include_router(api(running))
    router.include_router(pages(running))
    return router


def _words_erased(story: str) -> TalentWordsErased:
    return TalentWordsErased(story=story)


SERVICE = Service(
    name="talent",
    title="人才计划",
    metadata=METADATA,
    spine=SPINE,
    migrations=Path(__file__).parent / "store" / "migrations",
    consumers=(settlement, payments, messages_seen(MESSAGE_SEEN, "talent")),
    tasks=(SCHEDULE.tick, seal_trail, check_evidence(EVIDENCE), eraser(ERASED_EVENT, _words_erased)),
    routes=routes,
    search=search,
    figures=figures,
    badges=badges,
    desk=DESK,
    home=home,
    registers=lambda: Grant(Role.APPLICANT, new_applicant_id()),
    public=PUBLIC,
    scopes={Role.APPLICANT: APPLICANT, Role.UNIT: UNIT, Role.EXPERT: REVIEWS.expert},
    trail=TRAIL,
)
