"""Files that come with the form of a report: taken from it place by place, attached, taken away, and shown."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping
from starlette.datastructures import FormData, UploadFile

from services.incubator.domain.attachments import Place, places_of, title_of
from services.incubator.domain.report_form import Form
from services.incubator.usecases.attachments import AttachFiles, DetachFile, Placed, attach_files, detach_file
from services.incubator.web.looks import PAGES
from services.incubator.web.wording import Shown
from shared.evidence.kinds import ACCEPT, KINDS
from shared.evidence.refusals import MB, MOST_BYTES, TAKEN, refused
from shared.evidence.states import CLEAN, DELETED, INFECTED, STATES, UNCHECKED, WAITING
from shared.evidence.store import Store
from shared.evidence.web import MOST_FILES, MOST_OF_REQUEST, looked_at
from shared.identity.who import Who
from shared.reading.sent_text import problem_of
from shared.running.running import Running

FILE, REMOVE = "file:", "remove:"
"""Before the place of an <input type="file">; before the file and the place in the button that takes it away."""
_ID = re.compile("[0-9a-f]{32}")
TONES = {WAITING: "wait", UNCHECKED: "calm", CLEAN: "good", INFECTED: "bad", DELETED: "calm"}
EVIDENCE_STATES = {state: Shown(name, TONES[state]) for state, name in STATES.items()}
LIMITS = f"{TAKEN}；每个至多 {MOST_BYTES // MB} MB，一次至多 {MOST_FILES} 个、合计 {MOST_OF_REQUEST // MB} MB"


def size(count: int) -> str:
    """1234567 -> 1.2 MB."""
    return f"{count / MB:.1f} MB" if count >= MB else f"{max(1, round(count / 1024))} KB"


def kind(extension: str) -> str:
    return KINDS[extension].title


PAGES.environment.filters.update(size=size, file_kind=kind)
PAGES.environment.globals.update(
    EVIDENCE_STATES=EVIDENCE_STATES, EVIDENCE_THERE=(UNCHECKED, CLEAN), EVIDENCE_LIMITS=LIMITS, EVIDENCE_ACCEPT=ACCEPT
)


def sent_files(form: FormData) -> list[tuple[str, UploadFile]]:
    """The files that were chosen, each with the place it is for."""
    return [
        (name.removeprefix(FILE), each)
        for name, each in form.multi_items()
        if name.startswith(FILE) and isinstance(each, UploadFile) and each.filename
    ]


async def attach_sent(
    running: Running, who: Who, report_id: str, store: Store, sent: Sequence[tuple[str, UploadFile]]
) -> None:
    """All of them or none, read before a transaction begins; DomainError says of each refused file what to do."""
    async with looked_at([file for _, file in sent], store) as arrived:
        placed = [Placed(place, file) for (place, _), file in zip(sent, arrived, strict=True)]
        async with running.unit(who.account) as unit:
            await attach_files(unit, AttachFiles(report_id, placed), store)


def removal(report_id: str, does: str) -> DetachFile | None:
    """What the button `remove:<file>:<place>` asks for; None if another one was pressed."""
    if not does.startswith(REMOVE):
        return None
    evidence_id, _, place = does.removeprefix(REMOVE).partition(":")
    if not _ID.fullmatch(evidence_id) or problem_of(place):
        raise refused("no-such-evidence")
    return DetachFile(report_id, place, evidence_id)


async def remove(running: Running, who: Who, order: DetachFile) -> None:
    async with running.unit(who.account) as unit:
        await detach_file(unit, order)


def by_place(rows: Sequence[RowMapping]) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in rows:
        found.setdefault(row["place"], []).append(row)
    return found


def files_shown(form: Form, rows: Sequence[RowMapping]) -> dict[str, Any]:
    """What the form needs of its files: `files` by place, and the places that are no figure's."""
    places: Mapping[str, Place] = places_of(form)
    apart = [place for name, place in places.items() if name not in form.fields]
    files = by_place(rows)
    lost = [Place(name, title_of(places, name), "") for name in files if name not in places]
    return {"files": files, "apart": [*apart, *lost], "many": len(rows)}
