"""People behind what was reviewed are forgotten: in the records of draws, which draw the same as before, and in what
experts and the office wrote of it."""

from collections.abc import Collection

from sqlalchemy import select, update

from shared.core.canonical import sha256_of
from shared.messaging.unit import Unit
from shared.review.record import without_people
from shared.reviewing.area import Reviewing
from shared.reviewing.marking import moderation_of


async def forget_parties(unit: Unit, area: Reviewing, round_id: str, unit_id: str, roles: Collection[str]) -> None:
    """Takes the names of those who stand behind a unit in these roles out of every draw of the round. What a draw is
    made from is told anew by its hash, for the older hash was of the names as well."""
    table = area.tables.draw
    draws = select(table.c.id, table.c.made_from).where(table.c.round_id == round_id).order_by(table.c.position)
    for row in (await unit.connection.execute(draws)).all():
        left = without_people(row.made_from, unit_id, roles)
        if left == row.made_from:
            continue
        await unit.connection.execute(update(table).where(table.c.id == row.id).values(made_from=left))
        why = f"人名已清除；抽取依据 SHA-256 {sha256_of(left)}"
        await area.changes.note(unit, "draw", [(row.id, "drawn", "drawn")], why)


async def forget_words(unit: Unit, area: Reviewing, subject_id: str, unit_id: str) -> list[str]:
    """Takes away the reasons of marks, of what was decided about them, of those who stepped back, and what ties them to
    the unit in words; marks and ties stay. Answers the ids whose steps were noted with such words."""
    tables, given, decided = area.tables, area.tables.review, area.tables.moderation
    own, about = tables.subject(given) == subject_id, tables.subject(decided) == subject_id
    reviews = (await unit.connection.execute(select(given.c.id).where(own).order_by(given.c.id))).scalars().all()
    experts = select(decided.c.expert).where(about).distinct().order_by(decided.c.expert)
    moderated = [moderation_of(subject_id, each) for each in (await unit.connection.execute(experts)).scalars()]
    tied = tables.relation.c[tables.unit_name] == unit_id
    for change in (
        update(given).where(own).values(reason=""),
        update(tables.mark).where(tables.mark.c.review_id.in_(reviews)).values(reason=""),
        update(decided).where(about).values(reason=""),
        update(tables.relation).where(tied).values(said=""),
    ):
        await unit.connection.execute(change)
    return [*reviews, *moderated]
