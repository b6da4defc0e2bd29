"""My award: where it stands, what is due by when, its money, its 任务书 on paper, changes I applied for."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import award_list, changes
from services.talent.store.application_tables import APPLICATION
from services.talent.store.whole_award import WholeAward, whole_award
from services.talent.web import award_view
from services.talent.web.applicant import APPLICANT_ONLY, ids_of
from services.talent.web.award_duties import duties
from services.talent.web.interest_view import claims_of
from services.talent.web.looks import PAGES, to
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.who import Who
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known

DONE = {
    "confirmed": "任务书已确认，已请单位确认；办公室签署以后生效。",
    "submitted": "考核材料已提交，单位会先说意见，再由项目办公室作结论。",
    "applied": "变更申请已提交，单位会先说意见，再由项目办公室决定。",
    "withdrawn": "变更申请已撤回。",
}
"""By what was just done."""


async def own_award(connection: AsyncConnection, who: Who, award_id: str) -> WholeAward:
    """Somebody else's award is as good as none."""
    found = await whole_award(connection, award_id)
    if found.row["applicant_id"] not in ids_of(who):
        raise DomainError("no-such-award", f"没有入选项目“{award_id}”", status=404)
    return found


def my_award_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/awards/{award_id}", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def mine(request: Request, who: Known, award_id: str) -> HTMLResponse:
        today = legal_date(running.now())
        async with running.look() as connection:
            whole = await own_award(connection, who, award_id)
            not_concluded = await award_list.open_of(connection, [award_id])
            since = await award_list.contract_since(connection, award_id)
            in_force = whole.in_force
            typed = in_force["typed"] if in_force is not None else {}
            application = await changes.found(connection, APPLICATION, whole.row["application_id"], "申报")
            asked = await award_view.asked_for(connection, whole.asked, typed)
            claims = await claims_of(connection, whole.row)
        return PAGES.show(
            request, "my_award.html", at=to("mine/awards", award_id), award=whole.row, whole=whole, today=today,
            application=application if application["applicant_id"] in ids_of(who) else None,
            programme=load_programme(whole.row["programme_id"]), stages=award_view.stages(whole), asked=asked,
            claims=claims,
            duties=duties(whole.contract["state"], since, not_concluded, whole.instalments, today),
            entries=award_view.entries(whole),
            versions=award_view.signed(whole), done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @router.get("/print", dependencies=[APPLICANT_ONLY])
    async def on_paper(request: Request, who: Known, award_id: str) -> HTMLResponse:
        async with running.look() as connection:
            whole = await own_award(connection, who, award_id)
        return printed(request, whole, to("mine/awards", award_id))

    return router


def printed(request: Request, whole: WholeAward, back: str) -> HTMLResponse:
    """The 任务书 on paper, every version with its signatures."""
    return PAGES.show(
        request, "contract_print.html", award=whole.row, whole=whole, back=back, versions=award_view.signed(whole),
        programme=load_programme(whole.row["programme_id"]),
    )  # fmt: skip
