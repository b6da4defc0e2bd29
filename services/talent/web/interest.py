"""The office's list of interest claims, and each with what it would come to and its check."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.domain import lifecycles
from services.talent.domain.interest_claim import CLAIMABLE
from services.talent.store import interest
from services.talent.store.award_tables import AWARD
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.interest_tables import INTEREST_CLAIM, INTEREST_HAND_IN
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.usecases import interest_checking as checking
from services.talent.web import broker_forms as forms
from services.talent.web import my_files
from services.talent.web.interest_view import file_names, one_claim
from services.talent.web.looks import PAGES, TONES, to
from services.talent.web.step_forms import Step
from shared.core.errors import DomainError
from shared.evidence.files import open_file
from shared.evidence.web import served
from shared.identity.roles import Role
from shared.ledger.explaining import explained
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

CLERKS = may(Role.CLERK, Role.HEAD)
STATES: Mapping[str, str] = {
    state: name for state, name in lifecycles.INTEREST_CLAIM.states.items() if state != "draft"
}
LISTING = Listing(
    "贴息申请",
    (
        Column("project", "项目", by=AWARD.c.project, to=lambda row: to("interest", row["id"])),
        Column("year", "年度", by=INTEREST_CLAIM.c.year, said=lambda row: f"{row['year']} 年"),
        Column("applicant", "负责人", by=APPLICANT.c.name),
        Column("unit", "单位", by=UNIT.c.name),
        Column("contract_no", "任务书编号", by=AWARD.c.contract_no, to=lambda row: to("awards", row["award_id"])),
        Column("loan_no", "贷款合同", by=INTEREST_HAND_IN.c.loan_no),
        Column("principal_fen", "贷款本金（元）", "yuan", by=INTEREST_HAND_IN.c.principal_fen),
        Column("interest_from", "计息自", "day", by=INTEREST_HAND_IN.c.interest_from),
        Column("interest_until", "计息到", "day", by=INTEREST_HAND_IN.c.interest_until),
        Column("claimed_on", "申请", "day", by=INTEREST_CLAIM.c.claimed_on),
        Column(
            "state", "状态", "state", said=lambda row: STATES[row["state"]], by=INTEREST_CLAIM.c.state,
            tone=lambda row: TONES.get(row["state"], "calm"),
        ),
    ),
    filters=(Filter("state", "状态", lambda value: INTEREST_CLAIM.c.state == value, STATES),),
    search=(AWARD.c.contract_no, AWARD.c.project, APPLICANT.c.name, UNIT.c.name, INTEREST_HAND_IN.c.loan_no),
    order=(INTEREST_CLAIM.c.state != "claimed", INTEREST_CLAIM.c.claimed_on.desc(), INTEREST_CLAIM.c.id),
    empty="还没有贴息申请；贴息项目的任务书生效以后，由负责人在项目的页面逐年申请",
    search_title="编号、项目、姓名、贷款合同",
)  # fmt: skip
CHECKS = {
    "accept": Step(checking.AcceptInterest, checking.accept_interest, "accepted"),
    "return": Step(checking.AnswerInterest, checking.return_interest, "returned"),
    "refuse": Step(checking.AnswerInterest, checking.refuse_interest, "refused"),
}
LABELS = {"reason": "理由", "number": "提交次数", "claim_id": "申请编号"}
DONE = {
    "accepted": "已核定，贴息随即核算。", "returned": "已退回补正，负责人会收到信。",
    "refused": "已决定不予贴息，负责人会收到信。",
}  # fmt: skip


def interest_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/interest", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await LISTING.page(connection, interest.listed(), request.query_params)
        return PAGES.show(request, "interest_list.html", listed=listed)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, interest.listed(), request.query_params)

    @router.get("/{claim_id}", dependencies=[READERS])
    async def one(request: Request, claim_id: str) -> HTMLResponse:
        return await _page(running, request, claim_id)

    @router.post("/{claim_id}/check", dependencies=[CLERKS])
    async def check(request: Request, who: Known, claim_id: str) -> Response:
        typed = forms.given(await request.form(), ("outcome", "number", "reason"))
        try:
            step = _check_named(typed["outcome"])
            values = {"claim_id": claim_id, "number": typed["number"], "reason": typed["reason"]}
            order = order_of(step.order, values, LABELS)
            async with running.unit(who.account) as unit:
                await step.work(unit, order)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, claim_id, forms.Sent("check", typed, wrong))
        return RedirectResponse(f"{to('interest', claim_id)}?done={step.done}", 303)

    @router.get("/{claim_id}/files/{evidence_id}", dependencies=[READERS])
    async def file(claim_id: str, evidence_id: str) -> Response:
        async with running.look() as connection:
            await interest.check_handed_in(connection, claim_id, evidence_id)
            return served(await open_file(connection, EVIDENCE, my_files.store(running), evidence_id))

    return router


def _check_named(outcome: str) -> Step:
    if outcome not in CHECKS:
        raise DomainError("no-such-outcome", "请选核定、退回补正或不予贴息")
    return CHECKS[outcome]


async def _page(running: Running, request: Request, claim_id: str, sent: forms.Sent | None = None) -> HTMLResponse:
    """A draft is the leader's alone: what was never handed in is as good as none."""
    async with running.look() as connection:
        found = await one_claim(connection, claim_id)
        if not found["hand_ins"]:
            raise DomainError("no-such-interest-claim", f"没有贴息申请“{claim_id}”", status=404)
        claim, award = found["claim"], found["award"]
        seen = None
        if claim["state"] == "claimed" and award["state"] in CLAIMABLE:
            seen = await checking.preview(connection, award, claim, found["hand_ins"][0])
    return PAGES.show(
        request, "interest.html", forms.status(sent), at=to("interest", claim_id), **found, seen=seen,
        why=explained(seen.entry) if seen is not None and seen.entry is not None else None, names=file_names(found),
        done=DONE.get(request.query_params.get("done", ""), "") if sent is None else "", **forms.shown(sent),
    )  # fmt: skip
