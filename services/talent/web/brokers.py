"""The office's register of technology brokers: who is registered and asks to be, each with his deals."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.domain import lifecycles
from services.talent.store import brokers, changes, money
from services.talent.store.broker_tables import BROKER
from services.talent.usecases.brokers import (
    SORTS,
    ChangeBroker,
    DecideBroker,
    RegisterBroker,
    change_broker,
    decide_broker,
    register_broker,
)
from services.talent.usecases.deals import ReportDeal, report_deal
from services.talent.web import broker_forms as forms
from services.talent.web.looks import PAGES, TONES, to
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.ledger.bank_accounts import grouped, masked
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

CLERKS = may(Role.CLERK, Role.HEAD)
HERE = "/talent/brokers"
FIELDS = (*forms.BROKER_FIELDS, "account")
STATES = lifecycles.BROKER.states
LISTING = Listing(
    "技术经纪人",
    (
        Column("name", "名称", by=BROKER.c.name, to=lambda row: to("brokers", row["id"])),
        Column("sort", "个人或机构", said=lambda row: SORTS[row["sort"]], by=BROKER.c.sort),
        Column("credit_code", "统一社会信用代码", by=BROKER.c.credit_code),
        Column("contact_name", "联系人"),
        Column(
            "state", "状态", "state", said=lambda row: STATES[row["state"]], by=BROKER.c.state,
            tone=lambda row: TONES.get(row["state"], "calm"),
        ),
        Column("asked_on", "申请", "day", by=BROKER.c.asked_on),
        Column("registered_on", "登记", "day", by=BROKER.c.registered_on),
        Column("deals", "成交（笔）", "number"),
        Column("confirmed", "已核定（笔）", "number"),
        Column("traded", "已核定交易额", "yuan"),
    ),
    filters=(
        Filter("state", "状态", lambda value: BROKER.c.state == value, STATES),
        Filter("sort_of", "个人或机构", lambda value: BROKER.c.sort == value, SORTS),
    ),
    search=(BROKER.c.name, BROKER.c.credit_code, BROKER.c.contact_name),
    order=(BROKER.c.state != "requested", BROKER.c.name, BROKER.c.id),
    empty="还没有技术经纪人；本人登录后可以申请登记，也可以按纸质材料在下面登记",
    search_title="名称、信用代码、联系人",
)  # fmt: skip
DONE = {"added": "已登记。", "changed": "已更新。", "decided": "已办理，随即给本人去信。"}


def broker_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/brokers", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        return await _list(running, request)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, brokers.listed(), request.query_params)

    @router.post("", dependencies=[CLERKS])
    async def register(request: Request, who: Known) -> Response:
        typed = forms.given(await request.form(), FIELDS)
        try:
            async with running.unit(who.account) as unit:
                id_ = await register_broker(unit, RegisterBroker(**typed))
        except DomainError as wrong:
            return await _list(running, request, forms.Sent("new", typed, wrong))
        return RedirectResponse(f"{to('brokers', id_)}?done=added", 303)

    _one(running, router)
    return router


def _one(running: Running, router: APIRouter) -> None:
    """The pages of one broker."""

    @router.get("/{broker_id}", dependencies=[READERS])
    async def one(request: Request, who: Known, broker_id: str) -> HTMLResponse:
        return await _page(running, request, broker_id, whole=who.may_be(Role.FINANCE, Role.HEAD))

    @router.post("/{broker_id}", dependencies=[CLERKS])
    async def change(request: Request, who: Known, broker_id: str) -> Response:
        typed = forms.given(await request.form(), FIELDS)
        try:
            async with running.unit(who.account) as unit:
                await change_broker(unit, ChangeBroker(broker_id=broker_id, **typed))
        except DomainError as wrong:
            return await _page(running, request, broker_id, forms.Sent("change", typed, wrong))
        return RedirectResponse(f"{to('brokers', broker_id)}?done=changed", 303)

    @router.post("/{broker_id}/decide", dependencies=[CLERKS])
    async def decide(request: Request, who: Known, broker_id: str) -> Response:
        typed = forms.given(await request.form(), ("outcome", "reason"))
        try:
            order = order_of(DecideBroker, {**typed, "broker_id": broker_id}, forms.LABELS)
            async with running.unit(who.account) as unit:
                await decide_broker(unit, order)
        except DomainError as wrong:
            return await _page(running, request, broker_id, forms.Sent("decide", typed, wrong))
        return RedirectResponse(f"{to('brokers', broker_id)}?done=decided", 303)

    @router.post("/{broker_id}/deals", dependencies=[CLERKS])
    async def report(request: Request, who: Known, broker_id: str) -> Response:
        typed = forms.given(await request.form(), forms.DEAL_FIELDS)
        try:
            async with running.unit(who.account) as unit:
                id_ = await report_deal(unit, ReportDeal(broker_id=broker_id, **typed))
        except DomainError as wrong:
            return await _page(running, request, broker_id, forms.Sent("deal", typed, wrong))
        return RedirectResponse(f"{to('deals', id_)}?done=reported", 303)


async def _list(running: Running, request: Request, sent: forms.Sent | None = None) -> HTMLResponse:
    async with running.look() as connection:
        listed = await LISTING.page(connection, brokers.listed(), request.query_params)
    return PAGES.show(
        request, "brokers.html", forms.status(sent), at=HERE, listed=listed, sorts=SORTS, **forms.shown(sent)
    )


async def _page(
    running: Running, request: Request, broker_id: str, sent: forms.Sent | None = None, *, whole: bool = False
) -> HTMLResponse:
    """`whole`: the number of the bank account, not its end alone."""
    async with running.look() as connection:
        row = await changes.found(connection, BROKER, broker_id, "技术经纪人")
        deals = await brokers.deals_of(connection, broker_id)
        steps = await changes.of(connection, [broker_id])
        accounts = await money.ACCOUNTS.history(connection, broker_id)
    return PAGES.show(
        request, "broker.html", forms.status(sent), at=to("brokers", broker_id), broker=row, deals=deals, steps=steps,
        accounts=accounts, sorts=SORTS, bank_number=grouped if whole else masked,
        done=DONE.get(request.query_params.get("done", "")), **forms.shown(sent),
    )  # fmt: skip
