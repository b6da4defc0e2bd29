"""Everything of one award at the office, and what the office does with it; what moves money is seen before."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import changes
from services.talent.store.award_tables import AWARD_CHANGE
from services.talent.store.awards import LIVE
from services.talent.store.whole_award import WholeAward, whole_award
from services.talent.web import award_view
from services.talent.web.award_steps import DECIDE, OFFICE, RETURN_CONTRACT, order_from, wrong_at
from services.talent.web.award_words import money_words
from services.talent.web.awards import HEADS
from services.talent.web.foreseeing import foreseen_or_done
from services.talent.web.interest_view import claims_of
from services.talent.web.looks import PAGES, to
from services.talent.web.my_award import printed
from services.talent.web.step_forms import texts
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.called import call_also

CLERKS = may(Role.CLERK, Role.HEAD)
DONE = {name: step.done for name, step in OFFICE.items()} | {"return": RETURN_CONTRACT.done, "decide": DECIDE.done}


def award_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/awards/{award_id}", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def one(request: Request, award_id: str) -> HTMLResponse:
        return await _page(running, request, award_id)

    @router.get("/print", dependencies=[READERS])
    async def on_paper(request: Request, award_id: str) -> HTMLResponse:
        async with running.look() as connection:
            whole = await whole_award(connection, award_id)
        return printed(request, whole, to("awards", award_id))

    @router.post("/return", dependencies=[CLERKS])
    async def give_back(request: Request, who: Known, award_id: str) -> Response:
        given = texts(await request.form())
        try:
            order = order_from(RETURN_CONTRACT.order, given, award_id=award_id)
            async with running.unit(who.account) as unit:
                await RETURN_CONTRACT.work(unit, order)
        except DomainError as wrong:
            return await _page(running, request, award_id, wrong, given | {"step": "return"})
        return RedirectResponse(f"{to('awards', award_id)}?done=return", 303)

    @router.post("/decide", dependencies=[HEADS])
    async def decide(request: Request, who: Known, award_id: str) -> Response:
        given = texts(await request.form())
        address = to("awards", award_id)
        try:
            async with running.look() as connection:
                change_id = await _change_of(connection, award_id, given.get("change_id", ""))
            order = order_from(DECIDE.order, given, change_id=change_id)
            return await foreseen_or_done(
                running, request, who, title="变更申请", does=DECIDE.does, to=f"{address}?done=decide", back=address,
                work=lambda unit: DECIDE.work(unit, order),
            )  # fmt: skip
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, award_id, wrong, given | {"step": "decide"})

    for name in OFFICE:
        router.add_api_route(f"/{name}", _step(running, name), methods=["POST"], dependencies=[HEADS])
    return router


def _step(running: Running, name: str) -> Callable[..., Awaitable[Response]]:
    step = OFFICE[name]

    async def act(request: Request, who: Known, award_id: str) -> Response:
        given = texts(await request.form())
        address = to("awards", award_id)
        try:
            order = order_from(step.order, given, award_id=award_id)

            async def cautions(connection: AsyncConnection) -> Sequence[str]:
                if name != "terminate":
                    return ()
                whole = await whole_award(connection, award_id)
                return [f"资助：{_stopping(whole)}", f"还没有结论的考核不再考核，没有办完的{_open_asks(whole)}作废。"]

            return await foreseen_or_done(
                running, request, who, title=step.does, does=step.does, to=f"{address}?done={name}", back=address,
                work=lambda unit: step.work(unit, order), cautions=cautions,
            )  # fmt: skip
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, award_id, wrong, given | {"step": name})

    return act


async def _change_of(connection: AsyncConnection, award_id: str, change_id: str) -> str:
    """The change, if it is one of this award."""
    row = await changes.found(connection, AWARD_CHANGE, change_id, "变更申请")
    if row["award_id"] != award_id:
        raise DomainError("no-such-award-change", "这个项目没有这份变更申请", status=404)
    return change_id


def _stopping(whole: WholeAward) -> str:
    """What the end of an award before its time means for the money."""
    if _pays_interest(whole):
        return money_words("stopped", (), recovery_proposed=any(each["payment"] == "paid" for each in whole.entries))
    unpaid = [each["number"] for each in whole.instalments if each["state"] != "paid"]
    paid = len(unpaid) < len(whole.instalments)
    return money_words("stopped" if unpaid else "nothing", unpaid, recovery_proposed=paid)


def _pays_interest(whole: WholeAward) -> bool:
    return load_programme(whole.row["programme_id"]).interest_years is not None


def _open_asks(whole: WholeAward) -> str:
    return "变更申请和贴息申请" if _pays_interest(whole) else "变更申请"


def _held(whole: WholeAward) -> bool:
    return any(each["state"] == "held" for each in whole.instalments)


async def _page(
    running: Running,
    request: Request,
    award_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        whole = await whole_award(connection, award_id)
        in_force = whole.in_force
        asked = await award_view.asked_for(connection, whole.asked, in_force["typed"] if in_force is not None else {})
        claims = await claims_of(connection, whole.row)
    call_also({whole.applicant["account"]: whole.applicant["name"]})
    lives = {each.noun: each for each in lifecycles.EVERY}
    return PAGES.show(
        request, "award.html", 200 if error is None else error.status, at=to("awards", award_id), award=whole.row,
        whole=whole, programme=load_programme(whole.row["programme_id"]), asked=asked, error=error, typed=typed or {},
        claims=claims,
        stages=award_view.stages(whole), versions=award_view.signed(whole), entries=award_view.entries(whole),
        letters=award_view.letters(whole.letters), problems=wrong_at(error), held=_held(whole), lives_by_noun=lives,
        live=whole.row["state"] in (*LIVE, "contracting"), today=legal_date(running.now()),
        done=DONE.get(request.query_params.get("done", ""), "") if error is None else "",
    )  # fmt: skip
