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
from shared.evidence.refusals import refused
from shared.evidence.shown import show_evidence
from shared.evidence.store import Store
from shared.evidence.web import looked_at
from shared.identity.who import Who
from shared.reading.sent_text import problem_of
from shared.running.running import Running

FILE, REMOVE = "file:", "remove:"
"""Before the place of an <input type="file">; before the file and the place in the button that takes it away."""
_ID = re.compile("[0-9a-f]{32}")
show_evidence(PAGES.environment)


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
