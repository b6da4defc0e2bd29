"""What stands in the way of a round's next step: reports and reviews that wait, objections nobody has decided."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import hand_grades, rounds
from services.incubator.store.tables import EVALUATION, OBJECTION


class Ahead(NamedTuple):
    """`reports`: how many wait, by state; `reviews`: those whose expert has not marked; `by_hand`: grades people gave;
    `objections`: those that wait for a decision."""

    reports: dict[str, int]
    reviews: Sequence[RowMapping]
    by_hand: int
    objections: int


async def next_step(connection: AsyncConnection, round_: RowMapping) -> Ahead:
    objections = (
        select(func.count())
        .select_from(OBJECTION)
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .where(EVALUATION.c.round_id == round_["id"], OBJECTION.c.state == "filed")
    )
    return Ahead(
        await rounds.waiting_reports(connection, round_["id"]),
        await hand_grades.open_reviews(connection, round_["id"]),
        len(await hand_grades.by_hand(connection, round_["id"])),
        (await connection.execute(objections)).scalar_one(),
    )
