"""The lists of payments: those under way or made, and awards nobody has proposed to pay."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import ledger, shortages
from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.money import UNPROPOSED
from services.incubator.store.tables import CARRIER, ORGANISATION, PAYMENT, SUBSIDY
from services.incubator.web.explanation import article_name, matter
from services.incubator.web.looks import to
from services.incubator.web.wording import PAYMENTS, POLICY, kind_name, who
from shared.webkit.listing import Column, Filter, Listing

PER_PAGE = 200
"""A batch is chosen on one page."""
ACCOUNTS = {"yes": "已确认账户", "no": "待确认账户"}
HAS_ACCOUNT = select(BANK_ACCOUNT.c.organisation_id).where(BANK_ACCOUNT.c.organisation_id == SUBSIDY.c.organisation_id)
_OF_ENTRY = (
    SUBSIDY.c.article, SUBSIDY.c.rule, SUBSIDY.c.policy_version, SUBSIDY.c.outcome, SUBSIDY.c.on_date,
    SUBSIDY.c.carrier_id, SUBSIDY.c.organisation_id, SUBSIDY.c.amount_fen.label("computed_fen"),
    CARRIER.c.name.label("carrier"), CARRIER.c.kind, ORGANISATION.c.name.label("organisation"),
    ORGANISATION.c.credit_code, HAS_ACCOUNT.exists().label("has_account"),
)  # fmt: skip
_WHOSE = (
    Column(
        "organisation", "单位", by=ORGANISATION.c.name,
        said=lambda row: row["organisation"] or row["organisation_id"],
    ),
    Column(
        "carrier", "载体", by=CARRIER.c.name, said=lambda row: row["carrier"] or row["carrier_id"],
        to=lambda row: to("subsidies", row["id"]),
    ),
    Column("article", "条文", by=SUBSIDY.c.article, said=lambda row: article_name(row["article"])),
    Column("matter", "事项", said=matter),
)  # fmt: skip
_ACCOUNT = Column(
    "account", "收款账户", kind="state",
    said=lambda row: ACCOUNTS["yes" if row["has_account"] else "no"],
    tone=lambda row: "good" if row["has_account"] else "wait",
)  # fmt: skip
_BY_ACCOUNT = Filter(
    "account", "收款账户", lambda value: HAS_ACCOUNT.exists() if value == "yes" else ~HAS_ACCOUNT.exists(), ACCOUNTS
)
_BY_KIND = Filter("kind", "类型", lambda value: CARRIER.c.kind == value, POLICY.kinds)
_SEARCH = (CARRIER.c.name, ORGANISATION.c.name, CARRIER.c.id, SUBSIDY.c.id)


def payments() -> Select[Any]:
    """Every payment there ever was, with its award and whose it is."""
    joined = (
        PAYMENT.join(SUBSIDY, SUBSIDY.c.id == PAYMENT.c.subsidy_id)
        .outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == SUBSIDY.c.organisation_id)
    )
    return select(PAYMENT, PAYMENT.c.subsidy_id.label("id"), *_OF_ENTRY).select_from(joined)


def unproposed() -> Select[Any]:
    """Awards that stand and nobody has proposed to pay, with what is due of each."""
    joined = SUBSIDY.outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id).outerjoin(
        ORGANISATION, ORGANISATION.c.id == SUBSIDY.c.organisation_id
    )
    query = ledger.standing().where(UNPROPOSED)
    columns = (SUBSIDY.c.id, SUBSIDY.c.year, shortages.DUE.label("due_fen"), *_OF_ENTRY)
    return query.with_only_columns(*columns).select_from(joined)


async def years(connection: AsyncConnection) -> dict[str, str]:
    """The budget years something was ever proposed for."""
    query = select(PAYMENT.c.budget_year).distinct().order_by(PAYMENT.c.budget_year.desc())
    return {str(year): f"{year} 年" for year in (await connection.execute(query)).scalars()}


async def by_state(connection: AsyncConnection) -> dict[str, tuple[int, int]]:
    """How many payments are in each state, and what they come to in fen."""
    query = select(PAYMENT.c.state, func.count(), func.sum(PAYMENT.c.amount_fen)).group_by(PAYMENT.c.state)
    return {state: (count, int(fen)) for state, count, fen in await connection.execute(query)}


def payment_list(known_years: dict[str, str]) -> Listing:
    return Listing(
        name="拨付清单",
        columns=(
            *_WHOSE,
            Column("computed_fen", "核算金额", kind="yuan", by=SUBSIDY.c.amount_fen),
            Column("amount_fen", "拨付金额", kind="yuan", by=PAYMENT.c.amount_fen),
            Column("budget_year", "预算年度", kind="number", by=PAYMENT.c.budget_year),
            Column(
                "state", "状态", kind="state", by=PAYMENT.c.state,
                said=lambda row: PAYMENTS[row["state"]].name, tone=lambda row: PAYMENTS[row["state"]].tone,
            ),
            _ACCOUNT,
            Column("proposed_by", "提出", said=lambda row: who(row["proposed_by"])),
            Column("approved_by", "批准", said=lambda row: who(row["approved_by"] or "")),
            Column("paid_on", "拨付日期", kind="day", by=PAYMENT.c.paid_on),
            Column("document_no", "资金文件"),
        ),
        filters=(
            Filter(
                "state", "状态", lambda value: PAYMENT.c.state == value,
                {state: shown.name for state, shown in PAYMENTS.items()},
            ),
            Filter("year", "预算年度", lambda value: PAYMENT.c.budget_year == int(value), known_years),
            _BY_KIND,
            _BY_ACCOUNT,
        ),
        search=_SEARCH,
        order=(SUBSIDY.c.position,),
        per_page=PER_PAGE,
        empty="还没有提出过拨付；请在“待提出”里勾选已核算的补助",
        search_title="单位、载体的名称或编号",
    )  # fmt: skip


def unproposed_list() -> Listing:
    return Listing(
        name="待提出拨付",
        columns=(
            *_WHOSE,
            Column("kind", "类型", by=CARRIER.c.kind, said=lambda row: kind_name(row["kind"])),
            Column("on_date", "日期", kind="day", by=SUBSIDY.c.on_date),
            Column("computed_fen", "核算金额", kind="yuan", by=SUBSIDY.c.amount_fen),
            Column("due_fen", "可拨付", kind="yuan"),
            _ACCOUNT,
        ),
        filters=(_BY_KIND, _BY_ACCOUNT),
        search=_SEARCH,
        order=(SUBSIDY.c.position,),
        per_page=PER_PAGE,
        empty="已核算的补助都提出过拨付了",
        search_title="单位、载体的名称或编号",
    )


def sum_of(rows: Sequence[Any]) -> int:
    """What the amounts of these payments come to, in fen."""
    return sum(row["amount_fen"] for row in rows)
