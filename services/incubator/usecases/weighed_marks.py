"""A round scored and graded once, and again for each expert it might have done without."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import rounds
from shared.evaluation import Grade, Result, Scheme, Unit, grade, load_scheme, score
from shared.evaluation.score import best_values, score_unit
from shared.reviewing.area import Marks, ReviewedRound, Weighed


async def weigh(connection: AsyncConnection, round_: ReviewedRound) -> "ScoredRound":
    units = await rounds.units(connection, round_.id, {})
    return ScoredRound(load_scheme(round_.row["scheme"]), units)


class ScoredRound:
    """A round scored once. Experts are told apart by who they are: one may have marked what another did not."""

    def __init__(self, scheme: Scheme, units: Mapping[str, Unit]) -> None:
        self.scheme = scheme
        self.place = {report_id: place for place, report_id in enumerate(units)}
        self.results = score(scheme, units.values())
        self.grades = grade(scheme, self.results)
        self.best = best_values(scheme, units.values())

    def now(self, subject_id: str) -> Weighed:
        place = self.place[subject_id]
        return _weighed(self.results[place], self.grades[place])

    def without(self, subject_id: str, expert: str, marks: Marks) -> Weighed:
        place = self.place[subject_id]
        left = {code: [mark for who, mark in given.items() if who != expert] for code, given in marks.items()}
        changed = score_unit(self.scheme, self.results[place].unit._replace(experts=left), self.best)
        grades = grade(self.scheme, [*self.results[:place], changed, *self.results[place + 1 :]])
        return _weighed(changed, grades[place])


def _weighed(result: Result, grade_: Grade) -> Weighed:
    return Weighed(None if result.total is None else str(result.total), grade_.grade, grade_.reason)
