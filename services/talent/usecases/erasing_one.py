"""Erase what is personal in one application: form, hand-ins, files, team, opinions, and what was written of it; the
trail keeps hashes alone. Whatever somebody wrote in words or days of his own can name him: of the form no more is left
than amounts, counts and choices, and of these none that is personal."""

from collections.abc import Collection, Mapping

from sqlalchemy import select, update

from services.talent.domain import lifecycles
from services.talent.domain.application_form import read
from services.talent.store import changes, trail
from services.talent.store.application_tables import APPLICATION, HAND_IN, MEMBER, RECOMMENDATION
from services.talent.store.evidence_tables import APPLICATION_FILE, EVIDENCE, HAND_IN_FILE
from services.talent.usecases.contacts import forget_member
from services.talent.usecases.erasing_award import GONE, erase_papers
from services.talent.usecases.erasing_words import erase_reasons, erase_words
from shared.evidence.files import Owner, files_of, remove_file
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.programme.model import Field

NAMELESS = frozenset({"amount", "count", "choice", "yes"})
"""Types of fields that hold nobody's own words."""


async def erase_application(unit: Unit, application_id: str, reason: str) -> None:
    """Erases it once. Its recorded rows are entered in the trail anew; what was entered before stays, as hashes."""
    row = await changes.found(unit.connection, APPLICATION, application_id, "申报", hold=True)
    if row["erased_at"] is not None:
        return
    stay = [
        field for field in load_programme(row["programme_id"]).fields if field.type in NAMELESS and not field.personal
    ]
    values = {
        "typed": _left(row["typed"], stay), "reasons": {}, "reason": "", "id_number": None,
        "id_mark": None, "erased_at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(update(APPLICATION).where(APPLICATION.c.id == application_id).values(values))
    await _hand_ins(unit, application_id, stay)
    await _opinions(unit, application_id)
    await _files(unit, application_id)
    await _team(unit, application_id)
    await erase_papers(unit, application_id)
    await erase_words(unit, application_id, row["programme_id"])
    await erase_reasons(unit, application_id)
    await changes.note(unit, "application", [(application_id, row["state"], row["state"])], reason)
    await changes.note(unit, lifecycles.PERSONAL.noun, [(application_id, "kept", "erased")], reason)


def _left(typed: Mapping[str, str], stay: Collection[Field]) -> dict[str, str]:
    """What these fields hold; words that were typed in the place of a figure or a choice go with the others."""
    given = {field.name: (field, typed[field.name]) for field in stay if field.name in typed}
    return {name: text for name, (field, text) in given.items() if not read(field, text)[1]}


async def _hand_ins(unit: Unit, application_id: str, stay: Collection[Field]) -> None:
    """A condition's sentence names what it looked at, a birthday for one: whether it was met stays."""
    query = select(HAND_IN).where(HAND_IN.c.application_id == application_id).order_by(HAND_IN.c.number)
    for row in (await unit.connection.execute(query)).mappings().all():
        values = {
            "typed": _left(row["typed"], stay), "id_number": None, "signed_by": "",
            "checked": [{**each, "sentence": ""} for each in row["checked"]],
        }  # fmt: skip
        change = update(HAND_IN).where(HAND_IN.c.application_id == application_id, HAND_IN.c.number == row["number"])
        await unit.connection.execute(change.values(values))
    await trail.erased(unit, trail.HAND_INS, application_id)


async def _opinions(unit: Unit, application_id: str) -> None:
    change = update(RECOMMENDATION).where(RECOMMENDATION.c.application_id == application_id)
    await unit.connection.execute(change.values(opinion=""))
    await trail.erased(unit, trail.RECOMMENDATIONS, application_id)


async def _files(unit: Unit, application_id: str) -> None:
    """The contents go once this is committed; which hashes were handed in stays."""
    for row in await files_of(unit.connection, EVIDENCE, Owner("application", application_id)):
        await remove_file(unit, EVIDENCE, row["id"])
    for table, own in (
        (APPLICATION_FILE, APPLICATION_FILE.c.application_id == application_id),
        (HAND_IN_FILE, HAND_IN_FILE.c.application_id == application_id),
        (
            EVIDENCE.evidence,
            (EVIDENCE.evidence.c.owner_kind == "application") & (EVIDENCE.evidence.c.owner_id == application_id),
        ),
    ):
        await unit.connection.execute(update(table).where(own).values(name=GONE))


async def _team(unit: Unit, application_id: str) -> None:
    query = select(MEMBER.c.id, MEMBER.c.email).where(MEMBER.c.application_id == application_id)
    members = (await unit.connection.execute(query)).all()
    change = update(MEMBER).where(MEMBER.c.application_id == application_id)
    await unit.connection.execute(change.values(name="", email="", duty=""))
    for member in members:
        if member.email:
            await forget_member(unit, member.id)
