"""The pages of the review by experts: see shared.reviewing."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter

from services.incubator.domain.report_form import form_of
from services.incubator.usecases.reviewed import REVIEWING
from services.incubator.web.foreseeing import FORESEEING
from services.incubator.web.looks import PAGES, to
from services.incubator.web.wording import GRADES, LETTER_STATES, kind_name
from shared.evaluation import load_scheme
from shared.reviewing.area import ReviewedRound
from shared.reviewing.expert_pages import expert_pages
from shared.reviewing.own_pages import own_pages
from shared.reviewing.pages import ReviewPages, Tag
from shared.reviewing.round_pages import round_pages
from shared.reviewing.views import MyReview
from shared.running.running import Running
from shared.webkit.called import called


def _named(round_: ReviewedRound) -> str:
    return f"{round_.year} 年度 · {kind_name(round_.row['kind'])}"


def _crumbs(round_: ReviewedRound) -> Sequence[tuple[str, str]]:
    return [("年度考评", "/incubator/rounds"), ("批次", to("rounds", round_.id))]


def _report_page(report_id: str) -> str:
    return to("reports", report_id)


def _reported(round_: ReviewedRound, review: MyReview) -> Mapping[str, Any]:
    figures = (review.content or {}).get("figures") or {}
    return {"form": form_of(load_scheme(round_.row["scheme"])), "figures": figures, "period": round_.row["period"]}


def _grade(code: str | None) -> Tag | None:
    return Tag(GRADES[code].name, GRADES[code].tone) if code else None


def _letter(state: str) -> Tag:
    shown = LETTER_STATES.get(state)
    return Tag(state, "calm") if shown is None else Tag(shown.name, shown.tone)


KIT = ReviewPages(
    area=REVIEWING,
    pages=PAGES,
    foreseeing=FORESEEING,
    at="/incubator",
    rounds="rounds",
    named=_named,
    crumbs=_crumbs,
    subject_page=_report_page,
    my_review="reviewed_report.html",
    content=_reported,
    graded=_grade,
    letter=_letter,
    called=called,
)


def review_pages(running: Running) -> APIRouter:
    router = APIRouter()
    for part in (own_pages, expert_pages, round_pages):
        router.include_router(part(running, KIT))
    return router
