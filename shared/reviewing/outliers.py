"""Marks that lie apart from the others', each with what its subject would come to without this expert."""

from pydantic import BaseModel

from shared.core.exact import parse_decimal
from shared.evaluation.experts import differences
from shared.evaluation.figures import Number, exact, text
from shared.messaging.unit import Unit
from shared.reviewing import review_rows
from shared.reviewing.area import Reviewing


class ListOutliers(BaseModel):
    """办公室查看离群评分，以及没有这位专家时的总分和等次。"""

    round_id: str
    every: bool = False
    """是：列出全部评分，不只是离群的。"""


class Outlier(BaseModel):
    """One expert's mark beside the others', what was decided about it, and the unit's result with and without him."""

    subject_id: str
    unit_id: str
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


async def list_outliers(unit: Unit, order: ListOutliers, area: Reviewing) -> list[Outlier]:
    """Marks that differ from the others' median by more than the round allows, and what it would say of the unit had
    this expert not marked it; everybody else's marks stay. What comes to nothing yet has no result."""
    round_ = await area.round(unit.connection, order.round_id)
    counted = await review_rows.counted(unit.connection, area, order.round_id)
    given = await review_rows.latest_marks(unit.connection, area, order.round_id)
    decided = await review_rows.moderations(unit.connection, area, order.round_id)
    units = await review_rows.units_of(unit.connection, area, order.round_id)
    weigher = await area.weigh(unit.connection, round_)
    found = []
    for subject_id, marks in counted.items():
        for indicator in round_.indicators:
            experts = list(marks.get(indicator.code, {}))
            numbers = [_read(marks[indicator.code][expert]) for expert in experts]
            for one in differences(numbers, round_.outlier_over * indicator.full):
                if not (one.outlier or order.every):
                    continue
                expert = experts[one.expert]
                key = (subject_id, expert, indicator.code)
                own, last = given.get(key), decided.get(key)
                now, without = weigher.now(subject_id), weigher.without(subject_id, expert, marks)
                found.append(
                    Outlier(
                        subject_id=subject_id,
                        unit_id=units[subject_id],
                        indicator=indicator.code,
                        label=indicator.label,
                        expert=expert,
                        mark=text(one.score),
                        reason=own and own["reason"],
                        others_median=None if one.others_median is None else text(one.others_median),
                        difference=text(one.difference),
                        outlier=one.outlier,
                        decided=last and last["outcome"],
                        decided_reason=last and last["reason"],
                        total=now.total,
                        grade=now.grade,
                        total_without=without.total,
                        grade_without=without.grade,
                        why_without=without.reason,
                    )
                )
    return found


def _read(mark: str) -> Number:
    """A mark that counts was a number when it was taken; one that is none would be a bug, and fails."""
    value = parse_decimal(mark)
    if value is None:
        raise ValueError(f"a mark that counts is no number: {mark}")
    return exact(value)
