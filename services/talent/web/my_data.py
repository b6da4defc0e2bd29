"""What is known of me: read, corrected, taken along as a file."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.background import BackgroundTask

from services.talent.store import brokers, changes, mine
from services.talent.store.tables import APPLICANT
from services.talent.usecases.my_data import TakeMyData, Taken, take_my_data
from services.talent.usecases.people import ChangeContact, change_contact
from services.talent.web import my_files
from services.talent.web.applicant import (
    APPLICANT_ONLY,
    LABELS,
    NOT_SURE,
    ids_of,
    introduced,
    present,
    text,
)
from services.talent.web.looks import PAGES
from services.talent.web.my_address import PAGE, link_for
from services.talent.web.sealing import seal_of
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.db.transaction import transaction
from shared.evidence.store import Store
from shared.identity.mails import send_to_confirm
from shared.identity.opening import Identity
from shared.identity.registration import count_mail
from shared.identity.who import Who
from shared.reading.identifiers import email, phone
from shared.reading.sent_text import problem_of
from shared.running.running import Running
from shared.webkit.access import Ident, Known
from shared.webkit.forms import FormWrong, order_of

FIELDS = ("name", "email", "phone")
READ = {"email": email, "phone": phone}
SAID = "my-data.json"
DONE = {
    "saved": "已保存。",
    "mailed": "姓名和电话已保存；一封邮件正在发往新的邮箱，打开里面的链接确认以后，信件改寄到那里。",
    "address": "已确认；以后的信件寄到新的邮箱。",
    "asked": "清除申请已收到，由项目办公室办理，结果在本页可以看到。",
}


def my_data_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/data", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def page(request: Request, who: Known, identity: Ident) -> HTMLResponse:
        return await data_page(running, request, who, identity)

    @router.post("", dependencies=[APPLICANT_ONLY])
    async def change(request: Request, who: Known, identity: Ident, later: BackgroundTasks) -> Response:
        """Name and telephone at once; a new address is written to first, and counts once it is confirmed."""
        form = await request.form()
        typed = {name: " ".join(text(form, name).split()) for name in FIELDS}
        try:
            known = await introduced(identity, who)
            _check(typed)
            async with running.unit(who.account) as unit:
                person = await present(unit, known)
                row = await changes.found(unit.connection, APPLICANT, person, "申报人")
                kept = {"applicant_id": person, **typed, "email": row["email"]}
                await change_contact(unit, order_of(ChangeContact, kept, LABELS))
            if email(typed["email"]) == row["email"]:
                return RedirectResponse(f"{PAGE}?done=saved", 303)
            async with transaction(identity.engine) as connection:
                origin = request.client.host if request.client else ""
                await count_mail(connection, typed["email"], origin, identity.now())
        except DomainError as wrong:
            return await data_page(running, request, who, identity, wrong, typed)
        path = link_for(running.settings, person, email(typed["email"]), legal_date(running.now()))
        later.add_task(send_to_confirm, identity, email(typed["email"]), path)
        return RedirectResponse(f"{PAGE}?done=mailed", 303)

    @router.post("/download", dependencies=[APPLICANT_ONLY])
    async def download(request: Request, who: Known, identity: Ident) -> Response:
        """Asked by POST, for that somebody read an identity number is written down."""
        try:
            known = await introduced(identity, who)
            async with running.unit(who.account) as unit:
                person = await present(unit, known)
                taken = await take_my_data(unit, TakeMyData(applicant_id=person), seal_of(running))
        except DomainError as wrong:
            return await data_page(running, request, who, identity, wrong)
        path = await asyncio.to_thread(_packed, taken, my_files.store(running))
        gone = BackgroundTask(path.unlink, missing_ok=True)
        headers = {"cache-control": "private, no-store"}
        return FileResponse(
            path, media_type="application/zip", filename="my-data.zip", headers=headers, background=gone
        )

    return router


def _check(typed: Mapping[str, str]) -> None:
    """FormWrong says at which field something is wrong."""
    wrong = {name: problem for name, given in typed.items() if (problem := problem_of(given))}
    for name, read in READ.items():
        try:
            if typed[name] or name == "email":
                read(typed[name])
        except DomainError as bad:
            wrong.setdefault(name, bad.message)
    if not typed["name"]:
        wrong["name"] = "请写姓名"
    if wrong:
        raise FormWrong(wrong, LABELS)


def _packed(taken: Taken, store: Store) -> Path:
    """The archive, on disk until it is sent. A content that is lost is missing, and in the list all the same."""
    with NamedTemporaryFile(suffix=".zip", delete=False) as made, ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr(SAID, orjson.dumps(taken.said, option=orjson.OPT_INDENT_2))
        for name, row in taken.files:
            content = store.path_of(row["sha256"])
            if content.is_file():
                archive.write(content, name)
    return Path(made.name)


async def may_close(connection: AsyncConnection, who: Who) -> bool:
    """Whoever has never begun anything, or was erased; and is no broker under this login."""
    person = await mine.applicant(connection, ids_of(who))
    erased = person is None or person["erased_at"] is not None
    return erased and await brokers.of_account(connection, who.account) is None


async def data_page(
    running: Running,
    request: Request,
    who: Who,
    identity: Identity,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
    *,
    closing: bool = False,
) -> HTMLResponse:
    ids = ids_of(who)
    async with running.look() as connection:
        closable = await may_close(connection, who)
        person = await mine.applicant(connection, ids)
        rows = await mine.applications(connection, ids)
        asked = await mine.erasure_requests(connection, ids)
    if typed is None:
        known = (
            person
            if person is not None and person["erased_at"] is None
            else (await introduced(identity, who)).model_dump()
        )
        typed = {name: known[name] for name in FIELDS}
    problems = dict(error.fields) if isinstance(error, FormWrong) else {}
    if error is not None and error.code == NOT_SURE:
        problems["close" if closing else "sure"] = error.message
    return PAGES.show(
        request, "my_data.html", 200 if error is None else error.status, at=PAGE, typed=typed, error=error,
        problems=problems, applications=rows, asked=asked, may_close=closable,
        gone=None if person is None else person["erased_at"],
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip
