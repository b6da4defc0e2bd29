"""How this service's ledger is shown: see shared.ledger. The subject is a carrier, the payee its organisation."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import ColumnElement, RowMapping, Select, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import bank_accounts, overview, stories, subsidy_letters
from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.money import named
from services.incubator.store.tables import CARRIER, ORGANISATION, SUBSIDY
from services.incubator.usecases.bookkeeping import LEDGER
from services.incubator.web.foreseeing import FORESEEING
from services.incubator.web.looks import PAGES, to
from services.incubator.web.naming import carriers_named
from services.incubator.web.timeline import addressee
from services.incubator.web.wording import POLICY, kind_name, level_name
from shared.chain.timeline import Letter
from shared.ledger import pages
from shared.ledger.entry_files import EntryFile
from shared.ledger.explaining import article_name, matter
from shared.ledger.showing import Behind, Showing, Subject
from shared.running.running import Running
from shared.webkit.called import called
from shared.webkit.listing import Column, Filter

UNREGISTERED = "unregistered"
"""Asks for carriers that no register knows, only an outside program's events."""
PAYEE = Column(
    "organisation", "单位", by=ORGANISATION.c.name,
    said=lambda row: row["organisation"] or row["organisation_id"],
)  # fmt: skip


def _listed(query: Select[Any]) -> Select[Any]:
    return named(query).add_columns(ORGANISATION.c.credit_code)


async def _subjects(connection: AsyncConnection, entries: Sequence[RowMapping]) -> Mapping[str, Subject]:
    found = await carriers_named(connection, entries)
    return {
        id_: Subject(
            each.name, (each.name, kind_name(each.kind), level_name(each.level)),
            f"{level_name(each.level)} {kind_name(each.kind)}", to("carriers", id_), each.registered,
        )
        for id_, each in found.items()
    }  # fmt: skip


def _finds(text: str) -> Sequence[ColumnElement[bool]]:
    carriers = select(CARRIER.c.id).where(CARRIER.c.name.icontains(text, autoescape=True))
    organisations = select(ORGANISATION.c.id).where(ORGANISATION.c.name.icontains(text, autoescape=True))
    return SUBSIDY.c.carrier_id.in_(carriers), SUBSIDY.c.organisation_id.in_(organisations)


def _of_kind(kind: str) -> ColumnElement[bool]:
    if kind == UNREGISTERED:
        return SUBSIDY.c.carrier_id.not_in(select(CARRIER.c.id))
    return SUBSIDY.c.carrier_id.in_(select(CARRIER.c.id).where(CARRIER.c.kind == kind))


async def _letters(connection: AsyncConnection, file: EntryFile) -> Mapping[str, Any]:
    rows = await subsidy_letters.about(connection, file.entry)
    organisations = await stories.organisations(connection, {each["recipient_id"] for each in rows})
    return {"letters": [Letter(row, addressee(row, (), organisations)) for row in rows]}


SHOWING = Showing(
    ledger=LEDGER,
    pages=PAGES,
    foreseeing=FORESEEING,
    base="/incubator",
    place="subsidies",
    listed=_listed,
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
    who=called,
    subjects=_subjects,
    about=("载体", "类型", "级别"),
    called=select(CARRIER.c.name).where(CARRIER.c.id == SUBSIDY.c.carrier_id).correlate(SUBSIDY).scalar_subquery(),
    finds=_finds,
    narrowed=(Filter("kind", "类型", _of_kind, {**POLICY.kinds, UNREGISTERED: "未登记的载体"}),),
    years=overview.years,
    policies=lambda: (POLICY,),
    behind=lambda entry: (Behind("来龙去脉", to("chain", entry["story"])),),
    account_page=lambda id_: to("bank-accounts", id_),
    payee_head="运营单位",
    template="subsidy.html",
    around=_letters,
    unranked="（认定、高新技术企业）",
)  # fmt: skip


def money_pages(running: Running) -> APIRouter:
    return pages.money_pages(running, SHOWING)
