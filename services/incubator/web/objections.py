"""The office's desk for objections: the list, one that came on paper, and the evidence of each."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from starlette.datastructures import FormData

from services.incubator.store import objections
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, ROUND
from services.incubator.usecases.own_objections import ObjectionUnclear
from services.incubator.usecases.paper_objections import FilePaperObjection, file_paper_objection, paper_problems
from services.incubator.web.looks import PAGES, to
from services.incubator.web.my_objections import FIELD, add_evidence, evidence_sent
from services.incubator.web.my_objections import OBJECTION as OWNER
from services.incubator.web.wording import GRADES, OBJECTIONS, Shown, kind_name
from shared.core.clock import legal_date
from shared.core.dates import parse_date
from shared.core.errors import DomainError
from shared.evidence.files import file_of, open_file
from shared.evidence.kinds import ACCEPT
from shared.evidence.store import store_of
from shared.evidence.web import MOST_OF_REQUEST, served
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

CLERKS = may(Role.CLERK, Role.HEAD)
HANDLERS = may(Role.CLERK, Role.HEAD, Role.AUDITOR)
"""Who learns who objects: whoever handles it, and who audits that."""
SOON = 2
"""Days before the last in which an objection is marked as due soon."""
PAPER = ("evaluation_id", "objector", "name", "contact", "grounds", "received_on")


def objection_desk_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/objections", include_in_schema=False)

    @router.get("", dependencies=[READERS], response_class=HTMLResponse)
    async def every(request: Request) -> HTMLResponse:
        today = legal_date(running.now())
        async with running.look() as connection:
            listed = await listing(today).page(connection, objections.listed(), request.query_params)
            waiting = await objections.waiting(connection, today)
        return PAGES.show(request, "objections.html", listed=listed, waiting=waiting)

    @router.get(".xlsx", dependencies=[READERS])
    async def exported(request: Request) -> Response:
        async with running.look() as connection:
            shown = listing(legal_date(running.now()))
            return await export(connection, shown, objections.listed(), request.query_params)

    @router.get("/new", dependencies=[CLERKS], response_class=HTMLResponse)
    async def new(request: Request) -> HTMLResponse:
        typed = {"evaluation_id": request.query_params.get("evaluation_id", "")}
        return await _paper(running, request, typed)

    @router.post("/new", dependencies=[CLERKS], max_body_size=MOST_OF_REQUEST)
    async def enter(request: Request, who: Known) -> Response:
        return await _entered(running, request, who.account)

    @router.get("/{objection_id}/evidence/{file_id}", dependencies=[HANDLERS])
    async def evidence(objection_id: str, file_id: str) -> Response:
        async with running.look() as connection:
            row = await file_of(connection, EVIDENCE, file_id)
            if (row["owner_kind"], row["owner_id"]) != (OWNER, objection_id):
                raise DomainError("no-such-evidence", f"这件异议没有附件“{file_id}”", status=404)
            store = store_of(running.settings, running.service.name)
            return served(await open_file(connection, EVIDENCE, store, file_id))

    return router


async def _entered(running: Running, request: Request, account: str) -> Response:
    """Enters an objection on paper with its files, or shows the form again with everything typed."""
    typed: dict[str, str] = {}
    try:
        async with evidence_sent(request, running) as files:
            typed = _typed(await request.form())
            order = _order(typed)
            async with running.unit(account) as unit:
                id_ = await file_paper_objection(unit, order)
                await add_evidence(unit, running, files, id_)
    except ObjectionUnclear as unclear:
        return await _paper(running, request, typed, unclear.problems, unclear)
    except DomainError as wrong:
        return await _paper(running, request, typed or _typed(await request.form()), {}, wrong)
    return RedirectResponse(f"{to('objections', id_)}?saved=filed", 303)


def _order(typed: dict[str, str]) -> FilePaperObjection:
    received = parse_date(typed["received_on"])
    problems = {}
    if typed["received_on"] and received is None:
        problems["received_on"] = "请写成 2018-12-20 这样的日期"
    if not typed["evaluation_id"]:
        problems["evaluation_id"] = "请选择对哪一家的结果有异议"
    if problems:
        raise ObjectionUnclear({**problems, **paper_problems(typed)})
    return FilePaperObjection.model_validate({**typed, "received_on": received})


def _typed(form: FormData) -> dict[str, str]:
    found = {name: form.get(name, "") for name in PAPER}
    return {name: value.strip() if isinstance(value, str) else "" for name, value in found.items()}


async def _paper(
    running: Running,
    request: Request,
    typed: dict[str, str],
    problems: dict[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        public = await objections.public_evaluations(connection)
        organisations = await objections.organisations(connection)
    return PAGES.show(
        request, "objection_on_paper.html", 200 if error is None else error.status, public=public,
        organisations=organisations, typed={name: typed.get(name, "") for name in PAPER}, problems=problems or {},
        error=error, today=legal_date(running.now()), field=FIELD, accept=ACCEPT,
    )  # fmt: skip


def days_left(row: RowMapping, today: date) -> tuple[str, str]:
    """What is left until an objection has to be decided, in words and as a tone; nothing once it is decided."""
    if row["state"] != "filed":
        return "", "calm"
    days = (row["decide_by"] - today).days
    if days < 0:
        return f"超期 {-days} 天", "bad"
    return ("今天到期" if days == 0 else f"剩 {days} 天"), "wait" if days <= SOON else "good"


def _names(shown: Mapping[str, Shown]) -> dict[str, str]:
    return {code: each.name for code, each in shown.items()}


def listing(today: date) -> Listing:
    """The list of objections; who objects is not in it."""
    late = (OBJECTION.c.state == "filed") & (OBJECTION.c.decide_by < today)
    return Listing(
        "异议",
        columns=(
            Column(
                "carrier_name", "对哪一家", by=CARRIER.c.name, to=lambda row: to("objections", row["id"]),
            ),
            Column("round", "考评", said=lambda row: f"{row['year']} 年度{kind_name(row['kind'])}"),
            Column("district", "区县", by=CARRIER.c.district),
            Column(
                "grade", "现等次", "state", by=EVALUATION.c.grade,
                said=lambda row: GRADES[row["grade"]].name if row["grade"] else "",
                tone=lambda row: GRADES[row["grade"]].tone if row["grade"] else "calm",
            ),
            Column(
                "state", "异议", "state", by=OBJECTION.c.state, said=lambda row: OBJECTIONS[row["state"]].name,
                tone=lambda row: OBJECTIONS[row["state"]].tone,
            ),
            Column("filed_on", "提出", "day", by=OBJECTION.c.filed_on),
            Column("decide_by", "处理期限", "day", by=OBJECTION.c.decide_by),
            Column(
                "left", "剩余", "state", said=lambda row: days_left(row, today)[0],
                tone=lambda row: days_left(row, today)[1],
            ),
            Column("reason", "处理理由"),
            Column("id", "受理编号"),
        ),
        filters=(
            Filter("state", "异议", lambda value: OBJECTION.c.state == value, _names(OBJECTIONS)),
            Filter("grade", "现等次", lambda value: EVALUATION.c.grade == value, _names(GRADES)),
            Filter("late", "期限", lambda _: late, {"yes": "超期"}),
            Filter("from", "提出自", lambda value: OBJECTION.c.filed_on >= value, kind="day"),
            Filter("until", "提出至", lambda value: OBJECTION.c.filed_on <= value, kind="day"),
        ),
        search=(CARRIER.c.name, OBJECTION.c.id, ROUND.c.id),
        order=((OBJECTION.c.state != "filed"), OBJECTION.c.decide_by, OBJECTION.c.id),
        empty="还没有收到异议；公示期内运营机构可以在网上提出，书面提出的请在这里登记",
        search_title="载体、受理编号",
    )  # fmt: skip
