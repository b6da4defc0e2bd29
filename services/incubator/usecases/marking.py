"""Experts mark what was given to them, each by himself; the office decides about marks that lie apart."""

from functools import partial

from pydantic import Field

from services.incubator.usecases.reviewed import REVIEWING
from shared.reviewing import marking
from shared.reviewing.marking import Marked

__all__ = ["MarkUnit", "Marked", "Moderate", "mark_unit", "moderate"]


class MarkUnit(marking.MarkUnit):
    """专家评分：一家单位的各项专家指标，逐项给分并写明理由。"""

    subject_id: str = Field(alias="report_id")


class Moderate(marking.Moderate):
    """办公室处理一位专家的一项评分：保留、不计入、请专家复核，写明理由。"""

    subject_id: str = Field(alias="report_id")


mark_unit = partial(marking.mark_unit, area=REVIEWING)
moderate = partial(marking.moderate, area=REVIEWING)
