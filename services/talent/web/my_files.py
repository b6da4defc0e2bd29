"""Files that come with the form of an application: taken from it place by place, attached, taken away."""

import re
from collections.abc import Sequence

from starlette.datastructures import FormData, UploadFile

from services.talent.usecases.attachments import AttachFiles, DetachFile, Placed, attach_files, detach_file
from services.talent.web.looks import PAGES
from shared.evidence.refusals import refused
from shared.evidence.shown import show_evidence
from shared.evidence.store import Store, store_of
from shared.evidence.web import looked_at
from shared.identity.who import Who
from shared.reading.sent_text import problem_of
from shared.running.running import Running

FILE, REMOVE = "file:", "remove:"
"""Before the place of an <input type="file">; before the file and the place in the button that takes it away."""
_ID = re.compile("[0-9a-f]{32}")
show_evidence(PAGES.environment)


def store(running: Running) -> Store:
    return store_of(running.settings, running.service.name)


def sent_files(form: FormData) -> list[tuple[str, UploadFile]]:
    """The files that were chosen, each with the place it is for."""
    return [
        (name.removeprefix(FILE), each)
        for name, each in form.multi_items()
        if name.startswith(FILE) and isinstance(each, UploadFile) and each.filename
    ]


async def attach_sent(running: Running, who: Who, application_id: str, sent: Sequence[tuple[str, UploadFile]]) -> None:
    """All of them or none, read before a transaction begins; DomainError says of each refused file what to do."""
    async with looked_at([file for _, file in sent], store(running)) as arrived:
        placed = [Placed(place, file) for (place, _), file in zip(sent, arrived, strict=True)]
        async with running.unit(who.account) as unit:
            await attach_files(unit, AttachFiles(application_id, placed), store(running))


def removal(application_id: str, does: str) -> DetachFile | None:
    """What the button `remove:<file>:<place>` asks for; None if another one was pressed."""
    if not does.startswith(REMOVE):
        return None
    evidence_id, _, place = does.removeprefix(REMOVE).partition(":")
    if not _ID.fullmatch(evidence_id) or problem_of(place):
        raise refused("no-such-evidence")
    return DetachFile(application_id, place, evidence_id)


async def remove(running: Running, who: Who, order: DetachFile) -> None:
    async with running.unit(who.account) as unit:
        await detach_file(unit, order)
