"""How this service's ledger is shown: see shared.ledger. The subject is an award or a broker's deal, the payee a unit
or a broker."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import ColumnElement, RowMapping, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.broker_reward import KIND, POLICY
from services.talent.store import awards, money
from services.talent.store.award_tables import AWARD
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.ledger_tables import LEDGER as TABLES
from services.talent.store.money_tables import PAYEE_ACCOUNT
from services.talent.store.tables import UNIT
from services.talent.usecases.bookkeeping import LEDGER
from services.talent.web.accounts import ACCOUNTS
from services.talent.web.foreseeing import FORESEEING
from services.talent.web.looks import PAGES, policy_of, to
from shared.contracts.talent import TalentInstalmentReleased, TalentInterestClaimed
from shared.ledger import pages
from shared.ledger.entry_files import EntryFile
from shared.ledger.explaining import article_name, matter
from shared.ledger.questions import event_of
from shared.ledger.showing import Behind, Showing, Subject
from shared.policy import Policy, load_policy
from shared.programme.load import editions
from shared.running.running import Running
from shared.webkit.called import called
from shared.webkit.listing import Column, Filter

KINDS = {**{id_: each.title for id_, each in editions().items()}, KIND: "技术经纪人奖励"}
"""What money is given for, by the kind the ledger names it with."""
ENTRY = TABLES.subsidy.c
PAYEE = Column("payee", "单位", by=func.coalesce(UNIT.c.name, BROKER.c.name))


def kind_name(kind: str | None) -> str:
    return KINDS.get(kind or "", kind or "—")


def entry_matter(entry: RowMapping) -> str:
    """Interest is of a year: its rule says the same of every one."""
    says = matter(entry, policy_of)
    return f"{entry['year']} 年：{says}" if entry["rule"] == "interest" and entry.get("year") else says


def _policies() -> Sequence[Policy]:
    return (*(each.policy for each in editions().values()), load_policy(POLICY))


def _is_award(entry: RowMapping) -> bool:
    """Whether an edition's own policy computed it; any other money is a deal's."""
    return entry["policy_version"].rpartition("/")[0] in editions()


def _subject_page(entry: RowMapping) -> str:
    return to("awards" if _is_award(entry) else "deals", entry["subject_id"])


def behind(entry: RowMapping) -> Sequence[Behind]:
    story = Behind("来龙去脉", to("chain", entry["story"]))
    if not _is_award(entry):
        return story, Behind("技术交易", _subject_page(entry))
    return story, Behind("入选项目", _subject_page(entry)), Behind("申报", to("applications", entry["story"]))


async def subjects(connection: AsyncConnection, entries: Sequence[RowMapping]) -> Mapping[str, Subject]:
    """Awards and deals by id; one no register knows is called by its id."""
    known = await money.subjects(connection, {entry["subject_id"] for entry in entries})
    return {entry["subject_id"]: _subject(entry, known.get(entry["subject_id"])) for entry in entries}


def _subject(entry: RowMapping, row: RowMapping | None) -> Subject:
    id_, page = entry["subject_id"], _subject_page(entry)
    if row is None:
        return Subject(id_, (id_, "", ""), "", page, registered=False)
    kind = kind_name(row["kind"])
    return Subject(row["name"], (row["name"], row["contract_no"], kind), f"{row['contract_no']} · {kind}", page)


def _finds(text: str) -> Sequence[ColumnElement[bool]]:
    def held(id_: ColumnElement[Any], *columns: ColumnElement[Any]) -> list[Select[Any]]:
        return [select(id_).where(each.icontains(text, autoescape=True)) for each in columns]

    about = [
        *held(AWARD.c.id, AWARD.c.project, AWARD.c.contract_no),
        *held(DEAL.c.id, DEAL.c.title, DEAL.c.contract_no),
    ]
    payees = [*held(UNIT.c.id, UNIT.c.name), *held(BROKER.c.id, BROKER.c.name)]
    return [*(TABLES.subject.in_(each) for each in about), *(TABLES.payee.in_(each) for each in payees)]


def _of_kind(kind: str) -> ColumnElement[bool]:
    if kind == KIND:
        return TABLES.subject.in_(select(DEAL.c.id))
    return TABLES.subject.in_(select(AWARD.c.id).where(AWARD.c.programme_id == kind))


async def _grounds(connection: AsyncConnection, file: EntryFile) -> Mapping[str, Any]:
    """What an instalment is part of, and what released it; what a year's interest was claimed with."""
    event = event_of(file.root) if file.root is not None else None
    if isinstance(event, TalentInterestClaimed):
        return {"released": None, "instalments": (), "claimed": event}
    if not isinstance(event, TalentInstalmentReleased):
        return {"released": None, "instalments": ()}
    return {"released": event, "instalments": await awards.instalments(connection, event.award_id)}


SHOWING = Showing(
    ledger=LEDGER,
    pages=PAGES,
    foreseeing=FORESEEING,
    base="/talent",
    place="ledger",
    listed=money.named,
    whose=(
        PAYEE,
        Column(
            "subject", "项目", by=func.coalesce(AWARD.c.project, DEAL.c.title),
            to=lambda row: to("ledger", row["id"]),
        ),
        Column("article", "条文", by=ENTRY.article, said=lambda row: article_name(row["article"])),
        Column("matter", "事项", said=entry_matter),
    ),
    paid_to=(PAYEE, Column("credit_code", "统一社会信用代码")),
    sorts=(
        Column("contract_no", "任务书或合同", by=func.coalesce(AWARD.c.contract_no, DEAL.c.contract_no)),
        Column("kind", "计划", by=AWARD.c.programme_id, said=lambda row: kind_name(row["kind"])),
    ),
    filters=(Filter("kind", "计划", _of_kind, KINDS),),
    search=(AWARD.c.project, AWARD.c.contract_no, DEAL.c.title, UNIT.c.name, BROKER.c.name, ENTRY.id),
    searched="单位、项目的名称，任务书编号",
    account=exists().where(PAYEE_ACCOUNT.c.payee_id == TABLES.payee),
    accounts=money.ACCOUNTS.latest,
    who=called,
    subjects=subjects,
    about=("项目", "任务书或合同", "计划"),
    called=func.coalesce(
        select(AWARD.c.project).where(AWARD.c.id == TABLES.subject).correlate(TABLES.subsidy).scalar_subquery(),
        select(DEAL.c.title).where(DEAL.c.id == TABLES.subject).correlate(TABLES.subsidy).scalar_subquery(),
    ),
    finds=_finds,
    narrowed=(Filter("kind", "计划", _of_kind, KINDS),),
    years=money.years,
    policies=_policies,
    behind=behind,
    account_page=ACCOUNTS.reading,
    payee_head="单位",
    policy_of=policy_of,
    template="grant.html",
    around=_grounds,
    unranked="（技术经纪人）",
)  # fmt: skip


def money_pages(running: Running) -> APIRouter:
    return pages.money_pages(running, SHOWING)
