"""The office's list of brokers' deals, and each with the check of its claim."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.domain import lifecycles
from services.talent.store import brokers
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases import deal_claims
from services.talent.usecases.deals import ChangeDeal, WithdrawDeal, change_deal, withdraw_deal
from services.talent.web import broker_forms as forms
from services.talent.web import my_files
from services.talent.web.looks import PAGES, TONES, to
from services.talent.web.step_forms import Step
from shared.core.errors import DomainError
from shared.evidence.files import open_file
from shared.evidence.web import MOST_OF_REQUEST, served
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

CLERKS = may(Role.CLERK, Role.HEAD)
STATES = lifecycles.DEAL.states
LISTING = Listing(
    "技术经纪成交",
    (
        Column("contract_no", "技术合同", by=DEAL.c.contract_no, to=lambda row: to("deals", row["id"])),
        Column("title", "项目", by=DEAL.c.title),
        Column("broker", "技术经纪人", by=BROKER.c.name, to=lambda row: to("brokers", row["broker_id"])),
        Column("seller", "转让方", by=DEAL.c.seller),
        Column("buyer", "受让方", by=DEAL.c.buyer),
        Column("value_fen", "合同金额", "yuan", by=DEAL.c.value_fen),
        Column("completed_on", "完成转化", "day", by=DEAL.c.completed_on),
        Column("claimed_on", "申请奖励", "day", by=DEAL.c.claimed_on),
        Column("actual_fen", "实际交易额", "yuan", by=DEAL.c.actual_fen),
        Column(
            "state", "状态", "state", said=lambda row: STATES[row["state"]], by=DEAL.c.state,
            tone=lambda row: TONES.get(row["state"], "calm"),
        ),
    ),
    filters=(
        Filter("state", "状态", lambda value: DEAL.c.state == value, STATES),
        Filter("from", "完成转化自", lambda value: DEAL.c.completed_on >= value, kind="day"),
        Filter("until", "完成转化至", lambda value: DEAL.c.completed_on <= value, kind="day"),
    ),
    search=(DEAL.c.contract_no, DEAL.c.title, DEAL.c.seller, DEAL.c.buyer, BROKER.c.name),
    order=(DEAL.c.state != "claimed", DEAL.c.completed_on.desc(), DEAL.c.id),
    empty="还没有成交；技术经纪人登录后自己登记，也可以在经纪人的页面上按纸质材料登记",
    search_title="合同编号、项目、当事人、经纪人",
)  # fmt: skip
CHECKS = {
    "confirm": Step(deal_claims.ConfirmClaim, deal_claims.confirm_claim, "confirmed"),
    "return": Step(deal_claims.RefuseClaim, deal_claims.return_claim, "returned"),
    "refuse": Step(deal_claims.RefuseClaim, deal_claims.refuse_claim, "refused"),
}
DONE = {
    "reported": "成交已登记。", "changed": "已保存。", "attached": "附件已收下。", "claimed": "奖励申请已登记。",
    "withdrawn": "已撤回。", "confirmed": "已核定，奖励随即核算。", "returned": "已退回补正。",
    "refused": "已决定不予奖励。",
}  # fmt: skip


def deal_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/deals", include_in_schema=False)

    async def done(
        request: Request, who: Who, sent: tuple[str, str, dict[str, str]], work: Callable[[Unit], Awaitable[object]]
    ) -> Response:
        deal_id, form, typed = sent
        try:
            async with running.unit(who.account) as unit:
                await work(unit)
        except DomainError as wrong:
            return await _page(running, request, deal_id, forms.Sent(form, typed, wrong))
        return RedirectResponse(f"{to('deals', deal_id)}?done={form}", 303)

    @router.get("/{deal_id}", dependencies=[READERS])
    async def one(request: Request, deal_id: str) -> HTMLResponse:
        return await _page(running, request, deal_id)

    @router.post("/{deal_id}/check", dependencies=[CLERKS])
    async def check(request: Request, who: Known, deal_id: str) -> Response:
        typed = forms.given(await request.form(), ("outcome", "number", "reason"))
        try:
            step = _check_named(typed["outcome"])
            values = {"deal_id": deal_id, "number": typed["number"], "reason": typed["reason"]}
            work, order = step.work, order_of(step.order, values, forms.LABELS)
        except DomainError as wrong:
            return await _page(running, request, deal_id, forms.Sent("check", typed, wrong))
        return await done(request, who, (deal_id, step.done, typed), lambda unit: work(unit, order))

    @router.post("/{deal_id}/change", dependencies=[CLERKS])
    async def change(request: Request, who: Known, deal_id: str) -> Response:
        typed = forms.given(await request.form(), forms.DEAL_FIELDS)
        order = ChangeDeal(deal_id=deal_id, **typed)
        return await done(request, who, (deal_id, "changed", typed), lambda unit: change_deal(unit, order))

    @router.post("/{deal_id}/claim", dependencies=[CLERKS])
    async def claim(request: Request, who: Known, deal_id: str) -> Response:
        typed = forms.given(await request.form(), ("actual", "received_on", "paper"))
        order = deal_claims.ClaimOnPaper(deal_id=deal_id, **typed)
        work = deal_claims.claim_on_paper
        return await done(request, who, (deal_id, "claimed", typed), lambda unit: work(unit, order))

    @router.post("/{deal_id}/withdraw", dependencies=[CLERKS])
    async def withdraw(request: Request, who: Known, deal_id: str) -> Response:
        typed = forms.given(await request.form(), ("reason",))
        order = WithdrawDeal(deal_id=deal_id, **typed)
        return await done(request, who, (deal_id, "withdrawn", typed), lambda unit: withdraw_deal(unit, order))

    _listed(running, router)
    return router


def _listed(running: Running, router: APIRouter) -> None:
    """The list, and the files of one deal, sent and given out."""

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await LISTING.page(connection, brokers.deals(), request.query_params)
        return PAGES.show(request, "deals.html", listed=listed)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, brokers.deals(), request.query_params)

    @router.post("/{deal_id}/files", dependencies=[CLERKS], max_body_size=MOST_OF_REQUEST)
    async def attach(request: Request, who: Known, deal_id: str) -> Response:
        async with request.form() as form:
            try:
                await forms.attach(running, who.account, deal_id, form)
            except DomainError as wrong:
                sent = forms.Sent("attached", forms.given(form, ("place",)), wrong)
                return await _page(running, request, deal_id, sent)
        return RedirectResponse(f"{to('deals', deal_id)}?done=attached", 303)

    @router.get("/{deal_id}/files/{evidence_id}", dependencies=[READERS])
    async def file(deal_id: str, evidence_id: str) -> Response:
        async with running.look() as connection:
            await brokers.check_file_of(connection, deal_id, evidence_id)
            return served(await open_file(connection, EVIDENCE, my_files.store(running), evidence_id))


def _check_named(outcome: str) -> Step:
    if outcome not in CHECKS:
        raise DomainError("no-such-outcome", "请选核定、退回补正或不予奖励")
    return CHECKS[outcome]


async def _page(running: Running, request: Request, deal_id: str, sent: forms.Sent | None = None) -> HTMLResponse:
    async with running.look() as connection:
        whole = await forms.one_deal(running, connection, deal_id)
    return PAGES.show(
        request, "deal.html", forms.status(sent), at=to("deals", deal_id), **whole,
        typed=forms.deal_typed(whole["deal"]), done=DONE.get(request.query_params.get("done", "")),
        **forms.shown(sent),
    )  # fmt: skip
