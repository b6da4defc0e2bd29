"""What a page calls to take files from a form and to hand one out. Who may do either is the page's to say.

async with taken(request, "evidence", store) as files:      # before the transaction
    async with running.unit(by) as unit:
        for each in files:
            await add_file(unit, EVIDENCE, store, each, Owner("report", report_id))

async with running.look() as connection:
    return served(await open_file(connection, EVIDENCE, store, id_))
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import Request
from fastapi.responses import FileResponse
from starlette.datastructures import UploadFile

from shared.core.errors import DomainError
from shared.evidence.files import Opened
from shared.evidence.refusals import MB, refused
from shared.evidence.store import Arrived, Store

MOST_FILES = 10
MOST_OF_REQUEST = 50 * MB
"""A request whole: ten files rarely have their full size, and all of it is on disk for a moment."""
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Should a browser show a file after all: nothing is loaded, nothing runs, and it is not our site's."""


def check_length(request: Request) -> None:
    """Refuses a form that is too long before it is read; to be called before anything else reads it."""
    said = request.headers.get("content-length", "")
    if not said.isdecimal():
        raise refused("evidence-length-unknown")
    if int(said) > MOST_OF_REQUEST:
        raise refused("evidence-too-many")


@asynccontextmanager
async def taken(request: Request, field: str, store: Store) -> AsyncIterator[tuple[Arrived, ...]]:
    """The files of a field of a form, each read and looked at. One that is refused refuses all, and all are told.

    They are held until the end: whoever wants them adds them before.
    """
    check_length(request)
    async with request.form(max_files=MOST_FILES) as form:
        sent = [each for each in form.getlist(field) if isinstance(each, UploadFile) and each.filename]
        if not sent:
            raise refused("evidence-missing")
        async with looked_at(sent, store) as arrived:
            yield arrived


@asynccontextmanager
async def looked_at(sent: Sequence[UploadFile], store: Store) -> AsyncIterator[tuple[Arrived, ...]]:
    """As `taken`, of files of a form that was read already, in the order they are given."""
    if len(sent) > MOST_FILES:  # whoever has read the form had a limit of its own
        raise refused("evidence-too-many")
    async with AsyncExitStack() as stack:
        problems: list[tuple[str, DomainError]] = []
        arrived = []
        for each in sent:
            name = each.filename or ""
            try:
                arrived.append(await stack.enter_async_context(store.arriving(name, each)))
            except DomainError as error:
                problems.append((name, error))
        if problems:
            raise _together(problems)
        yield tuple(arrived)


def _together(problems: list[tuple[str, DomainError]]) -> DomainError:
    told = "\n".join(f"“{_short(name)}”：{error.message}" for name, error in problems)
    codes, statuses = {error.code for _, error in problems}, {error.status for _, error in problems}
    code = codes.pop() if len(codes) == 1 else "evidence-refused"
    return DomainError(code, told, status=statuses.pop() if len(statuses) == 1 else 422)


def _short(name: str) -> str:
    """A name as it may stand in a sentence."""
    seen = "".join(character for character in name if character.isprintable())
    return seen if len(seen) <= 60 else f"{seen[:28]}…{seen[-28:]}"


def served(opened: Opened) -> FileResponse:
    """The file as a download, under the name it is shown by, kept by no cache and shown by no browser."""
    return FileResponse(
        opened.path,
        media_type=opened.kind.mime,
        filename=opened.name,
        content_disposition_type="attachment",
        headers={
            "content-security-policy": POLICY,
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
        },
    )
