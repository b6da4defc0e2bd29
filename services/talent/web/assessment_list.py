"""All assessments at the office: what is due, late, waits for a conclusion; filtered, sorted, taken away."""

from collections.abc import Collection
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement, RowMapping, Select, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.domain.assessment_dates import OPEN_DAYS
from services.talent.store import application_list, award_list
from services.talent.store.assessment_tables import ASSESSMENT, ASSESSMENT_REMINDER
from services.talent.store.assessments import FILLABLE
from services.talent.store.award_tables import AWARD
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.usecases.reminding import RemindOfAssessments, remind_of_assessments
from services.talent.web.award_page import CLERKS
from services.talent.web.award_words import assessment_name
from services.talent.web.foreseeing import foreseen_or_done
from services.talent.web.looks import PAGES, TONES, programme_name, to
from services.talent.web.step_forms import texts
from shared.core.clock import legal_date
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.running.running import Running
from shared.webkit.access import READERS, Known
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

HERE = "/talent/assessments"
CHOSEN = "assessments"
LATE, DUE = "late", "due"
ALL = (LATE, DUE)
"""Which are reminded of: all that are late, all that are due or late, or those that were chosen."""
STATES = lifecycles.ASSESSMENT.states
KINDS = {"yearly": "年度", "midterm": "中期", "final": "验收"}
WHEN = {"late": "已逾期", "soon": f"{OPEN_DAYS} 天内到期"}
REMINDED = (
    select(func.max(ASSESSMENT_REMINDER.c.on_date))
    .where(ASSESSMENT_REMINDER.c.assessment_id == ASSESSMENT.c.id)
    .correlate(ASSESSMENT)
    .scalar_subquery()
)
"""When it was last reminded of."""


async def listing(connection: AsyncConnection, today: date) -> Listing:
    programmes = await award_list.programmes(connection)
    return Listing(
        "考核",
        (
            Column("applicant", "负责人", by=APPLICANT.c.name, to=lambda row: to("assessments", row["id"])),
            Column("name", "考核", by=ASSESSMENT.c.kind, said=assessment_name),
            Column("project", "项目", by=AWARD.c.project),
            Column("contract_no", "任务书编号", by=AWARD.c.contract_no),
            Column("programme_id", "计划", by=AWARD.c.programme_id,
                   said=lambda row: programme_name(row["programme_id"])),
            Column("unit", "单位", by=UNIT.c.name),
            Column("due_on", "到期", "day", by=ASSESSMENT.c.due_on),
            Column("late", "逾期", "state", said=lambda row: "已逾期" if _is_late(row, today) else "",
                   tone=lambda _: "bad"),
            Column("state", "状态", "state", by=ASSESSMENT.c.state, said=lambda row: STATES[row["state"]],
                   tone=lambda row: TONES.get(row["state"], "calm")),
            Column("handed_in_at", "最近提交", "moment", by=ASSESSMENT.c.handed_in_at),
            Column("reminded_on", "最近提醒", "day", by=REMINDED),
            Column("concluded_on", "结论", "day", by=ASSESSMENT.c.concluded_on),
        ),
        filters=(
            Filter("when", "期限", lambda value: _when(value, today), WHEN),
            Filter("state", "状态", lambda value: ASSESSMENT.c.state == value, STATES),
            Filter("kind", "考核", lambda value: ASSESSMENT.c.kind == value, KINDS),
            Filter("programme", "计划", lambda value: AWARD.c.programme_id == value,
                   {each: programme_name(each) for each in programmes}),
            Filter("unit", "单位", lambda value: AWARD.c.unit_id == value, await application_list.units(connection)),
        ),
        search=(AWARD.c.contract_no,),
        finds=_holds,
        order=(ASSESSMENT.c.due_on, ASSESSMENT.c.id),
        empty="还没有排定考核；任务书签署以后按计划排定",
        search_title="编号、项目、姓名",
    )  # fmt: skip


def _is_late(row: RowMapping, today: date) -> bool:
    """Its talent has not handed it in though its day is past."""
    return row["state"] in FILLABLE and row["due_on"] < today


def _when(value: str, today: date) -> ColumnElement[bool]:
    own = ASSESSMENT.c.state.in_(FILLABLE)
    if value == "late":
        return and_(own, ASSESSMENT.c.due_on < today)
    soon = and_(ASSESSMENT.c.due_on >= today, ASSESSMENT.c.due_on <= add_days(today, OPEN_DAYS))
    return and_(or_(own, ASSESSMENT.c.state == "planned"), soon) if value == "soon" else false()


def _holds(text: str) -> ColumnElement[bool]:
    return AWARD.c.id.in_(select(AWARD.c.id).where(award_list.holds(text)))


def _rows() -> Select[Any]:
    return award_list.assessments().add_columns(REMINDED.label("reminded_on"))


def assessment_list_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/assessments", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        return await _page(running, request)

    @router.post("", dependencies=[CLERKS])
    async def remind(request: Request, who: Known) -> Response:
        """Each letter and whom it goes to is shown before it is sent."""
        form = await request.form()
        given = texts(form)
        chosen = [each for each in form.getlist(CHOSEN) if isinstance(each, str)]
        which = given.get("which", "")
        order = RemindOfAssessments(
            assessment_ids=None if which in ALL else chosen, late_only=which == LATE, again=given.get("again") == "yes"
        )
        try:
            return await foreseen_or_done(
                running, request, who, title="提醒提交考核材料", does="发出提醒", to=f"{HERE}?done=reminded",
                work=lambda unit: remind_of_assessments(unit, order), back=HERE,
            )  # fmt: skip
        except DomainError as wrong:
            return await _page(running, request, wrong, chosen)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        today = legal_date(running.now())
        async with running.look() as connection:
            return await export(connection, await listing(connection, today), _rows(), request.query_params)

    return router


async def _page(
    running: Running, request: Request, error: DomainError | None = None, chosen: Collection[str] = ()
) -> HTMLResponse:
    """`chosen`: what the office had chosen to remind of, kept whatever is wrong."""
    today = legal_date(running.now())
    async with running.look() as connection:
        listed = await (await listing(connection, today)).page(connection, _rows(), request.query_params)
    done = error is None and request.query_params.get("done") == "reminded"
    return PAGES.show(
        request, "assessments.html", 200 if error is None else error.status, listed=listed, at=HERE, error=error,
        chosen=chosen, done="提醒已发出；每封走到哪一步，见各项目的信件。" if done else "",
    )  # fmt: skip
