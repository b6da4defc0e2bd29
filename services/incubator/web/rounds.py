"""The pages of rounds: all of them, and one with its states, its numbers and its ranking."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from sqlalchemy import RowMapping

from services.incubator.domain import lifecycles
from services.incubator.store import changes, rankings
from services.incubator.store.progress import progress
from services.incubator.store.rankings import NO_GRADE, RankingFilter
from services.incubator.store.round_steps import next_step
from services.incubator.store.tables import ROUND
from services.incubator.web import round_list
from services.incubator.web.looks import PAGES
from services.incubator.web.progress import count, stream
from services.incubator.web.wording import GRADES, REPORTS, kind_order
from shared.core.clock import legal_date
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.evaluation import Scheme, load_scheme
from shared.evaluation.figures import Number, text
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.asked import Asked
from shared.webkit.takeaway import export

PER_PAGE = 100
ORDERS = {"rank": "名次", "name": "名称"}


def round_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/rounds", include_in_schema=False)

    @router.get("", dependencies=[READERS], response_class=HTMLResponse)
    async def rounds(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await round_list.LISTING.page(connection, round_list.rounds(), request.query_params)
        return PAGES.show(request, "rounds.html", listed=listed)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, round_list.LISTING, round_list.rounds(), request.query_params)

    @router.get("/{round_id}", dependencies=[READERS], response_class=HTMLResponse)
    async def round_(request: Request, round_id: str) -> HTMLResponse:
        return await round_page(running, request, round_id)

    @router.get("/{round_id}/progress", dependencies=[READERS])
    async def progressing(round_id: str) -> StreamingResponse:
        return await stream(running, round_id)

    return router


async def round_page(
    running: Running, request: Request, round_id: str, error: DomainError | None = None
) -> HTMLResponse:
    """The page of one round; `error`: what was in the way of a step somebody wanted to take."""
    asked = Asked(request.query_params)
    wanted = RankingFilter(
        text=asked.text("text"),
        grade=asked.choice("grade", (*GRADES, NO_GRADE)),
        state=asked.choice("state", REPORTS),
        order=asked.choice("order", ORDERS) or "rank",
    )
    async with running.look() as connection:
        row = await changes.found(connection, ROUND, round_id, "考评批次")
        turn = asked.turn(await rankings.counted(connection, round_id, wanted), PER_PAGE)
        ranked = await rankings.listed(connection, round_id, wanted, turn.size, turn.skip)
        ranks = await rankings.ranks(connection, round_id)
        counts = count(await progress(connection, round_id), row)
        graded = await rankings.by_grade(connection, round_id)
        moved = await changes.of(connection, [round_id])
        ahead = await next_step(connection, row)
    scheme = load_scheme(row["scheme"])
    return PAGES.show(
        request,
        "round.html",
        200 if error is None else error.status,
        round=row,
        error=error,
        ahead=ahead,
        scheme=scheme,
        stages=list(stages(row, moved)),
        counts=counts,
        lines=cut_lines(scheme, graded, counts.reports),
        bar=[(shown.name, graded[grade][0], shown.tone) for grade, shown in GRADES.items() if grade in graded],
        crossed=crossed(scheme, ranked) if wanted.order == "rank" else {},
        ranked=ranked,
        ranks=ranks,
        turn=turn,
        problems=asked.problems,
        final_from=None if row["public_until"] is None else add_days(row["public_until"], 1),
        public=row["public_until"] is not None and legal_date(running.now()) <= row["public_until"],
        orders=ORDERS,
        grades={**{grade: shown.name for grade, shown in GRADES.items()}, NO_GRADE: "尚无等次"},
        states={state: shown.name for state, shown in REPORTS.items()},
    )


def in_order(rounds: Sequence[RowMapping]) -> list[RowMapping]:
    """The newest year first, and in a year the kinds as the policy lists them."""
    return sorted(rounds, key=lambda row: (-row["year"], kind_order(row["kind"])))


class Stage(NamedTuple):
    """A state of a round's life: when it was reached, or the day it is to be."""

    name: str
    reached_at: datetime | None
    on: date | None
    now: bool


UNDER_WAY = tuple(state for state in lifecycles.ROUND.states if state != "cancelled")
"""The states of a round that is not given up, from the first to the last."""
PLANNED_ON = {"open": "opens_on", "closed": "closes_on", "publicised": "public_from"}


def stages(row: RowMapping, moved: Sequence[RowMapping]) -> Iterator[Stage]:
    """The states from the first to the last, as they were reached or are still ahead."""
    reached = {change["after"]: change["at"] for change in moved if change["noun"] == "round"}
    over = ("planned", "cancelled") if row["state"] == "cancelled" else ()
    for state, name in lifecycles.ROUND.states.items():
        if state not in (over or UNDER_WAY):
            continue
        on = row[PLANNED_ON[state]] if state in PLANNED_ON else None
        if state == "finalised" and row["public_until"] is not None:
            on = add_days(row["public_until"], 1)
        yield Stage(name, reached.get(state), on, state == row["state"])


def percent(share: Number) -> str:
    """3/10 -> 30."""
    hundredfold = Fraction(share) * 100
    return text(hundredfold.numerator if hundredfold.denominator == 1 else hundredfold)


class CutLine(NamedTuple):
    """A grade's line, its room, how many have it, and the least total among them."""

    grade: str
    line: Decimal | None
    quota: str
    units: int
    least: Decimal | None


def cut_lines(scheme: Scheme, graded: Mapping[str | None, tuple[int, Decimal | None]], units: int) -> list[CutLine]:
    found = []
    by_quota = units >= scheme.quota_from
    lines = {line.grade: line for line in scheme.grades}
    for grade in GRADES:
        line = lines.get(grade)
        number, least = graded.get(grade, (0, None))
        quota = ""
        if line is not None and line.quota is not None and by_quota:
            quota = f"{percent(line.quota)}%，{int(line.quota * units)} 家"
        found.append(CutLine(grade, line.line if line else None, quota, number, least))
    return found


def crossed(scheme: Scheme, ranked: Sequence[RowMapping]) -> dict[str, list[tuple[str, Decimal]]]:
    """The lines that lie between a carrier and the one ranked before it on the page, by the carrier's report."""
    found: dict[str, list[tuple[str, Decimal]]] = {}
    before: Any = None
    for row in ranked:
        if row["total"] is None:
            break
        total = Decimal(row["total"])
        if before is not None:
            between = [(line.grade, line.line) for line in scheme.grades if total < line.line <= before]
            if between:
                found[row["id"]] = between
        before = total
    return found
