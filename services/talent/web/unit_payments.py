"""A unit's money: what is computed for its awards, approved and paid, and why each is what it is."""

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import money, unit_desk
from services.talent.store.award_tables import AWARD
from services.talent.store.ledger_tables import LEDGER as TABLES
from services.talent.usecases.bookkeeping import LEDGER
from services.talent.web.accounts import ACCOUNTS
from services.talent.web.bookkeeping import ENTRY, SHOWING, entry_matter, kind_name, subjects
from services.talent.web.looks import PAGES, policy_of, to
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.ledger.entry_files import EntryFile, entry_file
from shared.ledger.explaining import because, explained
from shared.ledger.words import PAYMENTS, words_for
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

OWN = may(Role.UNIT)
PAYMENT = TABLES.payment.c
WORDS = words_for(LEDGER.noun)
LISTING = Listing(
    "单位的资助",
    (
        Column("subject", "项目", by=AWARD.c.project, to=lambda row: to("unit/payments", row["id"])),
        Column("contract_no", "任务书", by=AWARD.c.contract_no),
        Column("kind", "计划", by=AWARD.c.programme_id, said=lambda row: kind_name(row["kind"])),
        Column("matter", "事项", said=entry_matter),
        Column("on_date", "日期", "day", by=ENTRY.on_date),
        Column(
            "outcome", "核算", "state", by=ENTRY.outcome, said=lambda row: WORDS.outcomes[row["outcome"]]["name"],
            tone=lambda row: WORDS.outcomes[row["outcome"]]["tone"],
        ),
        Column("amount_fen", "核算金额", "yuan", by=ENTRY.amount_fen),
        Column("why", "说明", said=lambda row: because(row) or None),
        Column(
            "payment", "拨付", "state", by=PAYMENT.state,
            said=lambda row: PAYMENTS[row["payment"]]["name"] if row["payment"] else None,
            tone=lambda row: PAYMENTS[row["payment"]]["tone"] if row["payment"] else "calm",
        ),
        Column("paid_fen", "拨付金额", "yuan", by=PAYMENT.amount_fen),
        Column("paid_on", "拨付日期", "day", by=PAYMENT.paid_on),
        Column("document_no", "资金文件"),
    ),
    filters=(
        *SHOWING.filters,
        Filter(
            "payment", "拨付", lambda value: PAYMENT.state == value,
            {state: each["name"] for state, each in PAYMENTS.items()},
        ),
    ),
    search=(AWARD.c.project, AWARD.c.contract_no),
    order=(ENTRY.position.desc(),),
    empty="还没有核算过资助；任务书生效、考核通过或者贴息核定，可以拨付的就列在这里",
    search_title="项目名称、任务书编号",
)  # fmt: skip


def _query(own: Collection[str]) -> Select[Any]:
    """How things stand for these units: what was reversed is on the page of what it was."""
    standing = LEDGER.rows.standing().where(TABLES.payee.in_(own))
    rows = money.named(standing).add_columns(
        PAYMENT.state.label("payment"), PAYMENT.amount_fen.label("paid_fen"), PAYMENT.paid_on, PAYMENT.document_no
    )
    return rows.outerjoin_from(TABLES.subsidy, TABLES.payment, PAYMENT.subsidy_id == ENTRY.id)


async def own_entry(connection: AsyncConnection, id_: str, own: Collection[str]) -> EntryFile:
    """Somebody else's money is as good as none."""
    file = await entry_file(LEDGER, connection, id_)
    if file.entry["payee_id"] not in own:
        raise DomainError("no-such-grant", f"没有资助“{id_}”", status=404)
    return file._replace(family=[each for each in file.family if each["payee_id"] in own])


def unit_payment_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/unit/payments", include_in_schema=False)

    @router.get("", dependencies=[OWN])
    async def every(request: Request, who: Known) -> HTMLResponse:
        own = who.scopes(Role.UNIT)
        async with running.look() as connection:
            listed = await LISTING.page(connection, _query(own), request.query_params)
            units = await unit_desk.units(connection, own)
            accounts = await money.ACCOUNTS.latest(connection, own)
        missing = [each["name"] for each in units if each["id"] not in accounts]
        return PAGES.show(request, "unit_payments.html", listed=listed, units=units, missing=missing)

    @router.get(".xlsx", dependencies=[OWN])
    async def workbook(request: Request, who: Known) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, _query(who.scopes(Role.UNIT)), request.query_params)

    @router.get("/{grant_id}", dependencies=[OWN])
    async def one(request: Request, who: Known, grant_id: str) -> HTMLResponse:
        async with running.look() as connection:
            file = await own_entry(connection, grant_id, who.scopes(Role.UNIT))
            about = await subjects(connection, [file.entry])
            payee = file.entry["payee_id"]
            account = (await money.ACCOUNTS.latest(connection, [payee])).get(payee)
            around = await SHOWING.around(connection, file)
        return PAGES.show(
            request, "unit_payment.html", file=file, entry=file.entry, subject=about[file.entry["subject_id"]],
            explained=explained(file.entry), document=policy_of(file.entry["policy_version"]).document,
            account=account, account_page=ACCOUNTS.address(payee), **around,
        )  # fmt: skip

    return router
