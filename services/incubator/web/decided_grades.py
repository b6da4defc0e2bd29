"""Grades people decide: by hand before publicity, corrected after finality. Each is shown with rank, quota and money
before it is done, and keeps its reason beside it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from starlette.datastructures import FormData

from services.incubator.store import changes, grade_list, hand_grades
from services.incubator.store.tables import EVALUATION
from services.incubator.usecases.corrections import (
    CorrectFinalGrade,
    RecomputeAfterCorrection,
    correct_final_grade,
    correction_problems,
    recompute_after_correction,
)
from services.incubator.usecases.grade_effect import Effect, effect
from services.incubator.usecases.grade_money import ground, under_same_limits
from services.incubator.usecases.hand_grades import GradeByHand, grade_by_hand, grade_problems
from services.incubator.usecases.round_standing import round_standing
from services.incubator.web.did import AS_SCHEME, BY_HAND, CORRECTED
from services.incubator.web.looks import PAGES, to
from services.incubator.web.weighing import weighed_or_done
from services.incubator.web.wording import GRADES
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may

BY_SCHEME = "by-scheme"
"""Chosen instead of a grade: what the scheme gives holds again."""
HEAD = may(Role.HEAD)
MOST_REASON, MOST_DOCUMENT = 900, 100


class Typed(NamedTuple):
    """The form as it was typed, kept whatever is wrong with it."""

    grade: str = ""
    reason: str = ""
    document_no: str = ""


def decided_grade_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/hand-grades/{evaluation_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def by_hand(request: Request, evaluation_id: str) -> HTMLResponse:
        return await _page(running, request, "hand_grade.html", evaluation_id)

    @router.post("/hand-grades/{evaluation_id:path}", dependencies=[HEAD])
    async def give_by_hand(request: Request, who: Known, evaluation_id: str) -> Response:
        typed = _typed(await request.form())
        grade = None if typed.grade == BY_SCHEME else typed.grade
        problems = _problems(grade_problems(grade or next(iter(GRADES)), typed.reason), typed)
        order = GradeByHand.model_construct(
            evaluation_id=evaluation_id,
            grade=grade,
            reason=" ".join(typed.reason.split()),
            document_no=typed.document_no,
        )

        async def shown(found: Effect) -> Response:
            return await weighed_or_done(
                running, request, who, title="人工调整等次", does="调整" if grade else "撤销人工调整",
                work=lambda unit: grade_by_hand(unit, order), effect=found,
                to=to("hand-grades", evaluation_id), back=to("hand-grades", evaluation_id),
                did=BY_HAND if grade else AS_SCHEME,
            )  # fmt: skip

        return await _decided(running, request, "hand_grade.html", evaluation_id, typed, problems, grade, shown)

    @router.get("/corrections/{evaluation_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def corrections(request: Request, evaluation_id: str) -> HTMLResponse:
        return await _page(running, request, "correction.html", evaluation_id)

    @router.post("/corrections/{evaluation_id:path}", dependencies=[HEAD])
    async def correct(request: Request, who: Known, evaluation_id: str) -> Response:
        typed = _typed(await request.form())
        problems = _problems(correction_problems(typed.grade, typed.reason, typed.document_no), typed)
        order = CorrectFinalGrade.model_construct(
            evaluation_id=evaluation_id, grade=typed.grade, reason=" ".join(typed.reason.split()),
            document_no=typed.document_no,
        )  # fmt: skip

        async def shown(found: Effect) -> Response:
            async with running.look() as connection:
                more = await _touched(connection, running, evaluation_id)
            return await weighed_or_done(
                running, request, who, title="更正已确定的等次", does="更正",
                work=lambda unit: correct_final_grade(unit, order), effect=found,
                to=to("corrections", evaluation_id), back=to("corrections", evaluation_id), did=CORRECTED, **more,
            )  # fmt: skip

        return await _decided(running, request, "correction.html", evaluation_id, typed, problems, typed.grade, shown)

    @router.post("/recomputing/{evaluation_id:path}", dependencies=[may(Role.CLERK, Role.HEAD)])
    async def recompute(request: Request, who: Known, evaluation_id: str) -> Response:
        """Asks to compute one of the awards again that a correction may have touched."""
        cause = str((await request.form()).get("cause", ""))
        order = RecomputeAfterCorrection(evaluation_id=evaluation_id, cause_event_id=cause)
        async with running.unit(who.account) as unit:
            await recompute_after_correction(unit, order)
        return RedirectResponse(f"{to('corrections', evaluation_id)}?asked=yes", 303)

    return router


async def _decided(
    running: Running,
    request: Request,
    template: str,
    evaluation_id: str,
    typed: Typed,
    problems: Mapping[str, str],
    grade: str | None,
    shown: Callable[[Effect], Awaitable[Response]],
) -> Response:
    """Shows the effect, or the form again with what is wrong with it."""
    if problems:
        return await _page(running, request, template, evaluation_id, typed, problems, status=422)
    try:
        async with running.look() as connection:
            row = await changes.found(connection, EVALUATION, evaluation_id, "考评结果")
            found = await effect(connection, row, legal_date(running.now()), grade=grade)
        return await shown(found)
    except DomainError as wrong:
        if wrong.status == 404:
            raise
        return await _page(running, request, template, evaluation_id, typed, {}, wrong, wrong.status)


async def _page(
    running: Running,
    request: Request,
    template: str,
    evaluation_id: str,
    typed: Typed | None = None,
    problems: Mapping[str, str] | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HTMLResponse:
    async with running.look() as connection:
        row = await grade_list.one(connection, evaluation_id)
        if row is None:
            raise DomainError("no-such-evaluation", f"没有编号为“{evaluation_id}”的考评结果", status=404)
        standing = await round_standing(connection, row["round_id"])
        hand = await hand_grades.decided_about(connection, evaluation_id)
        corrected = await hand_grades.corrections(connection, [evaluation_id])
        touched = await _touched(connection, running, evaluation_id) if corrected else {"later": (), "next_year": None}
    return PAGES.show(
        request, template, status, evaluation=row, round=standing.round, unit=standing.units[evaluation_id],
        hand=hand, corrected=corrected, typed=typed or Typed(), problems=problems or {}, error=error,
        grades={**{name: each.name for name, each in GRADES.items()}}, by_scheme=BY_SCHEME, **touched,
    )  # fmt: skip


async def _touched(connection: Any, running: Running, evaluation_id: str) -> dict[str, Any]:  # noqa: ANN401 - its own
    """What a correction of this grade may touch besides: awards under the same limits, and next year's evaluation."""
    row: RowMapping = await changes.found(connection, EVALUATION, evaluation_id, "考评结果")
    standing = await round_standing(connection, row["round_id"])
    known = await ground(connection, standing, legal_date(running.now()))
    return {
        "later": await under_same_limits(connection, known, evaluation_id),
        "next_year": await hand_grades.year_after(connection, evaluation_id),
    }


def _typed(form: FormData) -> Typed:
    found = {name: form.get(name, "") for name in Typed._fields}
    return Typed(**{name: value.strip() if isinstance(value, str) else "" for name, value in found.items()})


def _problems(found: Mapping[str, tuple[str, str]], typed: Typed) -> dict[str, str]:
    problems = {name: message for name, (_, message) in found.items()}
    if not typed.grade:
        problems["grade"] = "请选择等次"
    if len(typed.reason) > MOST_REASON:
        problems["reason"] = f"理由有 {len(typed.reason)} 字，至多 {MOST_REASON} 字，请精简"
    if len(typed.document_no) > MOST_DOCUMENT:
        problems["document_no"] = f"文件号至多 {MOST_DOCUMENT} 字"
    return problems
