"""The review by experts in this service's own words, as programs and commands ask for it: see shared.reviewing."""

from functools import partial
from typing import ClassVar

from pydantic import Field

from services.talent.usecases.review_area import AREA
from shared.reviewing import drawing, marking, outliers, places, register, reminding, views


class DeclareRelation(register.DeclareRelation):
    """登记专家的利害关系：与哪个单位或哪个人（名称或信用代码），或与哪一份申报。"""

    unit_label: ClassVar[str] = "申报"
    unit_id: str | None = Field(default=None, alias="application_id")


class AcceptReviews(places.AcceptReviews):
    """专家接受评审，并确认与这些申报的申报人和单位没有利害关系。"""

    subject_ids: list[str] = Field(min_length=1, max_length=1000, alias="application_ids")


class DeclareConflict(places.DeclareConflict):
    """专家申请回避一份申报，写明理由；系统补抽他人。"""

    subject_id: str = Field(alias="application_id")


class ReleaseExpert(places.ReleaseExpert):
    """办公室解除一位专家对一份申报的评审，写明理由；系统补抽他人。"""

    subject_id: str = Field(alias="application_id")


class MarkApplication(marking.MarkUnit):
    """专家评分：一份申报的各项指标，逐项给分并写明理由。"""

    subject_id: str = Field(alias="application_id")


class Moderate(marking.Moderate):
    """办公室处理一位专家的一项评分：保留、不计入、请专家复核，写明理由。"""

    subject_id: str = Field(alias="application_id")


register_expert = partial(register.register_expert, area=AREA)
declare_relation = partial(register.declare_relation, area=AREA)
withdraw_relation = partial(register.withdraw_relation, area=AREA)
who_may_review = partial(drawing.who_may_review, area=AREA)
draw_experts = partial(drawing.draw_experts, area=AREA)
complete_draw = partial(drawing.complete_draw, area=AREA)
verify_draw = partial(drawing.verify_draw, area=AREA)
accept_reviews = partial(places.accept_reviews, area=AREA)
declare_conflict = partial(places.declare_conflict, area=AREA)
release_expert = partial(places.release_expert, area=AREA)
mark_application = partial(marking.mark_unit, area=AREA)
moderate = partial(marking.moderate, area=AREA)
my_reviews = partial(views.my_reviews, area=AREA)
list_reviews = partial(views.list_reviews, area=AREA)
list_outliers = partial(outliers.list_outliers, area=AREA)
remind_experts = partial(reminding.remind_experts, area=AREA)
