"""Decisions about a carrier's title: its page with every step there is, what is proposed, and the paper of each."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping

from services.incubator.store import bars, carrier_list, changes, titles
from services.incubator.store.tables import CARRIER, ORGANISATION
from services.incubator.usecases import barring
from services.incubator.usecases import title_decisions as deciding
from services.incubator.usecases.title_applications import levels_open
from services.incubator.web import title_looks
from services.incubator.web.districts import LOOKERS, districts_of
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES, to
from services.incubator.web.title_forms import Step, order_of, texts, wrong_in
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may

LOOK = may(*LOOKERS)
DECIDE = may(Role.HEAD)


STEPS: Mapping[str, Step] = {
    "promote": Step("晋级", "晋级", deciding.PromoteCarrier, deciding.promote_carrier, "晋级已登记，补助由系统核算。"),
    "rectify": Step(
        "限期整改", "要求整改", deciding.OrderRectification, deciding.order_rectification,
        "限期整改已登记，通知信随即发出。",
    ),
    "close": Step(
        "整改结论", "作出结论", deciding.CloseRectification, deciding.close_rectification,
        "整改结论已登记，通知信随即发出。",
    ),
    "withdraw": Step(
        "取消资格", "取消资格", deciding.WithdrawByDecision, deciding.withdraw_by_decision,
        "取消资格已登记，通知信等人放行后发出。",
    ),
    "keep": Step(
        "保留资格", "保留资格", deciding.DeclineWithdrawal, deciding.decline_withdrawal,
        "保留资格已登记，通知信随即发出。",
    ),
    "bar": Step(
        "失信惩戒", "惩戒", barring.BarOrganisation, barring.bar_organisation, "失信惩戒已登记，通知信等人放行后发出。"
    ),
    "end-bar": Step("终止惩戒", "终止惩戒", barring.EndBar, barring.end_bar, "惩戒已终止，暂缓的补助继续核算。"),
}  # fmt: skip
"""By the last part of the address."""


def title_decision_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/titles", include_in_schema=False)

    @router.get("/proposed", dependencies=[LOOK])
    async def proposed(request: Request, who: Known) -> HTMLResponse:
        return await _proposed(running, request, who)

    @router.get("/carriers/{carrier_id}", dependencies=[LOOK])
    async def carrier(request: Request, who: Known, carrier_id: str) -> HTMLResponse:
        return await _page(running, request, who, carrier_id)

    @router.post("/carriers/{carrier_id}/{step}", dependencies=[DECIDE])
    async def decide(request: Request, who: Known, carrier_id: str, step: str) -> Response:
        return await _decide(running, request, who, carrier_id, step)

    @router.get("/decisions/{decision_id}/print", dependencies=[LOOK])
    async def paper(request: Request, who: Known, decision_id: str) -> HTMLResponse:
        async with running.look() as connection:
            row = await titles.decision(connection, decision_id)
            carrier = await titles.concerned(connection, row) if row is not None else None
            if row is None or carrier is None or not _in_sight(who, carrier):
                raise DomainError("no-such-decision", f"没有决定“{decision_id}”", status=404)
            organisation = await changes.found(connection, ORGANISATION, row["organisation_id"], "运营单位")
        return PAGES.show(request, "title_decision.html", row=row, organisation=organisation, words=title_looks.WORDS)

    return router


def _in_sight(who: Who, carrier: RowMapping) -> bool:
    only = districts_of(who)
    return only is None or carrier["district"] in only


async def _carrier(running: Running, who: Who, carrier_id: str) -> RowMapping:
    """A carrier of another district is as good as none."""
    async with running.look() as connection:
        row = await changes.found(connection, CARRIER, carrier_id, "载体")
    if not _in_sight(who, row):
        raise DomainError("no-such-carrier", f"没有载体“{carrier_id}”", status=404)
    return row


async def _decide(running: Running, request: Request, who: Who, carrier_id: str, name: str) -> Response:
    """Shows what the decision touches, or takes it; what cannot be done is told where it was typed."""
    if name not in STEPS:
        raise DomainError("not-found", "没有这一步", status=404)
    step, typed = STEPS[name], texts(await request.form())
    carrier = await _carrier(running, who, carrier_id)
    address = to("titles/carriers", carrier_id)
    from_list = typed.get("from") == "proposed"
    place = "/incubator/titles/proposed" if from_list else address
    try:
        order = order_of(step.order, {**typed, "carrier_id": carrier_id})
        return await foreseen_or_done(
            running, request, who, title=f"{step.title}：{carrier['name']}", does=step.does,
            work=lambda unit: step.work(unit, order), to=f"{place}?done={name}", back=place,
        )  # fmt: skip
    except DomainError as wrong:
        if wrong.status == 404:
            raise
        if from_list:
            return await _proposed(running, request, who, wrong, typed)
        return await _page(running, request, who, carrier_id, wrong, typed | {"step": name})


async def _page(
    running: Running,
    request: Request,
    who: Who,
    carrier_id: str,
    error: DomainError | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    carrier, today = await _carrier(running, who, carrier_id), legal_date(running.now())
    async with running.look() as connection:
        file = await carrier_list.carrier_file(connection, carrier_id)
        rectifications = await titles.rectifications_of(connection, carrier_id)
        decisions = await titles.decisions_of(connection, carrier_id=carrier_id)
        every_bar = await bars.listed(connection, carrier["organisation_id"]) if carrier["organisation_id"] else []
        query = titles.proposed().where(CARRIER.c.id == carrier_id)
        proposals = (await connection.execute(query)).mappings().all()
        bar = await bars.holding(connection, carrier["organisation_id"], today) if carrier["organisation_id"] else None
    held = carrier["level"] if carrier["state"] == "active" else None
    step = STEPS.get(request.query_params.get("done", ""))
    return PAGES.show(
        request, "title_carrier.html", 200 if error is None else error.status, carrier=carrier, file=file,
        rectifications=rectifications, decisions=decisions, every_bar=every_bar, bar=bar, proposals=proposals,
        levels=levels_open(carrier["kind"], held, today) if held else {}, error=error, problems=wrong_in(error),
        typed=typed or {}, done=step.done if step else "", words=title_looks.WORDS, today=today,
        basis=deciding.TWO_FAILURES,
    )  # fmt: skip


async def _proposed(
    running: Running,
    request: Request,
    who: Who,
    error: DomainError | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    """Carriers that failed two years in a row, each with both grades."""
    only = districts_of(who)
    async with running.look() as connection:
        query = titles.proposed()
        if only is not None:
            query = query.where(CARRIER.c.district.in_(only))
        rows = (await connection.execute(query)).mappings().all()
        before = {row["id"]: await titles.grade_of_year(connection, row["carrier_id"], row["year"] - 1) for row in rows}
    step = STEPS.get(request.query_params.get("done", ""))
    return PAGES.show(
        request, "titles_proposed.html", 200 if error is None else error.status, rows=rows, before=before,
        error=error, problems=wrong_in(error), typed=typed or {}, done=step.done if step else "",
        basis=deciding.TWO_FAILURES, today=legal_date(running.now()),
    )  # fmt: skip
