"""What of a review programs are told, in this service's own words: to an expert his own, to the office all."""

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from services.incubator.usecases.reviewed import REVIEWING
from shared.messaging.unit import Unit
from shared.reviewing import outliers, views
from shared.reviewing.outliers import ListOutliers
from shared.reviewing.views import Given, ListReviews, MyReviews

__all__ = ["ListOutliers", "ListReviews", "MyReviews", "list_outliers", "list_reviews", "my_reviews"]
OURS = {"subject_id": "report_id", "unit_id": "carrier_id", "unit_name": "carrier_name", "name": "carrier_name"}
Told = TypeVar("Told", bound=BaseModel)


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


def _told(as_: type[Told], found: Sequence[BaseModel]) -> list[Told]:
    rows = [{OURS.get(name, name): value for name, value in each.model_dump().items()} for each in found]
    return [
        as_.model_validate({"figures": None, "explanation": "", **row, **(row.get("content") or {})}) for row in rows
    ]


async def my_reviews(unit: Unit, order: MyReviews) -> list[MyReview]:
    """An expert's own reviews of a round with his own marks: never another's, nor who else reviews."""
    return _told(MyReview, await views.my_reviews(unit, order, REVIEWING))


async def list_reviews(unit: Unit, order: ListReviews) -> list[OfficeReview]:
    return _told(OfficeReview, await views.list_reviews(unit, order, REVIEWING))


async def list_outliers(unit: Unit, order: ListOutliers) -> list[Outlier]:
    """Marks that differ from the others' by more than the scheme allows, and what the round would say without them."""
    return _told(Outlier, await outliers.list_outliers(unit, order, REVIEWING))
