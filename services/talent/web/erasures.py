"""What is due to be erased, who asks for it, and doing it: what goes is seen exactly before."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import broker_erasing, changes, erasing
from services.talent.store.erasure_tables import ERASURE_REQUEST
from services.talent.usecases import erasing as cases
from services.talent.usecases.erasing_brokers import EraseBrokers, erase_brokers
from services.talent.web.foreseeing import foreseen_or_done
from services.talent.web.looks import PAGES
from services.talent.web.step_forms import texts, wrong_in
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of

HEAD = may(Role.HEAD)
HERE = "/talent/erasures"
LABELS = {
    "applications": "选中的申报", "brokers": "选中的技术经纪人", "reason": "依据", "reply": "依据",
    "request_id": "申请", "applicant_id": "申报人编号",
}  # fmt: skip
DONE = {"erased": "已清除。", "declined": "已登记不同意清除。", "asked": "申请已登记。"}
MOST_SHOWN = 200
"""As many as are shown and erased at a time; the rest follows once these are gone."""
CAUTION = "清除以后谁也不能恢复；附件的内容一并删除，审计记录只留哈希值。"


def erasure_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/erasures", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        return await _list(running, request)

    @router.post("", dependencies=[HEAD])
    async def run_out(request: Request, who: Known) -> Response:
        """Those whose time has passed."""
        form = await request.form()
        given, chosen = texts(form), [each for each in form.getlist("applications") if isinstance(each, str)]
        try:
            order = _chosen(chosen, given.get("reason", ""))
            return await foreseen_or_done(
                running, request, who, title="清除保存期已满的个人信息", does="清除", to=f"{HERE}?done=erased",
                work=lambda unit: cases.erase_applications(unit, order), back=HERE, cautions=_caution,
            )  # fmt: skip
        except DomainError as wrong:
            return await _list(running, request, wrong, given | {"form": "run-out"}, chosen)

    @router.post("/brokers", dependencies=[HEAD])
    async def run_out_brokers(request: Request, who: Known) -> Response:
        """Persons among the technology brokers whose time has passed."""
        form = await request.form()
        given, chosen = texts(form), [each for each in form.getlist("brokers") if isinstance(each, str)]
        try:
            order = _chosen_brokers(chosen, given.get("reason", ""))
            return await foreseen_or_done(
                running, request, who, title="清除保存期已满的技术经纪人的个人信息", does="清除",
                to=f"{HERE}?done=erased", work=lambda unit: erase_brokers(unit, order), back=HERE, cautions=_caution,
            )  # fmt: skip
        except DomainError as wrong:
            return await _list(running, request, wrong, given | {"form": "brokers"}, chosen)

    return router


def _chosen(ids: Sequence[str], reason: str) -> cases.EraseApplications:
    if not ids:
        raise DomainError("nothing-chosen", "请先在左边的方框里选要清除的申报")
    return order_of(cases.EraseApplications, {"applications": ids, "reason": reason}, LABELS)


def _chosen_brokers(ids: Sequence[str], reason: str) -> EraseBrokers:
    if not ids:
        raise DomainError("nothing-chosen", "请先在左边的方框里选要清除的技术经纪人")
    return order_of(EraseBrokers, {"brokers": ids, "reason": reason}, LABELS)


def erasure_request_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/erasures/requests", include_in_schema=False)

    @router.post("", dependencies=[may(Role.CLERK, Role.HEAD)])
    async def ask(request: Request, who: Known) -> Response:
        """A request that came on paper."""
        given = texts(await request.form())
        try:
            values = {name: given.get(name, "") for name in ("applicant_id", "reason")}
            async with running.unit(who.account) as unit:
                await cases.ask_erasure(unit, order_of(cases.AskErasure, values, LABELS))
        except DomainError as wrong:
            return await _list(running, request, wrong, given | {"form": "ask"})
        return RedirectResponse(f"{HERE}?done=asked", 303)

    @router.post("/{request_id}/erase", dependencies=[HEAD])
    async def erase(request: Request, who: Known, request_id: str) -> Response:
        given = texts(await request.form())
        async with running.look() as connection:
            await changes.found(connection, ERASURE_REQUEST, request_id, "清除申请")
        try:
            values = {"request_id": request_id, "reason": given.get("reason", "")}
            order = order_of(cases.EraseApplicant, values, LABELS)
            return await foreseen_or_done(
                running, request, who, title="按本人申请清除个人信息", does="清除", to=f"{HERE}?done=erased",
                work=lambda unit: cases.erase_applicant(unit, order), back=HERE, cautions=_caution,
            )  # fmt: skip
        except DomainError as wrong:
            return await _list(running, request, wrong, given | {"form": request_id})

    @router.post("/{request_id}/decline", dependencies=[HEAD])
    async def decline(request: Request, who: Known, request_id: str) -> Response:
        given = texts(await request.form())
        try:
            values = {"request_id": request_id, "reply": given.get("reason", "")}
            order = order_of(cases.DeclineErasure, values, LABELS)
            async with running.unit(who.account) as unit:
                await cases.decline_erasure(unit, order)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _list(running, request, wrong, given | {"form": request_id})
        return RedirectResponse(f"{HERE}?done=declined", 303)

    return router


async def _caution(_: AsyncConnection) -> Sequence[str]:
    return (CAUTION,)


async def _list(
    running: Running,
    request: Request,
    error: DomainError | None = None,
    given: Mapping[str, str] | None = None,
    chosen: Sequence[str] = (),
) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        over = await erasing.run_out(connection, today)
        brokers = await broker_erasing.run_out(connection, today)
        asked = [
            (
                row,
                [
                    *await erasing.of_applicant(connection, row["applicant_id"]),
                    *await erasing.led_by(connection, row["applicant_id"]),
                ],
                await broker_erasing.of_applicant(connection, row["applicant_id"]),
            )
            for row in await erasing.requests(connection)
        ]
        in_stream = await erasing.still_in_stream(connection)
    problems = dict(wrong_in(error))
    if "reply" in problems:
        problems["reason"] = problems.pop("reply")
    return PAGES.show(
        request, "erasures.html", 200 if error is None else error.status, over=over[:MOST_SHOWN], every=len(over),
        brokers=brokers[:MOST_SHOWN], in_stream=in_stream,
        asked=asked, error=error, given=given or {}, problems=problems, chosen=chosen, at=HERE,
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip
