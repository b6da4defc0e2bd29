"""How this service's ledger is shown: see shared.ledger. The subject is a carrier, the payee its organisation."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import Select, exists

from services.incubator.store import bank_accounts
from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.money import named
from services.incubator.store.tables import CARRIER, ORGANISATION, SUBSIDY
from services.incubator.usecases.bookkeeping import LEDGER
from services.incubator.web.foreseeing import FORESEEING
from services.incubator.web.looks import PAGES, to
from services.incubator.web.wording import POLICY, kind_name, who
from shared.ledger import budget_pages as budgets
from shared.ledger import payment_pages as payments
from shared.ledger.explaining import article_name, matter
from shared.ledger.showing import Showing
from shared.running.running import Running
from shared.webkit.listing import Column, Filter

PAYEE = Column(
    "organisation", "单位", by=ORGANISATION.c.name,
    said=lambda row: row["organisation"] or row["organisation_id"],
)  # fmt: skip


def listed(query: Select[Any]) -> Select[Any]:
    return named(query).add_columns(ORGANISATION.c.credit_code)


SHOWING = Showing(
    ledger=LEDGER,
    pages=PAGES,
    foreseeing=FORESEEING,
    base="/incubator",
    listed=listed,
    whose=(
        PAYEE,
        Column(
            "carrier", "载体", by=CARRIER.c.name, said=lambda row: row["carrier"] or row["carrier_id"],
            to=lambda row: to("subsidies", row["id"]),
        ),
        Column("article", "条文", by=SUBSIDY.c.article, said=lambda row: article_name(row["article"])),
        Column("matter", "事项", said=matter),
    ),
    paid_to=(PAYEE, Column("credit_code", "统一社会信用代码")),
    sorts=(Column("kind", "类型", by=CARRIER.c.kind, said=lambda row: kind_name(row["kind"])),),
    filters=(Filter("kind", "类型", lambda value: CARRIER.c.kind == value, POLICY.kinds),),
    search=(CARRIER.c.name, ORGANISATION.c.name, CARRIER.c.id, SUBSIDY.c.id),
    searched="单位、载体的名称或编号",
    account=exists().where(BANK_ACCOUNT.c.organisation_id == SUBSIDY.c.organisation_id),
    accounts=bank_accounts.latest,
    who=who,
    unranked="（认定、高新技术企业）",
)  # fmt: skip


def payment_pages(running: Running) -> APIRouter:
    return payments.payment_pages(running, SHOWING)


def budget_pages(running: Running) -> APIRouter:
    return budgets.budget_pages(running, SHOWING)
