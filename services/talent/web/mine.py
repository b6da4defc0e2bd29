"""The applicant's first page: what he may apply to, where his applications stand, the newest letters."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping

from services.talent.domain.application_form import fill
from services.talent.domain.standing import Days, Next, next_step
from services.talent.store import award_list, known, mine
from services.talent.usecases.applications import IDENTITY, StartApplication, start_application
from services.talent.web.applicant import APPLICANT_ONLY, ids_of, introduced, present, text
from services.talent.web.award_duties import duties
from services.talent.web.form_view import checked_shown, excluded_by, summary
from services.talent.web.looks import PAGES, to
from services.talent.web.my_letters import newest
from shared.contracts.contact import applicant_person
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.who import Who
from shared.programme.eligibility import Running as RunningProject
from shared.programme.load import load_programme
from shared.programme.model import APPLICANTS, Programme
from shared.running.running import Running
from shared.webkit.access import Ident, Known

NEW = "new"


class Offered(NamedTuple):
    """A call with what its programme asks and gives; `held`: its conditions against what is known of whoever looks;
    `excluded`: what excludes him today whatever he fills in."""

    call: RowMapping
    programme: Programme
    money: str
    held: Sequence[dict[str, str]]
    summary: str
    excluded: Sequence[str]
    mine: RowMapping | None


class Standing(NamedTuple):
    """`award`: the one it came to, if it did; what comes next is said of that."""

    row: RowMapping
    next: Next | None
    award: str | None


def my_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def first(request: Request, who: Known) -> HTMLResponse:
        return await _page(running, request, who)

    @router.post("/applications", dependencies=[APPLICANT_ONLY])
    async def start(request: Request, who: Known, identity: Ident) -> Response:
        """Begins an application, or goes on with the one there is."""
        programme = text(await request.form(), "programme_id")[:100]
        try:
            account = await introduced(identity, who)
            async with running.unit(who.account) as unit:
                person = await present(unit, account)
                order = StartApplication(programme_id=programme, applicant_id=person)
                id_ = await start_application(unit, order)
        except DomainError as error:
            return await _page(running, request, who, error)
        return RedirectResponse(to("mine/applications", id_), 303)

    return router


async def _page(running: Running, request: Request, who: Who, error: DomainError | None = None) -> HTMLResponse:
    today = legal_date(running.now())
    ids = ids_of(who)
    async with running.look() as connection:
        calls = await mine.open_calls(connection, today)
        planned = await mine.planned_calls(connection)
        rows = await mine.applications(connection, ids)
        person = await mine.applicant(connection, ids)
        letters = await mine.letters(connection, [applicant_person(each) for each in ids])
        awards = await award_list.of_applicants(connection, ids)
        proposed = await award_list.to_answer(connection, "applicant_id", ids)
        busy = [each for id_ in ids for each in await known.running_of(connection, id_)]
        open_ = await award_list.open_of(connection, [row["id"] for row in awards])
        parts = await award_list.released_of(connection, [row["id"] for row in awards])
    assessed = {row["id"]: [each for each in open_ if each["award_id"] == row["id"]] for row in awards}
    released = {row["id"]: [each for each in parts if each["award_id"] == row["id"]] for row in awards}
    typed, awarded = _known(rows), {row["application_id"]: row["id"] for row in awards}
    return PAGES.show(
        request, "my_talent.html", 200 if error is None else error.status, at="/talent/mine", error=error,
        offered=[_offered(call, rows, typed, busy) for call in calls], planned=[_planned(call) for call in planned],
        applications=[Standing(row, _next(row, today), awarded.get(row["id"])) for row in rows],
        applicants=APPLICANTS, person=person, today=today, proposed=proposed,
        awards=[
            (row, duties(row["contract"], row["since"], assessed[row["id"]], released[row["id"]], today))
            for row in awards
        ],
        letters=newest(letters),
    )  # fmt: skip


def _known(rows: Sequence[RowMapping]) -> dict[str, str]:
    """What was ever typed, the newest counting; the identity number no condition looks at."""
    found: dict[str, str] = {}
    for row in sorted(rows, key=lambda each: each["at"]):
        found |= {name: text for name, text in row["typed"].items() if name != IDENTITY}
    return found


def _offered(
    call: RowMapping, rows: Sequence[RowMapping], typed: dict[str, str], running: Sequence[RunningProject]
) -> Offered:
    programme = load_programme(call["programme_id"])
    mine_ = next((row for row in rows if row["programme_id"] == programme.id), None)
    filled = fill(programme, typed)
    excluded = excluded_by(programme, running)
    return Offered(call, programme, money_said(programme), checked_shown(filled), summary(filled), excluded, mine_)


def _planned(call: RowMapping) -> dict[str, Any]:
    return {"programme": load_programme(call["programme_id"]), "call": call}


def money_said(programme: Programme) -> str:
    """What the programme pays, as its text says it, and what each instalment waits for."""
    said = programme.policy.rules[0].says
    if len(programme.instalments) > 1:
        parts = "、".join(each.says for each in programme.instalments)
        return f"{said}；分 {len(programme.instalments)} 期拨付：{parts}"
    return "；".join([said, *(each.says for each in programme.instalments)])


def _next(row: RowMapping, today: date) -> Next | None:
    days = Days(
        row["closes_on"], row["recommend_until"], row["correct_until"], row["public_until"], row["public_from"]
    )  # fmt: skip
    return next_step(row["state"], days, today)
