"""A member of a team answers for himself, under a link from his mail and without an account."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import changes
from services.talent.store.application_tables import APPLICATION, MEMBER
from services.talent.store.tables import APPLICANT, CALL, UNIT
from services.talent.usecases.team import AnswerAsMember, answer_as_member, answer_path
from services.talent.web.applicant import text
from services.talent.web.looks import PAGES
from services.talent.web.sealing import seal_of
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.tokens import same
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import ANYBODY

BY = "team-member"
"""Who answers: his name is with the member's row, and nowhere else."""


def team_answer_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/team", include_in_schema=False)

    @router.get("/{member_id}/{mark}", dependencies=[ANYBODY])
    async def asked(request: Request, member_id: str, mark: str) -> HTMLResponse:
        return await _page(running, request, member_id, mark)

    @router.post("/{member_id}/{mark}", dependencies=[ANYBODY])
    async def answer(request: Request, member_id: str, mark: str) -> Response:
        says = text(await request.form(), "answer")
        try:
            async with running.unit(BY) as unit:
                await _member(running, unit.connection, member_id, mark)
                await answer_as_member(unit, AnswerAsMember(member_id=member_id, agrees=_agrees(says)))
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, member_id, mark, wrong)
        return RedirectResponse(f"{answer_path(member_id, seal_of(running))}?done=1", 303)

    return router


def _agrees(says: str) -> bool:
    if says not in {"yes", "no"}:
        raise DomainError("answer-missing", "请按“同意参加”或“不同意”")
    return says == "yes"


async def _member(running: Running, connection: AsyncConnection, member_id: str, mark: str) -> RowMapping:
    """The member whose link this is. A wrong link, and one of a member who is off the list, leads nowhere; and whether
    there is such a member nobody learns."""
    if not same(mark, seal_of(running).mark(member_id)):
        raise _nobody()
    member = await changes.found(connection, MEMBER, member_id, "团队成员")
    if member["state"] == "removed":
        raise _nobody()
    return member


def _nobody() -> DomainError:
    told = "这个链接不对，或者已经作废；请从邮件里的链接进入，或询问带头人"
    return DomainError("no-such-link", told, status=404)


async def _page(
    running: Running, request: Request, member_id: str, mark: str, error: DomainError | None = None
) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        member = await _member(running, connection, member_id, mark)
        row = await changes.found(connection, APPLICATION, member["application_id"], "申报")
        if row["erased_at"] is not None:
            raise _nobody()
        call = await changes.found(connection, CALL, row["programme_id"], "申报批次")
        leader = await changes.found(connection, APPLICANT, row["applicant_id"], "申报人")
        unit = None if row["unit_id"] is None else await changes.found(connection, UNIT, row["unit_id"], "推荐单位")
    until = row["correct_until"] or call["closes_on"]
    return PAGES.show(
        request, "team_answer.html", 200 if error is None else error.status, member=member, row=row, leader=leader,
        unit=unit, programme=load_programme(row["programme_id"]), until=until, error=error,
        open=row["state"] in {"draft", "returned"} and today <= until and member["state"] == "invited",
    )  # fmt: skip
