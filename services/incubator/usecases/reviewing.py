"""What becomes of an expert's place: accepted, stepped back from, released; the place that came free is drawn again."""

from functools import partial

from pydantic import Field

from services.incubator.usecases.reviewed import REVIEWING
from shared.reviewing import places


class AcceptReviews(places.AcceptReviews):
    """专家接受评审，并确认与这些单位没有利害关系。"""

    subject_ids: list[str] = Field(min_length=1, max_length=1000, alias="report_ids")


class DeclareConflict(places.DeclareConflict):
    """专家申请回避一家单位，写明理由；系统补抽他人。"""

    subject_id: str = Field(alias="report_id")


class ReleaseExpert(places.ReleaseExpert):
    """办公室解除一位专家对一家单位的评审，写明理由；系统补抽他人。"""

    subject_id: str = Field(alias="report_id")


accept_reviews = partial(places.accept_reviews, area=REVIEWING)
declare_conflict = partial(places.declare_conflict, area=REVIEWING)
release_expert = partial(places.release_expert, area=REVIEWING)
