"""How far a round's reporting is: who has reported, who is late, by district and kind; reminders to who is missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from sqlalchemy import RowMapping
from starlette.datastructures import FormData

from services.incubator.store import changes, missing, overview
from services.incubator.store.tables import ROUND
from services.incubator.usecases.reminding import RemindMissing, remind_missing, still_possible
from services.incubator.web.districts import LOOKERS, districts_of
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES, to
from services.incubator.web.wording import kind_name
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit import pictures
from shared.webkit.access import Known, may

REMINDERS = (Role.CLERK, Role.HEAD, Role.DISTRICT)
"""Who may remind: the office everybody, a district its own."""
PARTS = (pictures.Part("已填报", "good"), pictures.Part("退回更正中", "wait"), pictures.Part("未填报", "calm"))
NO_DISTRICT = "未登记区县"


class Standing(NamedTuple):
    """How far a group of carriers is."""

    name: str
    reported: int
    returned: int
    due: int

    @property
    def total(self) -> int:
        return self.reported + self.returned + self.due


def standings(counted: Mapping[str, Mapping[str, int]], names: Mapping[str, str] | None = None) -> list[Standing]:
    """Reports by state as people ask for them: there, being corrected, missing."""
    found = []
    for name, states in counted.items():
        returned, due = states.get("returned", 0), states.get("due", 0)
        reported = sum(states.values()) - returned - due
        found.append(Standing((names or {}).get(name, name) or NO_DISTRICT, reported, returned, due))
    return found


def drawn(title: str, rows: Sequence[Standing]) -> Markup:
    """The picture of these groups; the page puts their table behind it."""
    told = f"已填报 {sum(row.reported for row in rows)} 家，共 {sum(row.total for row in rows)} 家"
    bars = [(row.name, (row.reported, row.returned, row.due), f"{row.reported} / {row.total}") for row in rows]
    return pictures.stacked(title, PARTS, bars, told)


def reporting_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/rounds/{round_id}/reporting", dependencies=[may(*LOOKERS)])
    async def reporting(request: Request, who: Known, round_id: str) -> HTMLResponse:
        return await _page(running, request, who, round_id)

    @router.post("/rounds/{round_id}/reporting", dependencies=[may(*REMINDERS)])
    async def remind(request: Request, who: Known, round_id: str) -> Response:
        form = await request.form()
        try:
            order = await _order(running, who, round_id, form)
            return await foreseen_or_done(
                running, request, who, title="提醒没有填报的载体", does="发出提醒",
                work=lambda unit: remind_missing(unit, order), to=f"{to('rounds', round_id)}/reporting?done=reminded",
                back=f"{to('rounds', round_id)}/reporting",
            )  # fmt: skip
        except DomainError as wrong:
            return await _page(running, request, who, round_id, wrong, form)

    return router


def _chosen(form: FormData) -> list[str]:
    return [each for each in form.getlist("report_id") if isinstance(each, str)]


async def _order(running: Running, who: Who, round_id: str, form: FormData) -> RemindMissing:
    """Who is chosen, or all this person sees; another district's carrier is as good as none."""
    async with running.look() as connection:
        round_ = await changes.found(connection, ROUND, round_id, "考评批次")
        seen = await missing.listed(connection, round_id, districts_of(who))
    open_ = [row["id"] for row in seen if still_possible(round_, row, legal_date(running.now()))]
    if form.get("which") == "all":
        if not open_:
            raise DomainError("nobody-missing", "没有可以提醒的：都已填报，或者期限已过", status=409)
        ids = open_
    else:
        ids = _chosen(form)
        strange = sorted(set(ids) - {row["id"] for row in seen})
        if strange and districts_of(who) is not None:
            raise DomainError("not-missing", "选中的有些已经填报，或不是本区县的；请刷新名单后再选", status=409)
    return RemindMissing(round_id=round_id, report_ids=ids, again=form.get("again") == "yes")


async def _page(
    running: Running,
    request: Request,
    who: Who,
    round_id: str,
    error: DomainError | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    only = districts_of(who)
    today = legal_date(running.now())
    async with running.look() as connection:
        round_ = await changes.found(connection, ROUND, round_id, "考评批次")
        districts = standings(await missing.by_district(connection, [round_id], only))
        year = [row for row in await overview.rounds(connection, round_["year"]) if row["year"] == round_["year"]]
        kinds = await missing.by_kind(connection, [row["id"] for row in year], only)
        away = await missing.listed(connection, round_id, only)
        sent = await missing.reminders(connection, round_id, only)
    by_kind = standings(kinds, {kind: kind_name(kind) for kind in kinds})
    whole = Standing("", *(sum(getattr(row, name) for row in districts) for name in ("reported", "returned", "due")))
    return PAGES.show(
        request, "reporting.html", 200 if error is None else error.status,
        round=round_, rounds=year, whole=whole, districts=districts, kinds=by_kind, only=only, error=error, sent=sent,
        pictures={"district": drawn("各区县填报", districts), "kind": drawn(f"{round_['year']} 年度各类填报", by_kind)},
        away=[(row, _late(round_, row, today), still_possible(round_, row, today)) for row in away],
        today=today, chosen=frozenset(_chosen(form)) if form else frozenset(), again=bool(form and form.get("again")),
        reminds=who.may_be(*REMINDERS) and round_["state"] in {"open", "closed"},
        left=(round_["closes_on"] - today).days,
    )  # fmt: skip


def _late(round_: RowMapping, row: Mapping[str, Any] | RowMapping, today: date) -> int:
    """Days beyond the last day; negative while there are days left."""
    last: date = row["deadline"] if row["state"] == "returned" else round_["closes_on"]
    return (today - last).days
