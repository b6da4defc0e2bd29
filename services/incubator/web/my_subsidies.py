"""A unit's own subsidy: why it is what it is, line by line, and how far the money has come."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import RowMapping

from services.incubator.store.my_subsidies import OwnSubsidy, own_subsidy
from services.incubator.usecases.bookkeeping import LEDGER
from services.incubator.web import naming
from services.incubator.web.looks import PAGES
from services.incubator.web.wording import POLICY
from shared.core.clock import legal_date
from shared.core.money import yuan_text
from shared.identity.roles import Role
from shared.ledger import outcomes
from shared.ledger.bank_accounts import masked
from shared.ledger.explaining import explained
from shared.running.running import Running
from shared.webkit.access import Known, may

LIMITS = ("cap", "limit")
DONE = {
    "proposed": ("proposed", "approved", "paid"),
    "approved": ("approved", "paid"),
    "paid": ("paid",),
}
"""Which states of a payment mean that a step is done."""


def my_subsidy_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/mine/subsidies/{subsidy_id:path}", dependencies=[may(Role.OPERATOR)])
    async def subsidy(request: Request, who: Known, subsidy_id: str) -> HTMLResponse:
        async with running.look() as connection:
            mine = await own_subsidy(LEDGER, connection, subsidy_id, who.scopes(Role.OPERATOR))
            names = await naming.carriers_named(connection, [mine.file.entry])
        entry = mine.file.entry
        return PAGES.show(
            request,
            "my_subsidy.html",
            mine=mine,
            file=mine.file,
            entry=entry,
            named=names[entry["carrier_id"]],
            explained=explained(entry),
            cuts=cuts(entry),
            steps=steps(mine),
            differs=paid_differs(mine),
            policy=POLICY,
        )

    return router


class Cut(NamedTuple):
    """What a cap or a limit took: its words, its formula, what it took of what, and what earlier awards it counted."""

    says: str
    formula: str
    took: Decimal
    counted: tuple[str, ...]


def cuts(entry: RowMapping) -> list[Cut]:
    """The caps and limits that took something, each with the formula it took it by."""
    found = []
    for step in orjson.loads(bytes(entry["explanation"])):
        took = Decimal(step["took"] or 0)
        if step["step"] not in LIMITS or not took:
            continue
        before, after = (yuan_text(Decimal(step[name])) for name in ("before", "after"))
        formula = f"{step['formula']}；" if step["formula"] else ""
        counted = tuple(_counted(each) for each in step["counted"])
        found.append(Cut(step["says"], f"{formula}{before} − {after} ＝ {yuan_text(took)}", took, counted))
    return found


def _counted(each: Mapping[str, Any]) -> str:
    return f"{each['date']} 已补助 {yuan_text(Decimal(each['amount']))}"


class Step(NamedTuple):
    """A station of the money: whether it is done, and when or what it waits for."""

    title: str
    done: bool
    says: str


def steps(mine: OwnSubsidy) -> list[Step]:
    """From the computation to the payment. An account confirmed again later does not undo what was done."""
    entry, payment, account = mine.file.entry, mine.file.payment, mine.account
    state = payment["state"] if payment is not None else ""
    noted = {row["after"]: row["at"] for row in mine.file.changes if row["noun"] == "payment"}
    confirmed = account is not None
    return [
        Step("算出", entry["outcome"] == outcomes.AWARDED, _on(entry["on_date"])),
        Step("账户确认", confirmed, _account(account)),
        Step("提出拨付", state in DONE["proposed"], _at(noted.get("proposed"), state in DONE["proposed"])),
        Step("批准", state in DONE["approved"], _at(noted.get("approved"), state in DONE["approved"])),
        Step("拨付", state in DONE["paid"], _paid(payment)),
    ]


def _on(day: date) -> str:
    return day.isoformat()


def _at(instant: datetime | None, done: bool) -> str:
    return _on(legal_date(instant)) if done and instant is not None else ""


def _account(account: RowMapping | None) -> str:
    if account is None:
        return "等您确认"
    return f"{_on(legal_date(account['confirmed_at']))}，{account['bank']} {masked(account['number'])}"


def _paid(payment: RowMapping | None) -> str:
    if payment is None or payment["paid_on"] is None or payment["state"] != "paid":
        return ""
    return f"{_on(payment['paid_on'])}，{payment['document_no']}"


def paid_differs(mine: OwnSubsidy) -> bool:
    """Whether the money proposed is not the amount that was computed."""
    payment = mine.file.payment
    amount = None if payment is None else payment["amount_fen"]
    return amount is not None and amount != mine.file.entry["amount_fen"]
