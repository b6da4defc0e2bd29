"""One objection: grounds and evidence, the evaluation explained, and its decision with all that it would touch."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from starlette.datastructures import FormData

from services.incubator.domain.filled_form import typed_from
from services.incubator.domain.report_form import Form, form_of
from services.incubator.domain.typed_text import Reading, figures_by_box, read_form
from services.incubator.store import changes, objections
from services.incubator.store.evaluation_files import EvaluationFile, evaluation_file
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.store.tables import OBJECTIONS
from services.incubator.usecases.grade_effect import Effect, effect
from services.incubator.usecases.objections import DecideObjection, decide_objection
from services.incubator.web.evaluations import indicators
from services.incubator.web.looks import PAGES, to
from services.incubator.web.weighing import weighed_or_done
from services.incubator.web.wording import GRADES
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.evidence.files import files_of
from shared.evidence.kinds import ACCEPT
from shared.evidence.shown import EVIDENCE_STATES
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.roles import Role
from shared.objections import store
from shared.objections.deciding import check_open
from shared.objections.files import FIELD, add_evidence, evidence_sent, owner
from shared.objections.paper_page import CLERKS
from shared.objections.showing import days_left
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may

TYPED = "typed:"
OUTCOMES = {"rejected": "不成立", "upheld": "成立", "withdrawn": "异议人已撤回"}
WAYS = {"figures": "更正数字，按方案重新打分", "grade": "直接更正等次"}
MOST_REASON = 900


class Typed(NamedTuple):
    """The decision as it was typed, kept whatever is wrong with it."""

    outcome: str
    way: str
    grade: str
    reason: str
    figures: Mapping[str, str]


class About(NamedTuple):
    """What an objection is about: the evaluation with everything on it, its form, and the figures as they count.
    `objector`: what the register calls who objects, if it knows it."""

    objection: RowMapping
    objector: str | None
    file: EvaluationFile
    form: Form

    @property
    def counted(self) -> Mapping[str, object]:
        return self.file.report["figures"] or {}


def objection_decision_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/objections", include_in_schema=False)

    @router.get("/{objection_id}", dependencies=[READERS], response_class=HTMLResponse)
    async def one(request: Request, who: Known, objection_id: str) -> HTMLResponse:
        handles = who.may_be(Role.CLERK, Role.HEAD, Role.AUDITOR)
        return await _page(running, request, objection_id, handles=handles)

    @router.post("/{objection_id}", dependencies=[may(Role.HEAD)])
    async def decide(request: Request, who: Known, objection_id: str) -> Response:
        typed = _typed(await request.form())
        async with running.look() as connection:
            about = await _about(connection, objection_id)
        try:
            check_open(about.objection)  # decided meanwhile, by somebody else or by a first click
        except DomainError as decided:
            return await _page(running, request, objection_id, typed, {}, decided)
        reading = read_form(about.form, typed.figures)
        problems = _problems(typed, about, reading)
        if problems:
            return await _page(running, request, objection_id, typed, problems)
        corrected = _corrected(typed, about, reading)
        order = DecideObjection.model_validate(
            {
                "objection_id": objection_id,
                "outcome": typed.outcome,
                "reason": typed.reason,
                "figures": corrected,
                "grade": typed.grade if (typed.outcome, typed.way) == ("upheld", "grade") else None,
            }
        )
        try:
            return await weighed_or_done(
                running, request, who, title=f"异议{OUTCOMES[typed.outcome]}：{about.file.carrier['name']}",
                does="决定", work=lambda unit: decide_objection(unit, order),
                effect=await _effect(running, about, order), to=to("objections", objection_id),
                back=to("objections", objection_id),
            )  # fmt: skip
        except DomainError as wrong:
            return await _page(running, request, objection_id, typed, {}, wrong)

    @router.post("/{objection_id}/evidence", dependencies=[CLERKS], max_body_size=MOST_OF_REQUEST)
    async def more(request: Request, who: Known, objection_id: str) -> Response:
        try:
            async with evidence_sent(request, running, needed=True) as files, running.unit(who.account) as unit:
                check_open(await store.one(unit.connection, OBJECTIONS, objection_id))
                await add_evidence(unit, running, EVIDENCE, files, objection_id)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, objection_id, error=wrong)
        return RedirectResponse(f"{to('objections', objection_id)}?saved=evidence", 303)

    return router


async def _effect(running: Running, about: About, order: DecideObjection) -> Effect | None:
    """What an upheld objection touches; any other touches nothing but itself."""
    if order.outcome != "upheld" or about.file.evaluation is None:
        return None
    figures = {**about.counted, **order.figures} if order.figures else None
    async with running.look() as connection:
        today = legal_date(running.now())
        return await effect(connection, about.file.evaluation, today, grade=order.grade, figures=figures)


async def _about(connection: Any, objection_id: str) -> About:  # noqa: ANN401 - the database's own
    row = await store.one(connection, OBJECTIONS, objection_id)
    file = await evaluation_file(connection, row["subject_id"])
    objector = await objections.name_of(connection, row["objector_id"])
    return About(row, objector, file, form_of(load_scheme(file.round["scheme"])))


def _typed(form: FormData) -> Typed:
    def text(name: str) -> str:
        value = form.get(name, "")
        return " ".join(value.split()) if isinstance(value, str) else ""

    figures = {
        name.removeprefix(TYPED): value
        for name, value in form.multi_items()
        if name.startswith(TYPED) and isinstance(value, str)
    }
    return Typed(text("outcome"), text("way"), text("grade"), text("reason"), figures)


def _problems(typed: Typed, about: About, reading: Reading) -> dict[str, str]:
    """By field, what keeps the decision from being shown."""
    found: dict[str, str] = {}
    if typed.outcome not in OUTCOMES:
        found["outcome"] = "请选择结论"
    if not typed.reason:
        found["reason"] = "请写明理由；异议人和所涉单位收到的信里就是这一段"
    elif len(typed.reason) > MOST_REASON:
        found["reason"] = f"理由有 {len(typed.reason)} 字，至多 {MOST_REASON} 字，请精简"
    if typed.outcome != "upheld":
        return found
    if typed.way not in WAYS:
        found["way"] = "异议成立的，请选择更正数字还是直接更正等次"
    elif typed.way == "grade" and typed.grade not in GRADES:
        found["grade"] = "请选择更正后的等次"
    elif typed.way == "figures":
        found |= reading.problems
        found |= {name: "没有填写；确实没有请填 0" for name in reading.missing if name not in found}
        if not found and not _corrected(typed, about, reading):
            found["way"] = "没有改动任何数字；请在下表改成更正后的数字"
    return found


def _corrected(typed: Typed, about: About, reading: Reading) -> dict[str, object]:
    """The figures that were typed otherwise than they count now."""
    if (typed.outcome, typed.way) != ("upheld", "figures"):
        return {}
    now, then = figures_by_box(about.form, about.counted), figures_by_box(about.form, reading.figures)
    changed = {about.form.boxes[name].figure.name for name, figure in then.items() if now.get(name) != figure}
    return {name: value for name, value in reading.figures.items() if name in changed}


async def _page(
    running: Running,
    request: Request,
    objection_id: str,
    typed: Typed | None = None,
    problems: Mapping[str, str] | None = None,
    error: DomainError | None = None,
    *,
    handles: bool = True,
) -> HTMLResponse:
    async with running.look() as connection:
        about = await _about(connection, objection_id)
        files = await files_of(connection, EVIDENCE, owner(objection_id)) if handles else ()
        moved = await changes.of(connection, [objection_id])
    left = days_left(about.objection, legal_date(running.now()))
    now = typed_from(about.form, about.counted)
    status = error.status if error else 422 if problems else 200
    return PAGES.show(
        request, "objection.html", status, objection=about.objection, objector=about.objector, file=about.file,
        form=about.form, handles=handles,
        files=files, file_states=EVIDENCE_STATES, accept=ACCEPT, field=FIELD, changes=moved,
        left=left, indicators=indicators(about.file, about.form.scheme), now=now,
        typed=typed or Typed("", "", "", "", now), problems=problems or {}, error=error, outcomes=OUTCOMES, ways=WAYS,
        grades={name: each.name for name, each in GRADES.items()},
    )  # fmt: skip
