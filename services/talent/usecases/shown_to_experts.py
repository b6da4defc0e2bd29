"""What an expert sees of an application: nothing personal; where the review is blind, nobody's name nor a unit's.

Nobody's name can be hidden in a file: where the review is blind only those are shown that the programme asks for
without names, under what they are instead of their own names.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.application_form import said
from services.talent.domain.blinding import SEEN, Blinding, blinding
from services.talent.store import attachments, reviewed, selections
from services.talent.store.attachments import OTHER
from services.talent.store.reviewed import SEVERAL
from shared.programme.load import load_programme
from shared.programme.model import Attachment, Field, Programme
from shared.reviewing.area import ReviewedRound, Shown

OTHERS = "其他材料"
NAMES = ("members", "adviser", "partners")
"""Fields in which an applicant names others, who tell experts who he is."""


async def shown(
    connection: AsyncConnection, round_: ReviewedRound, subject_ids: Collection[str]
) -> Mapping[str, Shown]:
    """The application without what is personal; who applies and for which unit only where the review is not blind."""
    programme = load_programme(round_.id)
    teams = await reviewed.members(connection, subject_ids)
    visits = await selections.visits_of(connection, subject_ids)
    files = await attachments.last_handed_in(connection, subject_ids)
    return {
        row["id"]: _as_shown(
            programme, row, teams.get(row["id"], ()), visits.get(row["id"], ()), files.get(row["id"], ())
        )
        for row in await reviewed.rows(connection, subject_ids)
    }


def _as_shown(
    programme: Programme,
    row: RowMapping,
    team: Sequence[str],
    visits: Sequence[RowMapping],
    files: Sequence[RowMapping],
) -> Shown:
    typed: Mapping[str, str] = row["typed"]
    name, who, blind = row["project"] or row["id"], {}, SEEN
    if programme.review.blind:
        others = [each for field in NAMES for each in SEVERAL.split(typed.get(field, ""))]
        company = typed.get("company", "")
        blind = blinding((row["applicant"], typed.get("name", ""), row["unit"] or "", company, *team, *others))
    else:
        who = {"申报人": typed.get("name", "") or row["applicant"], "推荐单位": row["unit"] or ""}
        name = f"{name}（{'，'.join(filter(None, who.values()))}）"
    parts = [
        {
            "title": part.title,
            "answers": [_answer(each, typed, blind) for each in part.fields if _is_shown(each, typed)],
        }
        for part in programme.form
    ]
    if row["state"] == "withdrawn":  # it is the applicant's own again, whoever reviewed it
        return Shown(blind.hide(name), {})
    content = {
        "who": who,
        "parts": [each for each in parts if each["answers"]],
        # what was found on site; who went there is the office's to know
        "visits": [{"on": each["on_date"], "findings": blind.hide(each["findings"])} for each in visits],
        "files": files_shown(programme, files),
    }
    return Shown(blind.hide(name), content)


def files_shown(programme: Programme, files: Sequence[RowMapping]) -> list[dict[str, Any]]:
    """What is attached, document by document, as far as experts see it; other material the programme does not know, and
    so not where the review is blind."""
    blind, found = programme.review.blind, []
    asked = {each.code: each for each in programme.attachments}
    for place in [*asked, OTHER]:
        document = asked.get(place)
        if not _for_experts(document, blind=blind):
            continue
        label = OTHERS if document is None else document.label
        there = [row for row in files if (row["place"] if row["place"] in asked else OTHER) == place]
        for number, row in enumerate(there, 1):
            name = f"{label}{number}.{row['kind']}" if blind else row["name"]
            found.append({"label": label, **{key: row[key] for key in ("id", "kind", "bytes", "state")}, "name": name})
    return found


def _for_experts(document: Attachment | None, *, blind: bool) -> bool:
    if document is None:
        return not blind
    return document.anonymous if blind else not document.personal


def _is_shown(field: Field, typed: Mapping[str, str]) -> bool:
    return not field.personal and bool(typed.get(field.name, "").strip())


def _answer(field: Field, typed: Mapping[str, str], blind: Blinding) -> dict[str, str]:
    text = typed[field.name].strip()
    unit = f"（{field.unit}）" if field.unit else ""
    return {"label": f"{field.label}{unit}", "text": field.options.get(text) or blind.hide(said(field, typed))}
