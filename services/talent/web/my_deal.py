"""One deal on its broker's own pages: its evidence, the claim of its reward, what became of it."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import brokers, changes
from services.talent.store.broker_tables import DEAL
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.deal_claims import ClaimReward, claim_reward
from services.talent.usecases.deals import (
    ChangeDeal,
    RemoveFromDeal,
    WithdrawDeal,
    change_deal,
    remove_from_deal,
    withdraw_deal,
)
from services.talent.web import broker_forms as forms
from services.talent.web import my_files
from services.talent.web.applicant import APPLICANT_ONLY
from services.talent.web.looks import PAGES, to
from services.talent.web.my_broker import HERE, own_broker
from shared.core.errors import DomainError
from shared.evidence.files import open_file
from shared.evidence.web import MOST_OF_REQUEST, served
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import Known

DONE = {
    "reported": "成交已登记；请附上合同和完成转化的证明。", "changed": "已保存。", "attached": "附件已收下。",
    "removed": "附件已移除。", "claimed": "奖励申请已提交，由项目办公室核定。",
}  # fmt: skip


def my_deal_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/deals/{deal_id}", include_in_schema=False)

    async def done(
        request: Request, who: Who, sent: tuple[str, str, dict[str, str]], work: Callable[[Unit], Awaitable[object]]
    ) -> Response:
        """One step of the deal by its own broker; `sent`: the deal, the form, what was typed."""
        deal_id, form, typed = sent
        try:
            async with running.unit(who.account) as unit:
                await _own(unit.connection, who, deal_id)
                await work(unit)
        except DomainError as wrong:
            return await _page(running, request, who, deal_id, forms.Sent(form, typed, wrong))
        return RedirectResponse(f"{to('mine/deals', deal_id)}?done={form}", 303)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def deal(request: Request, who: Known, deal_id: str) -> HTMLResponse:
        return await _page(running, request, who, deal_id)

    @router.post("/change", dependencies=[APPLICANT_ONLY])
    async def change(request: Request, who: Known, deal_id: str) -> Response:
        typed = forms.given(await request.form(), forms.DEAL_FIELDS)
        order = ChangeDeal(deal_id=deal_id, **typed)
        return await done(request, who, (deal_id, "changed", typed), lambda unit: change_deal(unit, order))

    @router.post("/files/{evidence_id}/remove", dependencies=[APPLICANT_ONLY])
    async def remove(request: Request, who: Known, deal_id: str, evidence_id: str) -> Response:
        order = RemoveFromDeal(deal_id, evidence_id)
        return await done(request, who, (deal_id, "removed", {}), lambda unit: remove_from_deal(unit, order))

    @router.post("/claim", dependencies=[APPLICANT_ONLY])
    async def claim(request: Request, who: Known, deal_id: str) -> Response:
        typed = forms.given(await request.form(), ("actual",))
        order = ClaimReward(deal_id=deal_id, **typed)
        return await done(request, who, (deal_id, "claimed", typed), lambda unit: claim_reward(unit, order))

    @router.post("/withdraw", dependencies=[APPLICANT_ONLY])
    async def withdraw(request: Request, who: Known, deal_id: str) -> Response:
        typed = forms.given(await request.form(), ("reason",))
        order = WithdrawDeal(deal_id=deal_id, **typed)
        answer = await done(request, who, (deal_id, "withdrawn", typed), lambda unit: withdraw_deal(unit, order))
        return RedirectResponse(f"{HERE}?done=withdrawn", 303) if isinstance(answer, RedirectResponse) else answer

    _files(running, router)
    return router


def _files(running: Running, router: APIRouter) -> None:
    """Its files, sent and given back."""

    @router.post("/files", dependencies=[APPLICANT_ONLY], max_body_size=MOST_OF_REQUEST)
    async def attach(request: Request, who: Known, deal_id: str) -> Response:
        async with request.form() as form:
            try:
                async with running.look() as connection:
                    await _own(connection, who, deal_id)
                await forms.attach(running, who.account, deal_id, form)
            except DomainError as wrong:
                typed = forms.given(form, ("place",))
                return await _page(running, request, who, deal_id, forms.Sent("attached", typed, wrong))
        return RedirectResponse(f"{to('mine/deals', deal_id)}?done=attached", 303)

    @router.get("/files/{evidence_id}", dependencies=[APPLICANT_ONLY])
    async def file(who: Known, deal_id: str, evidence_id: str) -> Response:
        async with running.look() as connection:
            await _own(connection, who, deal_id)
            await brokers.check_file_of(connection, deal_id, evidence_id)
            return served(await open_file(connection, EVIDENCE, my_files.store(running), evidence_id))


async def _own(connection: AsyncConnection, who: Who, deal_id: str) -> None:
    """Somebody else's deal is as good as none."""
    broker = await own_broker(connection, who)
    row = await changes.found(connection, DEAL, deal_id, "成交")
    if row["broker_id"] != broker["id"]:
        raise DomainError("no-such-broker-deal", f"没有成交“{deal_id}”", status=404)


async def _page(
    running: Running, request: Request, who: Who, deal_id: str, sent: forms.Sent | None = None
) -> HTMLResponse:
    async with running.look() as connection:
        await _own(connection, who, deal_id)
        whole = await forms.one_deal(running, connection, deal_id)
    return PAGES.show(
        request, "my_deal.html", forms.status(sent), at=to("mine/deals", deal_id), **whole,
        typed=forms.deal_typed(whole["deal"]), done=DONE.get(request.query_params.get("done", "")),
        **forms.shown(sent),
    )  # fmt: skip
