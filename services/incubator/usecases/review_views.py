"""What of a review is shown to whom: to an expert his own, to the office all, with those who lie apart."""

from typing import Any

from pydantic import BaseModel

from services.incubator.store import changes, reviews, rounds
from services.incubator.store.tables import ROUND
from services.incubator.usecases.reviewing import acting_expert
from services.incubator.usecases.rounds import RoundNamed
from shared.evaluation import Grade, Result, Scheme, Unit, expert_statistics, grade, load_scheme, score
from shared.evaluation.figures import text
from shared.evaluation.score import best_values, score_unit
from shared.messaging.unit import Unit as Work

SHOWN = ("accepted", "marked")
"""States in which an expert sees what was reported: after he said that nothing ties him to the unit."""


class MyReviews(RoundNamed):
    """专家查看安排给自己的评审和自己的评分。"""


class ListReviews(RoundNamed):
    """办公室查看本批次每家单位的专家、状态和评分。"""


class ListOutliers(RoundNamed):
    """办公室查看离群评分，以及没有这位专家时的总分和等次。"""

    every: bool = False
    """是：列出全部评分，不只是离群的。"""


class Given(BaseModel):
    """One indicator of a review: what the expert gave and why; `asked`: why the office asks him to look again."""

    indicator: str
    label: str
    full: str
    help: str
    mark: str | None
    reason: str | None
    asked: str | None


class MyReview(BaseModel):
    report_id: str
    carrier_name: str
    state: str
    figures: dict[str, Any] | None
    explanation: str
    marks: list[Given]


class OfficeReview(BaseModel):
    report_id: str
    carrier_id: str
    carrier_name: str
    expert_id: str
    expert_name: str
    state: str
    reason: str
    marks: dict[str, str]
    """Those that count, by indicator."""


class Outlier(BaseModel):
    """One expert's mark beside the others', what was decided about it, and the unit's result with and without him."""

    report_id: str
    carrier_id: str
    indicator: str
    label: str
    expert: str
    mark: str
    reason: str | None
    others_median: str | None
    difference: str
    outlier: bool
    decided: str | None
    decided_reason: str | None
    total: str | None
    grade: str | None
    total_without: str | None
    grade_without: str | None
    why_without: str


async def my_reviews(unit: Work, order: MyReviews) -> list[MyReview]:
    """An expert's own reviews of a round with his own marks: never another's, nor who else reviews."""
    expert = await acting_expert(unit)
    round_ = await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
    given = await reviews.latest_marks(unit.connection, order.round_id)
    decided = await reviews.moderations(unit.connection, order.round_id)
    found = []
    for each in await reviews.of_expert(unit.connection, order.round_id, expert["id"]):
        shown = each["state"] in SHOWN
        marks = []
        for indicator in load_scheme(round_["scheme"]).expert_indicators:
            key = (each["report_id"], expert["id"], indicator.code)
            own, last = given.get(key), decided.get(key)
            again = each["state"] == "accepted" and last is not None and last["outcome"] == "again"
            marks.append(
                Given(
                    indicator=indicator.code,
                    label=indicator.label,
                    full=text(indicator.full),
                    help=indicator.help,
                    mark=own and own["mark"],
                    reason=own and own["reason"],
                    asked=last["reason"] if again and last is not None else None,
                )
            )
        found.append(
            MyReview(
                report_id=each["report_id"],
                carrier_name=each["carrier_name"],
                state=each["state"],
                figures=each["figures"] if shown else None,
                explanation=each["explanation"] if shown else "",
                marks=marks,
            )
        )
    return found


async def list_reviews(unit: Work, order: ListReviews) -> list[OfficeReview]:
    await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
    counted = await reviews.counted(unit.connection, order.round_id)
    found = []
    for each in await reviews.of_round(unit.connection, order.round_id):
        of_report = counted.get(each["report_id"], {})
        marks = {code: given[each["expert_id"]] for code, given in of_report.items() if each["expert_id"] in given}
        found.append(OfficeReview.model_validate({**each, "marks": marks}))
    return found


async def list_outliers(unit: Work, order: ListOutliers) -> list[Outlier]:
    """Marks that differ from the others' median by more than the scheme allows, and what the round would say of the
    unit had this expert not marked it; everybody else's marks stay. Units that count no report have no result."""
    round_ = await changes.found(unit.connection, ROUND, order.round_id, "考评批次")
    scheme = load_scheme(round_["scheme"])
    units = await rounds.units(unit.connection, order.round_id, {})
    counted = await reviews.counted(unit.connection, order.round_id)
    given = await reviews.latest_marks(unit.connection, order.round_id)
    decided = await reviews.moderations(unit.connection, order.round_id)
    scored = _Scored(scheme, units)
    found = []
    for report_id, reviewed in units.items():
        for each in expert_statistics(scheme, reviewed):
            who = list(counted[report_id][each.indicator])
            for one in each.experts:
                if not (one.outlier or order.every):
                    continue
                expert = who[one.expert]
                key = (report_id, expert, each.indicator)
                own, last = given.get(key), decided.get(key)
                result, now = scored.of(report_id)
                without, then = scored.without(report_id, expert, counted[report_id])
                found.append(
                    Outlier(
                        report_id=report_id,
                        carrier_id=reviewed.id,
                        indicator=each.indicator,
                        label=scheme.indicator(each.indicator).label,
                        expert=expert,
                        mark=text(one.score),
                        reason=own and own["reason"],
                        others_median=None if one.others_median is None else text(one.others_median),
                        difference=text(one.difference),
                        outlier=one.outlier,
                        decided=last and last["outcome"],
                        decided_reason=last and last["reason"],
                        total=result.total and str(result.total),
                        grade=now.grade,
                        total_without=without.total and str(without.total),
                        grade_without=then.grade,
                        why_without=then.reason,
                    )
                )
    return found


class _Scored:
    """A round scored once. Experts are told apart by who they are: one may have marked what another did not."""

    def __init__(self, scheme: Scheme, units: dict[str, Unit]) -> None:
        self.scheme = scheme
        self.place = {report_id: place for place, report_id in enumerate(units)}
        self.results = score(scheme, units.values())
        self.grades = grade(scheme, self.results)
        self.best = best_values(scheme, units.values())

    def of(self, report_id: str) -> tuple[Result, Grade]:
        place = self.place[report_id]
        return self.results[place], self.grades[place]

    def without(self, report_id: str, expert: str, marks: dict[str, dict[str, str]]) -> tuple[Result, Grade]:
        place = self.place[report_id]
        left = {code: [mark for who, mark in given.items() if who != expert] for code, given in marks.items()}
        changed = score_unit(self.scheme, self.results[place].unit._replace(experts=left), self.best)
        return changed, grade(self.scheme, [*self.results[:place], changed, *self.results[place + 1 :]])[place]
