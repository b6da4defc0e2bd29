"""The demo's experts of the programmes: drawn, they mark; the call is ranked, public, and selected."""

from decimal import Decimal

from sqlalchemy import select

from services.demo import people
from services.demo.next_year import EXPERTS
from services.demo.script import CLERK, HEAD, Scene
from services.demo.talent_calls import application_of
from services.talent.store import selections
from services.talent.store.application_tables import APPLICATION
from services.talent.store.review_tables import REVIEWS
from services.talent.store.tables import CALL
from services.talent.usecases import ranking, selecting
from services.talent.usecases.due import SCHEDULE
from services.talent.usecases.review_area import AREA
from shared.programme.load import load_programme
from shared.programme.selection import selection
from shared.reviewing import drawing, marking, places, register, review_rows

PER_UNIT = 3
REASON = "对照评审要点，依据充分"
PLACES = Decimal("0.1")


async def experts_registered(scene: Scene) -> None:
    async with scene.talent.unit(CLERK) as unit:
        there = set((await unit.connection.execute(select(REVIEWS.expert.c.id))).scalars())
        for id_, account, name, employer, field in EXPERTS:
            if id_ not in there:
                order = register.RegisterExpert(
                    id=id_, account=account, name=name, employer=employer, fields=[field],
                    contact_email=f"{id_}@example.cn",
                )  # fmt: skip
                await register.register_expert(unit, order, AREA)


async def drawn(scene: Scene, programme: str) -> None:
    async with scene.talent.unit(CLERK) as unit:
        if await review_rows.last_draw(unit.connection, AREA, programme) is None:
            order = drawing.DrawExperts(round_id=programme, per_unit=PER_UNIT, most=60, seed=programme)
            await drawing.draw_experts(unit, order, AREA)


async def marked(scene: Scene, programme: str) -> None:
    """Each expert takes what he was given and marks it."""
    of = {application_of(person): person.share for person in people.of_call(programme)}
    criteria = [(each.code, each.full) for each in load_programme(programme).review.scheme.expert_indicators]
    for id_, account, *_ in EXPERTS:
        async with scene.talent.unit(account) as unit:
            rows = await review_rows.of_expert(unit.connection, AREA, programme, id_)
            invited = [row["subject_id"] for row in rows if row["state"] == "invited"]
            if invited:
                await places.accept_reviews(unit, places.AcceptReviews(subject_ids=invited), AREA)
            for row in rows:
                if row["state"] in ("invited", "accepted"):
                    share = of[row["subject_id"]]
                    marks = {
                        code: marking.Marked(mark=str((Decimal(str(full)) * share).quantize(PLACES)), reason=REASON)
                        for code, full in criteria
                    }
                    order = marking.MarkUnit(subject_id=row["subject_id"], marks=marks)
                    await marking.mark_unit(unit, order, AREA)


async def ranked(scene: Scene, programme: str) -> None:
    async with scene.talent.unit(CLERK) as unit:
        if await _state(scene, programme) == "closed":
            await ranking.rank_call(unit, ranking.RankCall(programme_id=programme))


async def publicised(scene: Scene, programme: str) -> None:
    """Those within the number; of those who tie at its edge, the first as many as there is room for."""
    if await _state(scene, programme) != "reviewed":
        return
    async with scene.talent.unit(HEAD) as unit:
        rows = await selections.standing(unit.connection, programme)
        number = (
            await unit.connection.execute(select(CALL.c.number).where(CALL.c.programme_id == programme))
        ).scalar_one()
        least = load_programme(programme).review.scheme.grades[0].line
        found = selection(selections.scored(rows), number, least)
        tied = [each.id for each in found.of("tied")][: found.room]
        reason = "同分的，评审组按代表性成果的水平选定" if tied else ""
        order = selecting.PubliciseSelection(programme_id=programme, tied=tied, reason=reason)
        await selecting.publicise_selection(unit, order)


async def selected(scene: Scene, programme: str) -> None:
    """Publicity is over: what nobody objected to stands, and the others are told why not."""
    await SCHEDULE.run_due(scene.talent)
    if await _state(scene, programme) == "publicised":
        async with scene.talent.unit(HEAD) as unit:
            await selecting.close_selection(unit, selecting.CloseSelection(programme_id=programme))


async def _state(scene: Scene, programme: str) -> str:
    async with scene.talent.look() as connection:
        query = select(CALL.c.state).where(CALL.c.programme_id == programme)
        return str((await connection.execute(query)).scalar_one())


async def in_state(scene: Scene, programme: str, state: str) -> list[str]:
    """The applications of a call in a state."""
    async with scene.talent.look() as connection:
        query = select(APPLICATION.c.id).where(APPLICATION.c.programme_id == programme, APPLICATION.c.state == state)
        return list((await connection.execute(query.order_by(APPLICATION.c.id))).scalars())
