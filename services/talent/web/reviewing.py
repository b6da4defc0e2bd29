"""The pages of the review by experts, blind where the programme says so: see shared.reviewing."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.review_area import AREA
from services.talent.web import my_files
from services.talent.web.foreseeing import FORESEEING
from services.talent.web.looks import PAGES, programme_name, to
from shared.correspondence.pages import STATES, TONES
from shared.evidence.files import open_file
from shared.evidence.refusals import refused
from shared.evidence.web import served
from shared.reviewing.area import ReviewedRound
from shared.reviewing.expert_pages import expert_pages
from shared.reviewing.own_pages import EXPERT, own_pages, own_review
from shared.reviewing.pages import ReviewPages, Tag
from shared.reviewing.round_pages import round_pages
from shared.reviewing.views import MyReview
from shared.running.running import Running
from shared.webkit.access import Known
from shared.webkit.called import called

RANKED = ("reviewed", "publicised", "selected")
"""States of a call after its ranking."""


def _named(round_: ReviewedRound) -> str:
    return programme_name(round_.id)


def _crumbs(round_: ReviewedRound) -> Sequence[tuple[str, str]]:
    address = to("calls", round_.id)
    return [("申报批次", "/talent/calls"), ("批次", address), ("排名和入选", f"{address}/ranking")]


def _application_page(application_id: str) -> str:
    return to("applications", application_id)


def _content(_: ReviewedRound, review: MyReview) -> Mapping[str, Any]:
    content = review.content or {}
    behind = content.get("who") or {}
    return {
        "behind": behind,
        "blind": not behind,
        "sections": content.get("parts", ()),
        "visits": content.get("visits", ()),
        "files": content.get("files", ()),
    }


def _grade(code: str | None) -> Tag | None:
    """A call has no grades, only totals and the least of them."""
    return Tag(code, "calm") if code else None


def _letter(state: str) -> Tag:
    return Tag(STATES.get(state, state), TONES.get(state, "calm"))


def _undecided(round_: ReviewedRound) -> str:
    """Once a call is ranked, its marks are what they are; the panel alone changes a total, before it is public."""
    if round_.row["state"] in RANKED:
        return "已经排名，处理不再改变得分；需要调整的由负责人在排名里按专家组意见作出，公示以后按异议处理。"
    return ""


KIT = ReviewPages(
    area=AREA,
    pages=PAGES,
    foreseeing=FORESEEING,
    at="/talent",
    rounds="calls",
    named=_named,
    crumbs=_crumbs,
    subject_page=_application_page,
    my_review="reviewed_application.html",
    content=_content,
    graded=_grade,
    letter=_letter,
    called=called,
    grades=False,
    sums=True,
    undecided=_undecided,
)


def review_pages(running: Running) -> APIRouter:
    router = APIRouter()
    for part in (own_pages, expert_pages, round_pages):
        router.include_router(part(running, KIT))
    router.include_router(_files(running))
    return router


def _files(running: Running) -> APIRouter:
    router = APIRouter(prefix="/reviews/{application_id}/files", include_in_schema=False)

    @router.get("/{evidence_id}", dependencies=[EXPERT])
    async def file(who: Known, application_id: str, evidence_id: str) -> Response:
        """A file his own page of the review shows, under the name it has there; any other is as good as none."""
        async with running.look() as connection:
            _, review = await own_review(connection, running, KIT, who, application_id)
            listed = {each["id"]: each["name"] for each in (review.content or {}).get("files", ())}
            if evidence_id not in listed:
                raise refused("no-such-evidence")
            opened = await open_file(connection, EVIDENCE, my_files.store(running), evidence_id)
        return served(opened._replace(name=listed[evidence_id]))

    return router
