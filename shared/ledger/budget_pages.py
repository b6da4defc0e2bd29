"""The budgets: what each year's envelope holds and owes; and when it is short, what each way out would do."""

from functools import partial
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.money import WAN, in_yuan
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger import forms
from shared.ledger.budgeting import SetBudget, set_budget
from shared.ledger.budgets import Budgets, BudgetYear
from shared.ledger.forms import Typed
from shared.ledger.short import WAYS, Way
from shared.ledger.shortages import DealWithShortage, Line, Simulation, deal_with_shortage, simulate
from shared.ledger.showing import Showing
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column
from shared.webkit.pictures import Part, stacked
from shared.webkit.takeaway import attached, workbook

PARTS = (
    Part("已拨付", "good"), Part("已批准", "fair"), Part("已提出", "wait"), Part("余额", "calm"), Part("超出", "bad"),
)  # fmt: skip
SHEET = (
    Column("rank", "名次", kind="number"), Column("before", "提出金额", kind="yuan"),
    Column("after", "本年拨付", kind="yuan"), Column("took", "核减", kind="yuan"),
    Column("carried", "转入下年", kind="yuan"), Column("tied", "同名次"),
)  # fmt: skip


def budget_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(prefix="/budgets", include_in_schema=False)
    ledger = showing.ledger

    @router.get("", dependencies=[READERS])
    async def budgets(request: Request, who: Known) -> HTMLResponse:
        return await _all(running, showing, request, who)

    @router.post("", dependencies=[may(Role.HEAD)])
    async def set_one(request: Request, who: Known) -> Response:
        async def show(typed: Typed) -> HTMLResponse:
            return await _all(running, showing, request, who, typed)

        return await forms.do(
            showing.foreseeing, running, request, who, title="设定预算", does="设定", order=SetBudget,
            work=partial(set_budget, ledger), to=showing.budgets, show=show,
        )  # fmt: skip

    @router.get("/{year}", dependencies=[READERS])
    async def budget(request: Request, who: Known, year: int) -> HTMLResponse:
        return await _one(running, showing, request, who, year)

    @router.get("/{year}/simulation.xlsx", dependencies=[READERS])
    async def simulated(request: Request, year: int) -> Response:
        way = _way(request)
        async with running.look() as connection:
            found = await simulate(ledger, connection, year, way)
        content = workbook(WAYS[way], _sheet(showing), [_row(showing, each) for each in found.lines])
        return attached(f"{year} 年预算{WAYS[way]}测算.xlsx", content)

    @router.post("/{year}", dependencies=[may(Role.HEAD)])
    async def choose(request: Request, who: Known, year: int) -> Response:
        async def show(typed: Typed) -> HTMLResponse:
            return await _one(running, showing, request, who, year, typed)

        return await forms.do(
            showing.foreseeing, running, request, who, title=f"{year} 年预算不足的安排", does="执行",
            order=DealWithShortage, work=partial(deal_with_shortage, ledger), to=f"{showing.budgets}/{year}",
            show=show, given={"budget_year": year},
        )  # fmt: skip

    return router


def _way(request: Request) -> Way:
    asked = request.query_params.get("way")
    return next((way for way in get_args(Way) if way == asked), "proportional")


def _sheet(showing: Showing) -> tuple[Column, ...]:
    return (*(Column(each.name, each.title) for each in _names(showing)), *SHEET)


def _names(showing: Showing) -> tuple[Column, ...]:
    """What a proposal is about: its subject, which sort of subject that is, and the matter."""
    _, subject, _, matter = showing.whose
    return (subject, *showing.sorts, matter)


def _row(showing: Showing, line: Line) -> tuple[object, ...]:
    row, part = line
    return (
        *(column.value(row) for column in _names(showing)), part.claim.rank, part.claim.fen,
        part.after, part.took, part.claim.fen if part.carried else 0, "同名次分配" if part.tied else "",
    )  # fmt: skip


async def _all(
    running: Running, showing: Showing, request: Request, who: Who, typed: Typed | None = None
) -> HTMLResponse:
    typed = typed or Typed()
    async with running.look() as connection:
        rows = await Budgets(showing.ledger.tables).budgets(connection)
    return showing.pages.show(
        request, "budgets.html", typed.status, rows=rows, picture=_picture(rows), typed=typed,
        base=showing.budgets, noun=showing.ledger.noun,
        roles=forms.roles_of(who), year=legal_date(running.now()).year,
    )  # fmt: skip


def _picture(rows: list[BudgetYear]) -> Markup:
    """Each year's envelope; what is proposed beyond it stands in red."""
    shown = []
    for row in rows:
        beyond = row.short
        fen = (row.paid, row.committed, row.proposed - beyond, max(row.left - row.proposed, 0), beyond)
        numbers = [in_yuan(each) for each in fen]  # each is read out beside the mouse
        whole = "未设定" if row.amount_fen is None else f"{in_yuan(row.amount_fen) / WAN:,.2f} 万元"
        shown.append((f"{row.year} 年", numbers, whole))
    return stacked(
        "各年预算的使用", PARTS, shown, "每条是一个年度：已拨付、已批准、已提出和余额；提出超过余额的部分单列。"
    )


async def _one(
    running: Running, showing: Showing, request: Request, who: Who, year: int, typed: Typed | None = None
) -> HTMLResponse:
    typed = typed or Typed()
    async with running.look() as connection:
        found = {row.year: row for row in await Budgets(showing.ledger.tables).budgets(connection)}
        if year not in found:
            raise DomainError(
                "no-such-budget", f"没有 {year} 年的预算，也没有列入它的{showing.ledger.noun}", status=404
            )
        simulated: dict[Way, Simulation] = {}
        if found[year].short and found[year].amount_fen is not None:
            simulated = {way: await simulate(showing.ledger, connection, year, way) for way in get_args(Way)}
        moved = [row for row in await showing.ledger.changes.of(connection, [str(year)]) if row["noun"] == "budget"]
        decided = await showing.ledger.shortfalls.shortages(connection, year)
    typed_way = typed.get("way")
    way = next((each for each in get_args(Way) if each == typed_way), _way(request))
    _, subject, _, matter = showing.whose
    return showing.pages.show(
        request, "budget.html", typed.status, row=found[year], picture=_picture([found[year]]), simulated=simulated,
        way=way, ways=WAYS, moved=moved, decided=decided, typed=typed, roles=forms.roles_of(who),
        base=showing.budgets, payments=showing.payments, subject=subject, matter=matter,
        ranking=showing.ledger.ranking, unranked=showing.unranked,
    )  # fmt: skip
