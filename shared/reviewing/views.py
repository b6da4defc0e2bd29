"""What of a review is shown to whom: to an expert his own, to the office all."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from shared.evaluation.figures import text
from shared.messaging.unit import Unit
from shared.reviewing import review_rows
from shared.reviewing.area import Reviewing
from shared.reviewing.life import SHOWN
from shared.reviewing.places import acting_expert


class MyReviews(BaseModel):
    """专家查看安排给自己的评审和自己的评分。"""

    round_id: str


class ListReviews(BaseModel):
    """办公室查看本批次每家单位的专家、状态和评分。"""

    round_id: str


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
    """`content`: what the service shows of the subject; None before the expert accepted."""

    subject_id: str
    name: str
    state: str
    content: Mapping[str, Any] | None
    marks: list[Given]


class OfficeReview(BaseModel):
    subject_id: str
    unit_id: str
    unit_name: str
    expert_id: str
    expert_name: str
    state: str
    reason: str
    marks: dict[str, str]
    """Those that count, by indicator."""


async def my_reviews(unit: Unit, order: MyReviews, area: Reviewing) -> list[MyReview]:
    """An expert's own reviews of a round with his own marks: never another's, nor who else reviews."""
    expert = await acting_expert(unit, area)
    round_ = await area.round(unit.connection, order.round_id)
    rows = await review_rows.of_expert(unit.connection, area, order.round_id, expert["id"])
    subjects = [row["subject_id"] for row in rows]
    given = await review_rows.latest_marks(unit.connection, area, order.round_id, subjects)
    decided = await review_rows.moderations(unit.connection, area, order.round_id)
    shown = await area.shown(unit.connection, round_, subjects)
    found = []
    for each in rows:
        marks = []
        for indicator in round_.indicators:
            key = (each["subject_id"], expert["id"], indicator.code)
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
        subject = shown[each["subject_id"]]
        found.append(
            MyReview(
                subject_id=each["subject_id"],
                name=subject.name,
                state=each["state"],
                content=subject.content if each["state"] in SHOWN else None,
                marks=marks,
            )
        )
    return found


async def list_reviews(unit: Unit, order: ListReviews, area: Reviewing) -> list[OfficeReview]:
    await area.round(unit.connection, order.round_id)
    counted = await review_rows.counted(unit.connection, area, order.round_id)
    found = []
    for each in await review_rows.of_round(unit.connection, area, order.round_id):
        of_subject = counted.get(each["subject_id"], {})
        marks = {code: given[each["expert_id"]] for code, given in of_subject.items() if each["expert_id"] in given}
        found.append(OfficeReview.model_validate({**each, "marks": marks}))
    return found
