"""A technology broker's own page: asking to be registered, his deals, the account he is paid to."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import brokers, mine, money
from services.talent.usecases.brokers import SORTS, AskRegistration, ask_registration
from services.talent.usecases.deals import ReportDeal, report_deal
from services.talent.usecases.payee_accounts import ConfirmAccount, confirm_account
from services.talent.web import broker_forms as forms
from services.talent.web.applicant import APPLICANT_ONLY
from services.talent.web.looks import PAGES, to
from services.talent.web.my_letters import newest
from shared.core.errors import DomainError
from shared.identity.who import Who
from shared.ledger.bank_accounts import grouped
from shared.running.running import Running
from shared.webkit.access import Known

HERE = "/talent/mine/broker"
DONE = {
    "asked": "登记申请已收到，由项目办公室办理；有结果会来信，在本页也可以看到。", "account": "收款账户已确认。",
    "withdrawn": "成交已撤回。",
}  # fmt: skip


def my_broker_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/broker", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def page(request: Request, who: Known) -> HTMLResponse:
        return await _page(running, request, who)

    @router.post("", dependencies=[APPLICANT_ONLY])
    async def ask(request: Request, who: Known) -> Response:
        typed = forms.given(await request.form(), forms.BROKER_FIELDS)
        try:
            async with running.unit(who.account) as unit:
                await ask_registration(unit, AskRegistration(account=who.account, **typed))
        except DomainError as wrong:
            return await _page(running, request, who, forms.Sent("ask", typed, wrong))
        return RedirectResponse(f"{HERE}?done=asked", 303)

    @router.post("/deals", dependencies=[APPLICANT_ONLY])
    async def report(request: Request, who: Known) -> Response:
        typed = forms.given(await request.form(), forms.DEAL_FIELDS)
        try:
            async with running.unit(who.account) as unit:
                broker = await own_broker(unit.connection, who)
                id_ = await report_deal(unit, ReportDeal(broker_id=broker["id"], **typed))
        except DomainError as wrong:
            return await _page(running, request, who, forms.Sent("deal", typed, wrong))
        return RedirectResponse(f"{to('mine/deals', id_)}?done=reported", 303)

    @router.post("/account", dependencies=[APPLICANT_ONLY])
    async def account(request: Request, who: Known) -> Response:
        form = await request.form()
        typed = forms.given(form, (*forms.ACCOUNT_FIELDS, "based_on", "committed"))
        try:
            async with running.unit(who.account) as unit:
                broker = await own_broker(unit.connection, who)
                order = ConfirmAccount(
                    payee_id=broker["id"], based_on=forms.version(typed["based_on"]),
                    committed=typed["committed"] == "yes", **{name: typed[name] for name in forms.ACCOUNT_FIELDS},
                )  # fmt: skip
                await confirm_account(unit, order)
        except DomainError as wrong:
            return await _page(running, request, who, forms.Sent("account", typed, wrong))
        return RedirectResponse(f"{HERE}?done=account", 303)

    return router


async def own_broker(connection: AsyncConnection, who: Who) -> RowMapping:
    row = await brokers.of_account(connection, who.account)
    if row is None:
        raise DomainError("no-such-broker", "您还没有登记为技术经纪人，请先申请登记", status=404)
    return row


async def _page(running: Running, request: Request, who: Who, sent: forms.Sent | None = None) -> HTMLResponse:
    async with running.look() as connection:
        broker = await brokers.of_account(connection, who.account)
        deals = [] if broker is None else await brokers.deals_of(connection, broker["id"])
        accounts = [] if broker is None else await money.ACCOUNTS.history(connection, broker["id"])
        letters = [] if broker is None else await mine.letters(connection, [broker["id"]])
    last = accounts[0] if accounts else None
    holder = {"holder": broker["name"]} if broker is not None else {}
    return PAGES.show(
        request, "my_broker.html", forms.status(sent), at=HERE, broker=broker, deals=deals, accounts=accounts,
        letters=newest(letters),
        account={name: last[name] for name in forms.ACCOUNT_FIELDS} if last is not None else holder,
        sorts=SORTS, bank_number=grouped, done=DONE.get(request.query_params.get("done", "")), **forms.shown(sent),
    )  # fmt: skip
