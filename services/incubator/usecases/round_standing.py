"""How a round stands: each unit with its score made anew, the grade the scheme gives and the grade it has."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import changes, hand_grades, rounds
from services.incubator.store.tables import CARRIER, EVALUATION, REPORT, ROUND
from shared.evaluation import Grade, Result, Scheme, grade, load_scheme, score
from shared.evaluation.ranking import Ranking, ranking

GRADED = ("graded", "publicised", "finalised")
"""States of a round in which its units have grades."""


class Stands(NamedTuple):
    """One unit of a round. `grade`: what it has; before the round is graded, what the scheme would give it.

    `decided`: a person gave it the grade, which no other line or quota moves.
    """

    id: str
    carrier: RowMapping
    version: int
    result: Result
    by_scheme: Grade
    grade: str | None
    decided: bool
    by_hand: bool
    rank: int | None


class RoundStanding(NamedTuple):
    """`units` by report id, in the order of their carriers; `ranking` as the scheme has it."""

    round: RowMapping
    scheme: Scheme
    units: Mapping[str, Stands]
    ranking: Ranking

    @property
    def results(self) -> list[Result]:
        return [each.result for each in self.units.values()]

    @property
    def decided(self) -> dict[str, str]:
        """By carrier, the grades people decided."""
        return {
            each.carrier["id"]: each.grade for each in self.units.values() if each.decided and each.grade is not None
        }

    @property
    def grades(self) -> dict[str, str | None]:
        return {id_: each.grade for id_, each in self.units.items()}

    def on(self, today: date) -> date:
        """The legal date of the round's grades, which decides which rules are in force; not final yet: today."""
        final: date | None = self.round["finalised_on"]
        return final or today


async def round_standing(
    connection: AsyncConnection, round_id: str, corrected: Mapping[str, Mapping[str, object]] | None = None
) -> RoundStanding:
    """The round as its rows are now; `corrected` figures stand in for those reported."""
    row = await changes.found(connection, ROUND, round_id, "考评批次")
    scheme = load_scheme(row["scheme"])
    units = await rounds.units(connection, round_id, corrected or {})
    results = score(scheme, units.values())
    by_scheme = dict(zip(units, grade(scheme, results), strict=True))
    ranked = ranking(scheme, results)
    places = {each.grade.unit: each.rank for each in ranked.placed}
    query = (
        select(REPORT.c.id, REPORT.c.version, EVALUATION.c.grade, CARRIER)
        .with_only_columns(
            REPORT.c.id.label("report_id"), REPORT.c.version, EVALUATION.c.grade, EVALUATION.c.id.label("evaluated"),
            CARRIER.c.id, CARRIER.c.organisation_id, CARRIER.c.kind, CARRIER.c.level, CARRIER.c.name,
            CARRIER.c.district,
        )
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .outerjoin(EVALUATION, EVALUATION.c.id == REPORT.c.id)
        .where(REPORT.c.round_id == round_id)
    )  # fmt: skip
    rows = {each["report_id"]: each for each in (await connection.execute(query)).mappings()}
    hand = await hand_grades.by_hand(connection, round_id)
    graded = row["state"] in GRADED
    found = {}
    for (id_, unit), result in zip(units.items(), results, strict=True):
        each, given = rows[id_], by_scheme[id_]
        has = each["grade"] if graded and each["evaluated"] else given.grade
        decided = id_ in hand or has != given.grade
        place = places.get(unit.id)
        found[id_] = Stands(id_, each, each["version"], result, given, has, decided, id_ in hand, place)
    return RoundStanding(row, scheme, found, ranked)
