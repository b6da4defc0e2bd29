"""The payments' desk: propose, approve, pay, each shown with all it touches first; the file for finance."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.clock import legal_date
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger import envelope, forms, paying, payment_list
from shared.ledger.budgets import Budgets
from shared.ledger.forms import Order, Typed
from shared.ledger.payment_file import payment_file
from shared.ledger.service import Ledger
from shared.ledger.showing import Showing
from shared.ledger.words import PAYMENTS
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Listing
from shared.webkit.takeaway import attached, export

CLERKS = may(Role.CLERK, Role.HEAD)
PAID = {**forms.LABELS, "document_no": "资金文件号"}
"""What the fields of the finance's form are called."""
OF_ACCOUNTS = may(Role.CLERK, Role.HEAD, Role.FINANCE, Role.AUDITOR)
"""Who may see where money is sent to."""


def payment_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(prefix="/payments", include_in_schema=False)
    _lists(router, running, showing)
    _papers(router, running, showing)
    _steps(router, running, showing)
    return router


def _lists(router: APIRouter, running: Running, showing: Showing) -> None:
    @router.get("", dependencies=[READERS])
    async def payments(request: Request, who: Known) -> HTMLResponse:
        return await _list(running, showing, request, who)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            listing = await _payment_list(showing, connection)
            return await export(connection, listing, payment_list.payments(showing), request.query_params)

    @router.get("/unproposed", dependencies=[READERS])
    async def unproposed(request: Request, who: Known) -> HTMLResponse:
        return await _unproposed(running, showing, request, who)

    @router.get("/unproposed.xlsx", dependencies=[READERS])
    async def unproposed_workbook(request: Request) -> Response:
        listing, query = payment_list.unproposed_list(showing), payment_list.unproposed(showing)
        async with running.look() as connection:
            return await export(connection, listing, query, request.query_params)


def _papers(router: APIRouter, running: Running, showing: Showing) -> None:
    @router.get("/file.xlsx", dependencies=[OF_ACCOUNTS])
    async def file() -> Response:
        """What is approved and not paid yet: whoever has not confirmed an account, and what is held back since, is not
        on the sheet that is paid."""
        payment, budget = showing.ledger.tables.payment.c, showing.ledger.tables.budget
        query = payment_list.payments(showing).where(payment.state == "approved").order_by(payment.subsidy_id)
        async with running.look() as connection:
            rows = (await connection.execute(query)).mappings().all()
            payees = {row[showing.ledger.tables.payee_name] for row in rows}
            accounts = await showing.accounts(connection, payees)
            documents = {row.year: row.document_no for row in await connection.execute(select(budget))}
            kept_back = await showing.ledger.withheld(connection, [row["id"] for row in rows], hold=False)
        file = payment_file(showing, rows, accounts, documents, kept_back)
        return attached(f"拨付文件-{running.now():%Y%m%d}.xlsx", file)

    @router.get("/print", dependencies=[READERS])
    async def paper(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listing = await _payment_list(showing, connection)
            whole = Listing(listing.name, listing.columns, listing.filters, listing.search, listing.order, 100_000)
            listed = await whole.page(connection, payment_list.payments(showing), request.query_params)
        rows = [line.row for line in listed.lines]
        return showing.pages.show(
            request, "payments_print.html", listed=listed, rows=rows, total=payment_list.sum_of(rows),
            state=PAYMENTS.get(request.query_params.get("state", "")), today=legal_date(running.now()),
            base=showing.payments, whose=showing.whose, noun=showing.ledger.noun,
        )  # fmt: skip


def _steps(router: APIRouter, running: Running, showing: Showing) -> None:
    list_, free = showing.payments, f"{showing.payments}/unproposed"
    desk = _Desk(running, showing)

    @router.post("/propose", dependencies=[CLERKS])
    async def propose(request: Request, who: Known) -> Response:
        async def show(typed: Typed) -> HTMLResponse:
            return await _unproposed(running, showing, request, who, typed)

        return await desk.does(
            request, who, ("提出拨付", "提出"), paying.ProposePayments, paying.propose_payments,
            f"{list_}?state=proposed", back=free, show=show, cautions=partial(_before_proposal, showing),
        )  # fmt: skip

    @router.post("/approve", dependencies=[may(Role.HEAD)])
    async def approve(request: Request, who: Known) -> Response:
        return await desk.does(
            request, who, ("批准拨付", "批准"), paying.ApprovePayments, paying.approve_payments,
            f"{list_}?state=approved", cautions=partial(_before_approval, showing),
        )  # fmt: skip

    @router.post("/pay", dependencies=[may(Role.FINANCE)])
    async def pay(request: Request, who: Known) -> Response:
        return await desk.does(
            request, who, ("登记已经拨付", "登记"), paying.PaySubsidies, paying.pay_subsidies, f"{list_}?state=paid",
            labels=PAID,
        )  # fmt: skip

    @router.post("/withdraw", dependencies=[CLERKS])
    async def withdraw(request: Request, who: Known) -> Response:
        words = "撤回提出的拨付", "撤回"
        return await desk.does(request, who, words, paying.WithdrawProposals, paying.withdraw_proposals, free)

    @router.post("/unapprove", dependencies=[may(Role.HEAD)])
    async def unapprove(request: Request, who: Known) -> Response:
        words = "撤销批准", "撤销"
        return await desk.does(request, who, words, paying.WithdrawApprovals, paying.withdraw_approvals, free)

    @router.get("/{step}", dependencies=[READERS])
    async def back(request: Request, step: str) -> RedirectResponse:
        """A link on a page that tells what is wrong with a step (another order, another page) leads to its list."""
        return RedirectResponse(f"{free if step == 'propose' else list_}?{request.url.query}")


@dataclass(frozen=True)
class _Desk:
    running: Running
    showing: Showing

    async def does(
        self,
        request: Request,
        who: Who,
        words: tuple[str, str],
        order: type[Order],
        work: Callable[[Ledger, Unit, Order], Awaitable[Any]],
        to: str,
        *,
        back: str | None = None,
        show: forms.Show | None = None,
        labels: Mapping[str, str] = forms.LABELS,
        cautions: Callable[[AsyncConnection, Order], Awaitable[Sequence[str]]] | None = None,
    ) -> Response:
        """One step: `words` are its title and its verb. What is wrong with it is shown beside the list."""
        title, does = words

        async def again(typed: Typed) -> HTMLResponse:
            return await _list(self.running, self.showing, request, who, typed)

        return await forms.do(
            self.showing.foreseeing, self.running, request, who, title=title, does=does, order=order,
            work=partial(work, self.showing.ledger), to=to, back=back or self.showing.payments, show=show or again,
            labels=labels, cautions=cautions,
        )  # fmt: skip


async def _accounts(
    showing: Showing, connection: AsyncConnection, order: paying.ProposePayments | paying.ApprovePayments
) -> list[str]:
    """What to know before money moves: who of the payees has confirmed no account."""
    tables = showing.ledger.tables
    query = select(tables.payee).where(tables.subsidy.c.id.in_(order.subsidy_ids)).distinct()
    names = await showing.ledger.unconfirmed(connection, set((await connection.execute(query)).scalars()))
    return [paying.unconfirmed_text(showing.ledger.payees, names)] if names else []


async def _before_proposal(showing: Showing, connection: AsyncConnection, order: paying.ProposePayments) -> list[str]:
    """Whether the year has a budget, for nothing is approved without one; and who has confirmed no account."""
    year = order.budget_year
    known = {each.year: each for each in await Budgets(showing.ledger.tables).budgets(connection)}
    set_ = year in known and known[year].amount_fen is not None
    unset = Markup('还没有设定 {0} 年的预算，设定以前不能批准：<a href="{1}">设定预算</a>').format(
        year, showing.budgets
    )
    return [*([] if set_ else [unset]), *await _accounts(showing, connection, order)]


async def _before_approval(showing: Showing, connection: AsyncConnection, order: paying.ApprovePayments) -> list[str]:
    """What each year's budget has left before and after, and who of the payees has confirmed no account."""
    return [
        *await envelope.left_by(showing.ledger, connection, order.subsidy_ids),
        *await _accounts(showing, connection, order),
    ]


async def _payment_list(showing: Showing, connection: AsyncConnection) -> Listing:
    return payment_list.payment_list(showing, await payment_list.years(showing.ledger, connection))


async def _list(
    running: Running, showing: Showing, request: Request, who: Who, typed: Typed | None = None
) -> HTMLResponse:
    typed = typed or Typed()
    async with running.look() as connection:
        listing = await _payment_list(showing, connection)
        listed = await listing.page(connection, payment_list.payments(showing), request.query_params)
        states = await payment_list.by_state(showing.ledger, connection)
    return showing.pages.show(
        request, "payments.html", typed.status, at=showing.payments, listed=listed, states=states, typed=typed,
        only=request.query_params.get("state", ""), roles=forms.roles_of(who), base=showing.payments, shown=PAYMENTS,
        budgets=showing.budgets, today=legal_date(running.now()),
    )  # fmt: skip


async def _unproposed(
    running: Running, showing: Showing, request: Request, who: Who, typed: Typed | None = None
) -> HTMLResponse:
    typed = typed or Typed()
    async with running.look() as connection:
        listed = await payment_list.unproposed_list(showing).page(
            connection, payment_list.unproposed(showing), request.query_params
        )
    return showing.pages.show(
        request, "payments_unproposed.html", typed.status, at=f"{showing.payments}/unproposed", listed=listed,
        typed=typed, base=showing.payments, noun=showing.ledger.noun, roles=forms.roles_of(who),
        year=legal_date(running.now()).year,
    )  # fmt: skip
