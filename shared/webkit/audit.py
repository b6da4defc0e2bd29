"""The audit trail to read: every entry of a service's chain, and the proof that chain and rows are as written.

Entries hold ids and digests, no personal data; what was decided stands on the page of what it happened to.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit import rows
from shared.audit.chain import Seal
from shared.audit.tables import AuditTables
from shared.audit.trail import Trail
from shared.audit.verify import Verdict, verify
from shared.core.clock import end_of, start_of
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.called import called
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export
from shared.webkit.templates import Pages

PAGES = Pages()
PROVERS = (Role.AUDITOR, Role.HEAD, Role.ADMINISTRATOR)
NOUNS = {
    "account": "账户", "applicant": "申报人", "application": "申请", "assessment": "考核", "award": "入选项目",
    "award-change": "项目变更", "award_change": "项目变更", "bar": "失信惩戒", "broker": "技术经纪人", "budget": "预算",
    "call": "申报批次", "carrier": "载体", "claim": "登记核对", "contract": "任务书", "deal": "成交",
    "erasure_request": "清除申请", "evaluation": "考评结果", "hand_in": "提交", "instalment": "分期",
    "interest_claim": "贴息申请", "member": "团队成员", "message": "信件", "objection": "异议", "parked": "搁置事件",
    "payment": "拨付", "person": "个人信息", "personal": "个人信息", "recovery": "追回", "rectification": "限期整改",
    "report": "填报", "result": "得分", "review": "评审", "round": "年度考评", "subsidy": "补助",
}  # fmt: skip
"""What people call what an act happens to; one that is not here keeps its name."""
MOST_FAULTS = 50
"""As many faults of a service as a person reads; the command `miaopu audit verify --json` has them all."""


class Audited(NamedTuple):
    """A service that keeps a trail."""

    running: Running
    trail: Trail


class Proved(NamedTuple):
    title: str
    verdict: Verdict
    faults: Sequence[str]


def audit_pages(runnings: Sequence[Running]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    audited = [Audited(each, each.service.trail) for each in runnings if each.service.trail is not None]

    @router.get("/audit", dependencies=[READERS])
    async def trail(request: Request, who: Known) -> HTMLResponse:
        return await _page(request, who_proves(who), audited)

    @router.get("/audit.xlsx", dependencies=[READERS])
    async def table(request: Request) -> Response:
        running, kept = await _wanted(request, audited)
        async with running.look() as connection:
            listing = await _listing(connection, kept.tables, running, audited)
            return await export(connection, listing, select(kept.tables.entry), request.query_params)

    @router.post("/audit/verify", dependencies=[may(*PROVERS)])
    async def prove(request: Request, who: Known) -> HTMLResponse:
        """Only reads: the verdict is of now and is kept nowhere."""
        proved = []
        for running, kept in audited:
            verdict = await verify(running.engine, kept)
            told = [fault.message for fault in verdict.faults[:MOST_FAULTS]]
            proved.append(Proved(running.service.title, verdict, told))
        return await _page(request, who_proves(who), audited, proved)

    def who_proves(who: Known) -> bool:
        return who.may_be(*PROVERS)

    return router


async def _wanted(request: Request, audited: Sequence[Audited]) -> Audited:
    """The service that is asked for; of an id alone the one that knows it; else the first."""
    if not audited:
        raise DomainError("no-trail", "本站的服务没有审计记录", status=404)
    asked, of = (request.query_params.get(name, "").strip() for name in ("service", "of"))
    for each in audited:
        if each.running.service.name == asked:
            return each
    for each in audited if of else ():
        entry = each.trail.tables.entry
        async with each.running.look() as connection:
            if (await connection.execute(select(entry.c.of).where(entry.c.of == of).limit(1))).first() is not None:
                return each
    return audited[0]


async def _page(
    request: Request, may_prove: bool, audited: Sequence[Audited], proved: Sequence[Proved] | None = None
) -> HTMLResponse:
    running, kept = await _wanted(request, audited)
    last: list[tuple[str, Seal | None]] = []
    for each in audited:
        async with each.running.look() as connection:
            last.append((each.running.service.title, await rows.last_seal(connection, each.trail.tables)))
    async with running.look() as connection:
        listing = await _listing(connection, kept.tables, running, audited)
        listed = await listing.page(connection, select(kept.tables.entry), request.query_params)
    return PAGES.show(request, "audit.html", listed=listed, last=last, may_prove=may_prove, proved=proved)


async def _listing(
    connection: AsyncConnection, tables: AuditTables, running: Running, audited: Sequence[Audited]
) -> Listing:
    entry = tables.entry.c
    acts = (await connection.execute(select(entry.act).distinct())).scalars()
    nouns = sorted({act.partition(":")[0] for act in acts})
    services = {each.running.service.name: each.running.service.title for each in audited}
    return Listing(
        f"审计记录（{running.service.title}）",
        (
            Column("position", "序号", kind="number", by=entry.position),
            Column("at", "时间", kind="moment", by=entry.at),
            Column("by", "操作人", by=entry.by, said=lambda row: called(row["by"])),
            Column("act", "做了什么", by=entry.act),
            Column("of", "编号", by=entry.of),
            Column("record", "所记的表", by=entry.record),
            Column("digest", "摘要", said=lambda row: row["digest"][:12]),
        ),
        (
            Filter("service", "服务", lambda _: entry.position.is_not(None), services),
            Filter(
                "noun", "事项", lambda noun: _of_noun(entry.act, noun), {noun: NOUNS.get(noun, noun) for noun in nouns}
            ),
            Filter("by", "操作人", lambda text: entry.by == text, kind="text"),
            Filter("of", "编号", lambda text: entry.of == text, kind="text"),
            Filter("from", "从哪天起", lambda day: entry.at >= start_of(day), kind="day"),
            Filter("until", "到哪天为止", lambda day: entry.at < end_of(day), kind="day"),
        ),
        order=(entry.position.desc(),),
        empty="还没有审计记录；每个决定、每次状态变化都会记在这里",
    )


def _of_noun(act: ColumnElement[str], noun: str) -> ColumnElement[bool]:
    return (act == noun) | act.startswith(f"{noun}:", autoescape=True)
