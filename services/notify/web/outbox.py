"""The outbox: letters that wait for a person, by kind; who releases them first sees how many go to whom."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from starlette.datastructures import FormData

from services.notify.store import listing
from services.notify.usecases.decide import ReleaseLetters, release_letters
from services.notify.web.pages import PAGES
from services.notify.web.shown import receiver_name, title_of
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column
from shared.webkit.takeaway import attached, workbook

BASE = "/notify/outbox"
MOST_REASON = 1000
COLUMNS = (
    Column("title", "种类"), Column("subject", "主题"), Column("carrier", "关于"), Column("unit", "收信单位或个人"),
    Column("to", "收件人"), Column("address", "邮箱"), Column("created_at", "写成", kind="moment"),
    Column("id", "编号"),
)  # fmt: skip


class Kind(NamedTuple):
    """The letters of one kind that wait, oldest first."""

    name: str
    title: str
    letters: Sequence[RowMapping]


def outbox_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/outbox", dependencies=[READERS])
    async def outbox(request: Request, who: Known) -> HTMLResponse:
        return await _page(running, request, may_release=who.may_be(Role.CLERK, Role.HEAD))

    @router.get("/outbox.xlsx", dependencies=[READERS])
    async def table() -> Response:
        async with running.look() as connection:
            waiting = await listing.held(connection)
        rows = [
            (
                title_of(row["letter"]), row["subject"], row["carrier_name"], receiver_name(row), row["to_name"],
                row["to_address"], row["created_at"], row["id"],
            )
            for row in waiting
        ]  # fmt: skip
        return attached("待放行的信件.xlsx", workbook("待放行的信件", COLUMNS, rows))

    @router.post("/outbox", dependencies=[may(Role.CLERK, Role.HEAD)])
    async def release(request: Request, who: Known) -> Response:
        """First shows the letters and their number; done when exactly these come back confirmed."""
        form = await request.form()
        reason = _text(form, "reason")
        try:
            async with running.look() as connection:
                waiting = {row["id"]: row for row in await listing.held(connection)}
            wanted = _wanted(form, waiting)
            _needs_reason(reason)
            if _text(form, "confirmed") != "yes":
                shown = sorted(wanted, key=lambda id_: (waiting[id_]["letter"], waiting[id_]["created_at"], id_))
                return PAGES.show(
                    request, "outbox_release.html", kinds=_kinds([waiting[id_] for id_ in shown]), ids=shown,
                    reason=reason, receiver_name=receiver_name,
                )  # fmt: skip
            async with running.unit(who.account) as unit:
                await release_letters(unit, ReleaseLetters(message_ids=wanted, reason=reason))
        except DomainError as wrong:
            return await _page(running, request, may_release=True, error=wrong, form=form)
        return RedirectResponse(f"{BASE}?released={len(wanted)}", 303)

    return router


def _wanted(form: FormData, waiting: Mapping[str, RowMapping]) -> list[str]:
    """The letters that were chosen, or every one of the kind that was; each still waits."""
    kind = _text(form, "kind")
    chosen = [id_ for id_, row in waiting.items() if row["letter"] == kind] if kind else _ids(form)
    if not chosen:
        raise DomainError("nothing-chosen", "还没有勾选任何一封信")
    gone = [id_ for id_ in chosen if id_ not in waiting]
    if gone:
        raise DomainError(
            "not-held", f"{len(gone)} 封信刚刚已由别人放行，什么也没有改动；请看过现在的清单再放行", status=409
        )
    return chosen


def _needs_reason(reason: str) -> None:
    if not reason:
        raise DomainError("reason-missing", "请写明放行的理由，它会与操作人和时间一起留存")


def _ids(form: FormData) -> list[str]:
    return list(dict.fromkeys(each for each in form.getlist("message_ids") if isinstance(each, str)))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return " ".join(value[:MOST_REASON].split()) if isinstance(value, str) else ""


def _kinds(rows: Sequence[RowMapping]) -> list[Kind]:
    grouped = groupby(rows, key=lambda row: str(row["letter"]))
    return [Kind(name, title_of(name), list(letters)) for name, letters in grouped]


async def _page(
    running: Running,
    request: Request,
    *,
    may_release: bool,
    error: DomainError | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        waiting = await listing.held(connection)
    values: dict[str, Any] = {
        "kinds": _kinds(waiting),
        "receiver_name": receiver_name,
        "total": len(waiting),
        "may_release": may_release,
        "error": error,
        "chosen": frozenset(_ids(form)) if form is not None else frozenset(),
        "reason": _text(form, "reason") if form is not None else "",
    }
    return PAGES.show(request, "outbox.html", 200 if error is None else error.status, **values)
