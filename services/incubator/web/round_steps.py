"""The steps of a round that a person takes: close, grade or grade again, publicise, finalise. Each is shown with every
unit, grade and letter it touches before it is done."""

from collections.abc import Awaitable, Callable, Collection
from decimal import Decimal
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import RowMapping

from services.incubator.store import cautions, hand_grades
from services.incubator.usecases.finalising import FinaliseRound, finalise_round
from services.incubator.usecases.grading import GradeRound, PubliciseRound, grade_round, publicise_round
from services.incubator.usecases.round_standing import GRADED, RoundStanding, round_standing
from services.incubator.usecases.rounds import CloseRound, close_round
from services.incubator.web.did import REGRADED
from services.incubator.web.looks import to
from services.incubator.web.rounds import round_page
from services.incubator.web.weighing import weighed_or_done
from services.incubator.web.wording import kind_name
from shared.core.dates import parse_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import Known, may

CLERKS, HEAD = may(Role.CLERK, Role.HEAD), may(Role.HEAD)
Work = Callable[[Unit], Awaitable[Any]]


def round_step_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/rounds", include_in_schema=False)

    @router.post("/{round_id}/close", dependencies=[CLERKS])
    async def close(request: Request, who: Known, round_id: str) -> Response:
        order = CloseRound(round_id=round_id)
        return await _step(running, request, who, round_id, "截止填报", lambda unit: close_round(unit, order))

    @router.post("/{round_id}/grade", dependencies=[CLERKS])
    async def grade(request: Request, who: Known, round_id: str) -> Response:
        without = (await request.form()).get("without_open_reviews") == "yes"
        order = GradeRound(round_id=round_id, without_open_reviews=without)

        def work(unit: Unit) -> Awaitable[Any]:
            return grade_round(unit, order)

        return await _step(running, request, who, round_id, "定等次", work, "/grades", regrades=True)

    @router.post("/{round_id}/publicise", dependencies=[HEAD])
    async def publicise(request: Request, who: Known, round_id: str) -> Response:
        written = (await request.form()).get("public_from", "")
        text = written.strip() if isinstance(written, str) else ""
        first = parse_date(text)
        if text and first is None:
            wrong = DomainError("bad-dates", f"公示首日“{text[:20]}”不是日期，请写成 2018-12-20 这样")
            return await round_page(running, request, round_id, wrong)
        order = PubliciseRound(round_id=round_id, public_from=first)
        return await _step(running, request, who, round_id, "公示等次", lambda unit: publicise_round(unit, order))

    @router.post("/{round_id}/finalise", dependencies=[HEAD])
    async def finalise(request: Request, who: Known, round_id: str) -> Response:
        order = FinaliseRound(round_id=round_id)
        return await _step(running, request, who, round_id, "确定等次", lambda unit: finalise_round(unit, order))

    return router


async def _step(
    running: Running, request: Request, who: Who, round_id: str, title: str, work: Work, then: str = "",
    *, regrades: bool = False,
) -> Response:  # fmt: skip
    """What is in the way is told on the round's own page."""
    here = to("rounds", round_id)
    try:
        async with running.look() as connection:
            standing = await round_standing(connection, round_id)
            held = await hand_grades.objected(connection, round_id)
            told = await cautions.not_reported(connection, round_id) if standing.round["state"] == "open" else []
        units = ahead(standing, held, regrades=regrades) if regrades or standing.round["state"] in GRADED else []
        return await weighed_or_done(
            running, request, who, title=f"{title}：{round_name(standing.round)}", does=title, work=work, effect=None,
            to=f"{here}{then}", back=here, units=units, cautions=told,
            did=REGRADED if regrades else "",
        )  # fmt: skip
    except DomainError as wrong:
        if wrong.status == 404:
            raise
        return await round_page(running, request, round_id, wrong)


def round_name(round_: RowMapping) -> str:
    return f"{round_['year']} 年度{kind_name(round_['kind'])}考评"


class UnitAhead(NamedTuple):
    """A unit before and after the step; `held`: an objection keeps its grade from being final."""

    rank: int | None
    name: str
    total: Decimal | None
    before: str | None
    after: str | None
    by_hand: bool
    held: bool


def ahead(standing: RoundStanding, held: Collection[str], *, regrades: bool) -> list[UnitAhead]:
    """Every unit of the round by rank. Grading gives each what the scheme says, but for the grades given by hand; no
    other step moves a grade."""
    graded = standing.round["state"] in GRADED
    found = []
    for each in standing.units.values():
        before = each.grade if graded else None
        after = each.by_scheme.grade if regrades and not each.by_hand else each.grade
        total = each.result.total
        found.append(UnitAhead(each.rank, each.carrier["name"], total, before, after, each.by_hand, each.id in held))
    return sorted(found, key=lambda each: (each.rank is None, each.rank or 0, each.name))
