"""The lists of payments: those under way or made, and awards nobody has proposed to pay."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ledger.service import Ledger
from shared.ledger.showing import Showing
from shared.ledger.words import PAYMENTS
from shared.webkit.listing import Column, Filter, Listing

PER_PAGE = 200
"""A batch is chosen on one page."""
ACCOUNTS = {"yes": "已确认账户", "no": "待确认账户"}
_ACCOUNT = Column(
    "account", "收款账户", kind="state",
    said=lambda row: ACCOUNTS["yes" if row["has_account"] else "no"],
    tone=lambda row: "good" if row["has_account"] else "wait",
)  # fmt: skip


def _of_entry(showing: Showing) -> list[Any]:
    tables = showing.ledger.tables
    entry = tables.subsidy.c
    return [
        entry.article, entry.rule, entry.policy_version, entry.outcome, entry.on_date, tables.subject, tables.payee,
        entry.amount_fen.label("computed_fen"), showing.account.label("has_account"),
    ]  # fmt: skip


def payments(showing: Showing) -> Select[Any]:
    """Every payment there ever was, with its award and whose it is."""
    payment, entry = showing.ledger.tables.payment, showing.ledger.tables.subsidy
    query = select(payment, payment.c.subsidy_id.label("id"), *_of_entry(showing))
    return showing.listed(query.join_from(payment, entry, entry.c.id == payment.c.subsidy_id))


def unproposed(showing: Showing) -> Select[Any]:
    """Awards that stand and nobody has proposed to pay, with what is due of each."""
    ledger, entry = showing.ledger, showing.ledger.tables.subsidy.c
    query = ledger.rows.standing().where(ledger.shortfalls.unproposed())
    due = ledger.shortfalls.due_fen().label("due_fen")
    return showing.listed(query.with_only_columns(entry.id, entry.year, due, *_of_entry(showing)))


async def years(ledger: Ledger, connection: AsyncConnection) -> dict[str, str]:
    """The budget years something was ever proposed for."""
    year = ledger.tables.payment.c.budget_year
    query = select(year).distinct().order_by(year.desc())
    return {str(each): f"{each} 年" for each in (await connection.execute(query)).scalars()}


async def by_state(ledger: Ledger, connection: AsyncConnection) -> dict[str, tuple[int, int]]:
    """How many payments are in each state, and what they come to in fen."""
    payment = ledger.tables.payment.c
    query = select(payment.state, func.count(), func.sum(payment.amount_fen)).group_by(payment.state)
    return {state: (count, int(fen)) for state, count, fen in await connection.execute(query)}


def _by_account(showing: Showing) -> Filter:
    has = showing.account
    return Filter("account", "收款账户", lambda value: has if value == "yes" else ~has, ACCOUNTS)


def payment_list(showing: Showing, known_years: dict[str, str]) -> Listing:
    payment, entry = showing.ledger.tables.payment.c, showing.ledger.tables.subsidy.c
    return Listing(
        name="拨付清单",
        columns=(
            *showing.whose,
            Column("computed_fen", "核算金额", kind="yuan", by=entry.amount_fen),
            Column("amount_fen", "拨付金额", kind="yuan", by=payment.amount_fen),
            Column("budget_year", "预算年度", kind="number", by=payment.budget_year),
            Column(
                "state", "状态", kind="state", by=payment.state,
                said=lambda row: PAYMENTS[row["state"]]["name"], tone=lambda row: PAYMENTS[row["state"]]["tone"],
            ),
            _ACCOUNT,
            Column("proposed_by", "提出", said=lambda row: showing.who(row["proposed_by"])),
            Column("approved_by", "批准", said=lambda row: showing.who(row["approved_by"] or "")),
            Column("paid_on", "拨付日期", kind="day", by=payment.paid_on),
            Column("document_no", "资金文件"),
        ),
        filters=(
            Filter(
                "state", "状态", lambda value: payment.state == value,
                {state: shown["name"] for state, shown in PAYMENTS.items()},
            ),
            Filter("year", "预算年度", lambda value: payment.budget_year == int(value), known_years),
            *showing.filters,
            _by_account(showing),
        ),
        search=tuple(showing.search),
        order=(entry.position,),
        per_page=PER_PAGE,
        empty=f"还没有提出过拨付；请在“待提出”里勾选已核算的{showing.ledger.noun}",
        search_title=showing.searched,
    )  # fmt: skip


def unproposed_list(showing: Showing) -> Listing:
    entry = showing.ledger.tables.subsidy.c
    return Listing(
        name="待提出拨付",
        columns=(
            *showing.whose,
            *showing.sorts,
            Column("on_date", "日期", kind="day", by=entry.on_date),
            Column("computed_fen", "核算金额", kind="yuan", by=entry.amount_fen),
            Column("due_fen", "可拨付", kind="yuan"),
            _ACCOUNT,
        ),
        filters=(*showing.filters, _by_account(showing)),
        search=tuple(showing.search),
        order=(entry.position,),
        per_page=PER_PAGE,
        empty=f"已核算的{showing.ledger.noun}都提出过拨付了",
        search_title=showing.searched,
    )


def sum_of(rows: Sequence[Any]) -> int:
    """What the amounts of these payments come to, in fen."""
    return sum(row["amount_fen"] for row in rows)
