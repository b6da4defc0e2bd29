"""What an expert sees of an application: nothing personal; where the review is blind, nobody's name nor a unit's."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.blinding import SEEN, Blinding, blinding
from services.talent.store import reviewed, selections
from shared.programme.load import load_programme
from shared.programme.model import Field, Programme
from shared.reviewing.area import ReviewedRound, Shown


async def shown(
    connection: AsyncConnection, round_: ReviewedRound, subject_ids: Collection[str]
) -> Mapping[str, Shown]:
    """The application without what is personal; who applies and for which unit only where the review is not blind."""
    programme = load_programme(round_.id)
    teams = await reviewed.members(connection, subject_ids)
    visits = await selections.visits_of(connection, subject_ids)
    return {
        row["id"]: _as_shown(programme, row, teams.get(row["id"], ()), visits.get(row["id"], ()))
        for row in await reviewed.rows(connection, subject_ids)
    }


def _as_shown(programme: Programme, row: RowMapping, team: Sequence[str], visits: Sequence[RowMapping]) -> Shown:
    typed: Mapping[str, str] = row["typed"]
    name, who, blind = row["project"] or row["id"], {}, SEEN
    if programme.review.blind:
        company = typed.get("company", "")
        blind = blinding((row["applicant"], typed.get("name", ""), row["unit"] or "", company, *team))
    else:
        who = {"申报人": typed.get("name", "") or row["applicant"], "推荐单位": row["unit"] or ""}
        name = f"{name}（{who['申报人']}）"
    parts = [
        {
            "title": part.title,
            "answers": [_answer(each, typed, blind) for each in part.fields if _is_shown(each, typed)],
        }
        for part in programme.form
    ]
    content = {
        "who": who,
        "parts": [each for each in parts if each["answers"]],
        # what was found on site; who went there is the office's to know
        "visits": [{"on": each["on_date"], "findings": blind.hide(each["findings"])} for each in visits],
    }
    return Shown(blind.hide(name), content)


def _is_shown(field: Field, typed: Mapping[str, str]) -> bool:
    return not field.personal and bool(typed.get(field.name, "").strip())


def _answer(field: Field, typed: Mapping[str, str], blind: Blinding) -> dict[str, str]:
    text = typed[field.name].strip()
    unit = f"（{field.unit}）" if field.unit else ""
    return {"label": f"{field.label}{unit}", "text": field.options.get(text) or blind.hide(text)}
