"""The payments' desk: propose, approve, pay, each shown with all it touches first; the file for finance."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import bank_accounts, cautions
from services.incubator.store.tables import BUDGET, PAYMENT
from services.incubator.usecases import payments as work
from services.incubator.web import money_forms, payment_list
from services.incubator.web.looks import PAGES
from services.incubator.web.money_forms import Typed
from services.incubator.web.payment_file import payment_file
from services.incubator.web.wording import PAYMENTS
from shared.core.clock import legal_date
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Listing
from shared.webkit.takeaway import attached, export

LIST, FREE = "/incubator/payments", "/incubator/payments/unproposed"
CLERKS = may(Role.CLERK, Role.HEAD)
OF_ACCOUNTS = may(Role.CLERK, Role.HEAD, Role.FINANCE, Role.AUDITOR)
"""Who may see where money is sent to."""


def payment_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/payments", include_in_schema=False)
    _lists(router, running)
    _papers(router, running)
    _steps(router, running)
    return router


def _lists(router: APIRouter, running: Running) -> None:
    @router.get("", dependencies=[READERS])
    async def payments(request: Request, who: Known) -> HTMLResponse:
        return await _list(running, request, who)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            listing = payment_list.payment_list(await payment_list.years(connection))
            return await export(connection, listing, payment_list.payments(), request.query_params)

    @router.get("/unproposed", dependencies=[READERS])
    async def unproposed(request: Request, who: Known) -> HTMLResponse:
        return await _unproposed(running, request, who)

    @router.get("/unproposed.xlsx", dependencies=[READERS])
    async def unproposed_workbook(request: Request) -> Response:
        listing, query = payment_list.unproposed_list(), payment_list.unproposed()
        async with running.look() as connection:
            return await export(connection, listing, query, request.query_params)


def _papers(router: APIRouter, running: Running) -> None:
    @router.get("/file.xlsx", dependencies=[OF_ACCOUNTS])
    async def file() -> Response:
        """What is approved and not paid yet: whoever has not confirmed an account is not on the sheet that is paid."""
        query = payment_list.payments().where(PAYMENT.c.state == "approved").order_by(PAYMENT.c.subsidy_id)
        async with running.look() as connection:
            rows = (await connection.execute(query)).mappings().all()
            accounts = await bank_accounts.latest(connection, {row["organisation_id"] for row in rows})
            documents = {row.year: row.document_no for row in await connection.execute(select(BUDGET))}
        return attached(f"拨付文件-{running.now():%Y%m%d}.xlsx", payment_file(rows, accounts, documents))

    @router.get("/print", dependencies=[READERS])
    async def paper(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listing = payment_list.payment_list(await payment_list.years(connection))
            whole = Listing(listing.name, listing.columns, listing.filters, listing.search, listing.order, 100_000)
            listed = await whole.page(connection, payment_list.payments(), request.query_params)
        rows = [line.row for line in listed.lines]
        return PAGES.show(
            request, "payments_print.html", listed=listed, rows=rows, total=payment_list.sum_of(rows),
            state=PAYMENTS.get(request.query_params.get("state", "")), today=legal_date(running.now()),
        )  # fmt: skip


def _steps(router: APIRouter, running: Running) -> None:
    @router.post("/propose", dependencies=[CLERKS])
    async def propose(request: Request, who: Known) -> Response:
        async def show(typed: Typed) -> HTMLResponse:
            return await _unproposed(running, request, who, typed)

        return await money_forms.do(
            running, request, who, title="提出拨付", does="提出", order=work.ProposePayments,
            work=work.propose_payments, to=f"{LIST}?state=proposed", back=FREE, show=show, cautions=_accounts,
        )  # fmt: skip

    @router.post("/approve", dependencies=[may(Role.HEAD)])
    async def approve(request: Request, who: Known) -> Response:
        return await money_forms.do(
            running, request, who, title="批准拨付", does="批准", order=work.ApprovePayments,
            work=work.approve_payments, to=f"{LIST}?state=approved", back=LIST, show=_again(running, request, who),
            cautions=_accounts,
        )  # fmt: skip

    @router.post("/pay", dependencies=[may(Role.FINANCE)])
    async def pay(request: Request, who: Known) -> Response:
        return await money_forms.do(
            running, request, who, title="登记已经拨付", does="登记", order=work.PaySubsidies,
            work=work.pay_subsidies, to=f"{LIST}?state=paid", back=LIST, show=_again(running, request, who),
            cautions=_accounts,
        )  # fmt: skip

    @router.post("/withdraw", dependencies=[CLERKS])
    async def withdraw(request: Request, who: Known) -> Response:
        return await money_forms.do(
            running, request, who, title="撤回提出的拨付", does="撤回", order=work.WithdrawProposals,
            work=work.withdraw_proposals, to=FREE, back=LIST, show=_again(running, request, who),
        )  # fmt: skip

    @router.post("/unapprove", dependencies=[may(Role.HEAD)])
    async def unapprove(request: Request, who: Known) -> Response:
        return await money_forms.do(
            running, request, who, title="撤销批准", does="撤销", order=work.WithdrawApprovals,
            work=work.withdraw_approvals, to=FREE, back=LIST, show=_again(running, request, who),
        )  # fmt: skip

    @router.get("/{step}", dependencies=[READERS])
    async def back(request: Request, step: str) -> RedirectResponse:
        """A link on a page that tells what is wrong with a step (another order, another page) leads to its list."""
        return RedirectResponse(f"{FREE if step == 'propose' else LIST}?{request.url.query}")


def _again(running: Running, request: Request, who: Who) -> money_forms.Show:
    async def show(typed: Typed) -> HTMLResponse:
        return await _list(running, request, who, typed)

    return show


async def _accounts(
    connection: AsyncConnection, order: work.ProposePayments | work.ApprovePayments | work.PaySubsidies
) -> list[str]:
    return await cautions.accounts_missing(connection, order.subsidy_ids)


async def _list(running: Running, request: Request, who: Who, typed: Typed | None = None) -> HTMLResponse:
    typed = typed or Typed()
    async with running.look() as connection:
        listing = payment_list.payment_list(await payment_list.years(connection))
        listed = await listing.page(connection, payment_list.payments(), request.query_params)
        states = await payment_list.by_state(connection)
    return PAGES.show(
        request, "payments.html", typed.status, listed=listed, states=states, typed=typed,
        only=request.query_params.get("state", ""), roles=money_forms.roles_of(who), base=LIST,
        today=legal_date(running.now()),
    )  # fmt: skip


async def _unproposed(running: Running, request: Request, who: Who, typed: Typed | None = None) -> HTMLResponse:
    typed = typed or Typed()
    async with running.look() as connection:
        listed = await payment_list.unproposed_list().page(connection, payment_list.unproposed(), request.query_params)
    return PAGES.show(
        request, "payments_unproposed.html", typed.status, listed=listed, typed=typed,
        roles=money_forms.roles_of(who), year=legal_date(running.now()).year,
    )  # fmt: skip
